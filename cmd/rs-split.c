/* rs-split: rows into train, test and validation parts. */
#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/num.h"
#include "cli/dicts.h"
#include "cli/tool.h"
#include "data/split.h"

enum { USER, ITEM, SIDES };

static const char *const side_name[SIDES] = { "user", "item" };
static const char *const part_name[RS_PARTS] = { "train", "test", "valid" };
static const char *const units[] = { "row", "pair", NULL };
static const char *const order_names[] = { "time", "file", NULL };
static const char *const shorts[] = { "keep", "drop", "error", NULL };
static const char *const overlaps[] = { "report", "drop", "error", NULL };

static const char *path[RS_PARTS], *dir, *after, *fold;
static double random_share = NAN, mask_share = NAN, user_share = NAN;
static uint64_t latest, seed = 1, memory = 1000000000;
static bool leave_one_out;
static int unit, order, short_policy, overlap_policy;
static struct rs_dict *dict[SIDES];

/* "1/5" */
static void
parse_fold(struct rs_split_opts *o)
{
	const char *slash = strchr(fold, '/');

	if (slash == NULL ||
	    !rs_parse_u64(fold, (size_t)(slash - fold), &o->fold) ||
	    !rs_parse_u64(slash + 1, strlen(slash + 1), &o->folds) ||
	    o->fold < 1 || o->fold > o->folds || o->folds < 2)
		rs_misuse("--fold %s: should be I/N, the I-th of N", fold);
	if (o->valid && o->folds < 3)
		rs_misuse("--fold %s --valid: two folds leave none for train",
		    fold);
}

static void
parse_after(struct rs_split_opts *o)
{
	const size_t n = strlen(after);

	if (!rs_parse_i64(after, n, &o->after) &&
	    !rs_parse_iso_time(after, n, &o->after))
		rs_misuse("--after %s: should be seconds since 1970 or a time"
		    " like 2011-12-09T12:50", after);
	if (o->pairs)
		rs_misuse("--after has no --unit pair: it parts rows by time");
}

static double
share_of(const char *mode, double share)
{
	if (share <= 0 || share >= 1)
		rs_misuse("--%s: %g should be above 0 and below 1", mode,
		    share);
	return share;
}

static void
parse_mode(struct rs_split_opts *o)
{
	static const char *const modes[] = {
		"random", "mask", "per-user", "latest", "leave-one-out",
		"after", "fold",
	};
	const size_t n = sizeof(modes) / sizeof(modes[0]);
	int given = 0;

	for (size_t i = 0; i < n; i++)
		given += rs_given(modes[i]);
	if (given != 1)
		rs_misuse("say one of --random --mask --per-user --latest"
		    " --leave-one-out --after --fold");
	if (rs_given("mask")) {
		if (rs_given("unit") && !o->pairs)
			rs_misuse("--mask takes pairs, not --unit row");
		o->pairs = true;
	}
	if (rs_given("fold")) {
		o->mode = RS_SPLIT_FOLD;
		parse_fold(o);
	} else if (rs_given("per-user")) {
		o->mode = RS_SPLIT_PER_USER;
		o->share = share_of("per-user", user_share);
		if (!rs_given("order"))
			o->order = RS_SPLIT_BY_DRAW;
	} else if (rs_given("latest") || rs_given("leave-one-out")) {
		o->mode = RS_SPLIT_LATEST;
		o->latest = leave_one_out ? 1 : latest;
	} else if (rs_given("after")) {
		o->mode = RS_SPLIT_AFTER;
		parse_after(o);
	} else {
		o->mode = RS_SPLIT_RANDOM;
		o->share = rs_given("mask") ? share_of("mask", mask_share) :
		    share_of("random", random_share);
	}
}

/* Two parts in one place would lose one of them; stdout is train's. */
static void
check_paths(void)
{
	static const char *const name[RS_PARTS] = {
		[RS_TRAIN] = "-o", [RS_TEST] = "--test", [RS_VALID] = "--valid",
	};

	for (int i = 0; i < RS_PARTS; i++) {
		if (path[i] == NULL)
			continue;
		if (i != RS_TRAIN && strcmp(path[i], "-") == 0)
			rs_misuse("%s -: train goes to stdout", name[i]);
		for (int j = 0; j < i; j++)
			if (path[j] != NULL && strcmp(path[j], path[i]) == 0 &&
			    strcmp(path[i], "/dev/null") != 0)
				rs_misuse("%s and %s name the same file",
				    name[j], name[i]);
	}
}

static void
check_rest(const struct rs_split_opts *o)
{
	const bool within = o->mode == RS_SPLIT_PER_USER ||
	    o->mode == RS_SPLIT_LATEST;

	if (path[RS_TEST] == NULL)
		rs_misuse("--test FILE is missing: where the held-out rows"
		    " go");
	check_paths();
	if (rs_given("order") && !within)
		rs_misuse("--order is for --per-user, --latest and"
		    " --leave-one-out");
	if (rs_given("short") && !within)
		rs_misuse("--short is for --per-user, --latest and"
		    " --leave-one-out");
}

static struct rs_split_opts
parse_options(void)
{
	struct rs_split_opts o = {
		.pairs = unit == 1, .valid = path[RS_VALID] != NULL,
		.order = (enum rs_split_order)order,
		.shorts = (enum rs_split_policy)short_policy,
		.overlap = (enum rs_split_policy)overlap_policy,
		.seed = seed, .memory = memory,
	};

	parse_mode(&o);
	check_rest(&o);
	return o;
}

/* Read behind the input's end: before it, an rs-index further up the pipe may
 * not have written them yet. */
static void
read_dictionaries(const struct rs_reader *in)
{
	for (int s = 0; s < SIDES; s++) {
		if (dir == NULL ||
		    rs_head_find(rs_reader_head(in), side_name[s]) < 0)
			continue;
		dict[s] = rs_dict_side(dir, side_name[s]);
		rs_dict_belongs(dict[s], side_name[s], in);
	}
}

/* The line "part" stands before our "by": which of its streams this is. */
static struct rs_writer *
open_part(enum rs_part p, const struct rs_reader *in)
{
	struct rs_head *h = rs_head_copy(rs_reader_head(in));
	struct rs_writer *w;

	rs_lines_add(&h->lines, 2, "part", part_name[p]);
	w = rs_out(path[p], h);
	rs_head_free(h);
	return w;
}

/* The rows of b that belong to part p. */
static void
put_part(struct rs_writer *w, const struct rs_block *b, const uint8_t *part,
    enum rs_part p)
{
	static uint32_t index[RS_BLOCK_ROWS];
	size_t n = 0;

	for (size_t i = 0; i < b->rows; i++) {
		index[n] = (uint32_t)i;
		n += part[i] == p;
	}
	rs_writer_put_rows(w, b, index, n);
}

/* An id as it came in, where the dictionary is at hand, else its index. */
static void
add_id(struct rs_buf *b, int side, uint32_t i)
{
	const char *p;
	size_t n;

	if (dict[side] == NULL || i >= rs_dict_size(dict[side])) {
		rs_buf_printf(b, "%" PRIu32, i);
		return;
	}
	p = rs_dict_name(dict[side], i, &n);
	rs_buf_printf(b, "\"%.*s\"", (int)(n < 200 ? n : 200), p);
}

static void
report_lacking(const struct rs_split_lack *l, int side, int p)
{
	struct rs_buf ids = { 0 };
	char n[RS_NUM_MAX];

	if (l->n == 0)
		return;
	for (uint64_t i = 0; i < l->n && i < RS_SPLIT_SHOWN; i++) {
		rs_buf_str(&ids, i > 0 ? ", " : "");
		add_id(&ids, side, l->first[i]);
	}
	rs_note("%ss of %s that train lacks: %s (%s%s)", side_name[side],
	    part_name[p], rs_commas(n, l->n), ids.data,
	    l->n > RS_SPLIT_SHOWN ? ", ..." : "");
	rs_buf_free(&ids);
}

static void
report_overlap(const struct rs_split_report *r)
{
	struct rs_buf ids = { 0 };
	char n[RS_NUM_MAX];

	if (r->overlap == 0)
		return;
	for (uint64_t i = 0; i < r->overlap && i < RS_SPLIT_SHOWN; i++) {
		rs_buf_str(&ids, i > 0 ? ", (" : "(");
		add_id(&ids, USER, r->pair[i].user);
		rs_buf_str(&ids, ", ");
		add_id(&ids, ITEM, r->pair[i].item);
		rs_buf_char(&ids, ')');
	}
	rs_note("pairs in more than one part: %s (%s%s)",
	    rs_commas(n, r->overlap), ids.data,
	    r->overlap > RS_SPLIT_SHOWN ? ", ..." : "");
	rs_buf_free(&ids);
}

static void
report(const struct rs_split_report *r)
{
	char a[RS_NUM_MAX], b[RS_NUM_MAX], c[RS_NUM_MAX];

	if (r->short_users > 0)
		rs_note("users with too little to hold out: %s (%s)",
		    rs_commas(a, r->short_users),
		    short_policy == RS_SPLIT_DROP ? "dropped" :
		    "all of theirs is in train");
	report_overlap(r);
	for (int p = RS_TEST; p <= RS_VALID; p++)
		for (int s = 0; s < SIDES; s++)
			report_lacking(&r->lack[p][s], s, p);
	if (r->rows[RS_DROPPED] > 0)
		rs_note("%s rows dropped (user with too few: %s, pair that is"
		    " held out: %s)", rs_commas(a, r->rows[RS_DROPPED]),
		    rs_commas(b, r->short_rows),
		    rs_commas(c, r->overlap_rows));
	if (rs_verbose())
		rs_note("rows in train: %s, test: %s, valid: %s",
		    rs_commas(a, r->rows[RS_TRAIN]),
		    rs_commas(b, r->rows[RS_TEST]),
		    rs_commas(c, r->rows[RS_VALID]));
}

/* Every row of the input is in one part, or dropped for a reason. */
static void
check_conservation(const struct rs_split_report *r, uint64_t in,
    struct rs_writer *const *w)
{
	uint64_t out = r->rows[RS_DROPPED];

	for (int p = 0; p < RS_DROPPED; p++)
		out += w[p] != NULL ? rs_writer_rows(w[p]) : 0;
	if (out != in || r->rows[RS_DROPPED] != r->short_rows +
	    r->overlap_rows)
		rs_die("%" PRIu64 " rows in, %" PRIu64 " accounted for: this"
		    " is a bug", in, out);
}

int
main(int argc, char **argv)
{
	const struct rs_opt opts[] = {
		RS_OPT_FILE(0, "test", "FILE", &path[RS_TEST],
		    "where the held-out rows go"),
		RS_OPT_FILE(0, "valid", "FILE", &path[RS_VALID],
		    "hold out as many again, for validation"),
		RS_OPT_REAL(0, "random", "R", &random_share, 0, 1,
		    "hold out the share R of all"),
		RS_OPT_REAL(0, "mask", "R", &mask_share, 0, 1,
		    "the same as --random R --unit pair"),
		RS_OPT_REAL(0, "per-user", "R", &user_share, 0, 1,
		    "hold out the share R of each user"),
		RS_OPT_COUNT(0, "latest", "K", &latest, 1, 1e18,
		    "hold out each user's latest K"),
		RS_OPT_FLAG(0, "leave-one-out", &leave_one_out,
		    "the same as --latest 1"),
		RS_OPT_STR(0, "after", "TIME", &after,
		    "hold out the rows at or after TIME"),
		RS_OPT_STR(0, "fold", "I/N", &fold,
		    "hold out the I-th of N random parts"),
		RS_OPT_CHOICE(0, "unit", units, &unit, "what is held out"),
		RS_OPT_CHOICE(0, "order", order_names, &order,
		    "what makes a row late: its time or its place"),
		RS_OPT_CHOICE(0, "short", shorts, &short_policy,
		    "users who would keep nothing in train"),
		RS_OPT_CHOICE(0, "overlap", overlaps, &overlap_policy,
		    "pairs in more than one part"),
		RS_OPT_FILE('D', "dictionaries", "DIR", &dir,
		    "dictionaries, to name ids in messages"),
		RS_OPT_SEED(&seed),
		RS_OPT_MEMORY(&memory),
		RS_OPT_OUTPUT(&path[RS_TRAIN]),
		RS_OPT_PROGRESS,
		RS_OPT_END
	};
	struct rs_writer *w[RS_PARTS] = { NULL };
	const struct rs_split_report *r;
	const uint8_t *part;
	struct rs_err e;

	rs_begin(argc, argv, "part rows into train and test", opts);

	const struct rs_split_opts o = parse_options();
	struct rs_reader *in = rs_in("");
	struct rs_split *s = rs_split_new(&o, rs_reader_head(in), &e);

	if (s == NULL)
		rs_bad("%s: %s", rs_reader_name(in), e.text);
	for (struct rs_block *b; (b = rs_read(in)) != NULL; )
		rs_split_put(s, b);
	read_dictionaries(in);
	if (rs_split_choose(s, &e) < 0)
		rs_bad("%s: %s", rs_reader_name(in), e.text);

	for (int p = RS_TRAIN; p < RS_DROPPED; p++)
		if (p == RS_TRAIN || path[p] != NULL)
			w[p] = open_part((enum rs_part)p, in);
	for (struct rs_block *b; (b = rs_split_next(s, &part)) != NULL; )
		for (int p = RS_TRAIN; p < RS_DROPPED; p++)
			if (w[p] != NULL)
				put_part(w[p], b, part, (enum rs_part)p);

	r = rs_split_report(s);
	check_conservation(r, rs_reader_rows(in), w);
	report(r);
	rs_writer_flush(w[RS_TRAIN]);
	for (int p = RS_TEST; p < RS_DROPPED; p++)
		if (w[p] != NULL) {
			rs_inherit(w[p], in);
			rs_writer_close(w[p]);
		}
	rs_split_free(s);
	return rs_end(in, w[RS_TRAIN]);
}
