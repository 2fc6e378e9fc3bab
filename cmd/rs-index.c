/* rs-index: make or apply the dictionaries of users and items. */
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/buf.h"
#include "base/hash.h"
#include "base/num.h"
#include "cli/dicts.h"
#include "cli/tool.h"
#include "data/index.h"

enum { UNKNOWN_DROP, UNKNOWN_ERROR };

static const char *const orders[] = { "first", "sorted", "frequency", NULL };
static const char *const policies[] = { "drop", "error", NULL };

static const char *dir, *labels, *output, *rounds_text = "1";
static int order = RS_INDEX_FIRST, policy = UNKNOWN_DROP;
static uint64_t least[RS_SIDES], memory = 1000000000;
static bool frozen, extend;
static struct rs_index *x;

static uint64_t
parse_rounds(void)
{
	uint64_t n;

	if (strcmp(rounds_text, "converge") == 0)
		return 0;
	if (!rs_parse_count(rounds_text, strlen(rounds_text), &n) || n == 0)
		rs_misuse("--rounds %s: should be 1 or more, or converge",
		    rounds_text);
	return n;
}

/* Whether rows must all be seen before the first can be written. */
static bool
holds_back(void)
{
	return order != RS_INDEX_FIRST || least[RS_USER] > 1 ||
	    least[RS_ITEM] > 1;
}

static void
check_options(void)
{
	if (dir == NULL)
		rs_misuse("-D DIR is missing: where the dictionaries are or"
		    " will be");
	if (frozen && extend)
		rs_misuse("--frozen and --extend exclude each other");
	if ((frozen || extend) && (rs_given("order") || rs_given("min-user") ||
	    rs_given("min-item") || rs_given("rounds")))
		rs_misuse("--order, --min-user, --min-item and --rounds are"
		    " for new dictionaries, not with --%s",
		    frozen ? "frozen" : "extend");
	if (frozen && labels != NULL)
		rs_misuse("--labels changes a dictionary that --frozen keeps"
		    " as it is");
	if (!frozen && rs_given("unknown"))
		rs_misuse("--unknown is only for --frozen dictionaries");
	if (rs_given("rounds") && !rs_given("min-user") &&
	    !rs_given("min-item"))
		rs_misuse("--rounds without --min-user or --min-item");
}

static void
check_columns(const struct rs_reader *in)
{
	const char *name = rs_reader_name(in);

	if (x->side[RS_USER].column < 0 && x->side[RS_ITEM].column < 0)
		rs_bad("%s: has neither a column user nor a column item",
		    name);
	for (int s = 0; s < RS_SIDES; s++)
		if (least[s] > 1 && x->side[s].column < 0)
			rs_bad("%s: has no column %s for --min-%s", name,
			    x->side[s].name, x->side[s].name);
	if (labels != NULL && x->side[RS_ITEM].column < 0)
		rs_bad("%s: has no column item for --labels", name);
}

static void
make_dir(void)
{
	struct stat st;

	if (mkdir(dir, 0777) < 0 && (errno != EEXIST || stat(dir, &st) < 0 ||
	    !S_ISDIR(st.st_mode)))
		rs_die("%s: cannot make this directory: %s", dir,
		    strerror(errno));
}

static void
get_dictionaries(void)
{
	for (int s = 0; s < RS_SIDES; s++)
		if (x->side[s].column >= 0)
			x->side[s].dict = frozen || extend ?
			    rs_dict_side(dir, x->side[s].name) : rs_dict_new();
	if (!frozen)
		make_dir();
}

/* The first label of each item. */
static struct rs_dict *
read_labels(void)
{
	struct rs_reader *r = rs_side("labels", labels, "item:str label:str");
	struct rs_dict *d = rs_dict_new();

	for (struct rs_block *b; (b = rs_read(r)) != NULL; ) {
		const struct rs_vec *item = rs_block_get(b, "item");
		const struct rs_vec *label = rs_block_get(b, "label");

		for (size_t i = 0; i < b->rows; i++) {
			size_t n, had;
			const char *p = rs_vec_str(item, i, &n);
			const uint32_t at = rs_dict_add(d, p, n,
			    rs_hash(p, n));

			if (at == RS_DICT_NONE)
				rs_bad("%s: more than %u items", labels,
				    RS_DICT_MAX);
			rs_dict_label(d, at, &had);
			p = rs_vec_str(label, i, &n);
			if (had == 0 && n > 0)
				rs_dict_set_label(d, at, p, n);
		}
	}
	rs_reader_close(r);
	return d;
}

static void
set_labels(struct rs_dict *items, const struct rs_dict *titles)
{
	const uint32_t size = rs_dict_size(titles);
	char text[RS_NUM_MAX], all[RS_NUM_MAX];
	uint32_t unknown = 0;

	for (uint32_t t = 0; t < size; t++) {
		size_t n, had;
		const char *p = rs_dict_name(titles, t, &n);
		const uint32_t i = rs_dict_find(items, p, n,
		    rs_dict_hash(titles, t));

		if (i == RS_DICT_NONE) {
			unknown++;
			continue;
		}
		rs_dict_label(items, i, &had);
		p = rs_dict_label(titles, t, &n);
		if (had == 0 && n > 0)
			rs_dict_set_label(items, i, p, n);
	}
	if (unknown > 0)
		rs_note("%s: labelled items that are not in the data: %s of"
		    " %s", labels, rs_commas(text, unknown),
		    rs_commas(all, size));
}

/* Say of the first row of b that is not kept which id is unknown. */
static void
name_unknown(const struct rs_block *b, void (*say)(const char *fmt, ...))
{
	size_t i = 0, n;
	int s = RS_USER;
	const char *p;

	while (x->keep[i])
		i++;
	if (x->side[s].column < 0 || x->side[s].index[i] != RS_DICT_NONE)
		s = RS_ITEM;
	p = rs_vec_str(&b->col[x->side[s].column], i, &n);
	say("stdin: row %" PRIu64 ": %s \"%.*s\" is not in %s/%s.rsi",
	    b->first + i + 1, x->side[s].name, (int)(n < 200 ? n : 200), p, dir,
	    x->side[s].name);
}

static void
apply(struct rs_reader *in, struct rs_writer *out)
{
	bool named = false;

	for (struct rs_block *b; (b = rs_read(in)) != NULL; ) {
		if (rs_index_match(x, b) < b->rows && !named) {
			name_unknown(b, policy == UNKNOWN_ERROR ? rs_bad :
			    rs_note);
			named = true;
		}
		rs_writer_put_kept(out, &x->block, x->keep);
	}
}

static void
stream(struct rs_reader *in, struct rs_writer *out)
{
	for (struct rs_block *b; (b = rs_read(in)) != NULL; ) {
		if (rs_index_add(x, b) < 0)
			rs_bad("%s: %s", rs_reader_name(in), x->err.text);
		rs_writer_put(out, &x->block);
	}
}

static void
hold(struct rs_reader *in, uint64_t rounds)
{
	for (struct rs_block *b; (b = rs_read(in)) != NULL; ) {
		if (rs_index_add(x, b) < 0)
			rs_bad("%s: %s", rs_reader_name(in), x->err.text);
		rs_index_hold(x, memory);
	}
	if (least[RS_USER] > 1 || least[RS_ITEM] > 1)
		rs_index_thin(x, least, rounds);
	rs_index_rank(x, (enum rs_index_order)order);
}

static void
note_dictionaries(struct rs_lines *lines)
{
	for (int s = 0; s < RS_SIDES; s++)
		if (x->side[s].column >= 0)
			rs_dict_note(x->side[s].dict, x->side[s].name, lines);
}

/* Write a dictionary, which appears when the writer is closed. */
static struct rs_writer *
put_dictionary(const struct rs_index_side *d, const struct rs_reader *in)
{
	const struct rs_lines *lines = &rs_reader_head(in)->lines;
	char *path = rs_dict_path(dir, d->name);
	struct rs_head *h = rs_head_new();
	struct rs_writer *w;

	rs_dict_columns(d->dict, h);
	for (size_t i = 0; i < lines->n; i++)
		if (rs_lines_has(lines->line[i], "by") ||
		    rs_lines_has(lines->line[i], "part"))
			rs_lines_add_raw(&h->lines, lines->line[i]);
	rs_lines_add(&h->lines, 2, "part", d->name);
	w = rs_out(path, h);
	rs_dict_write(d->dict, w);
	rs_inherit(w, in);
	rs_head_free(h);
	free(path);
	return w;
}

/* The old dictionaries stay until the input was whole and the last row
 * written; then the new ones appear, and only then the stream is ended. */
static void
replace_dictionaries(const struct rs_reader *in, struct rs_writer *out)
{
	struct rs_writer *w[RS_SIDES] = { NULL };

	rs_writer_flush(out);
	for (int s = 0; s < RS_SIDES; s++)
		if (x->side[s].column >= 0)
			w[s] = put_dictionary(&x->side[s], in);
	for (int s = 0; s < RS_SIDES; s++)
		if (w[s] != NULL)
			rs_writer_flush(w[s]);
	for (int s = 0; s < RS_SIDES; s++)
		if (w[s] != NULL)
			rs_writer_close(w[s]);
}

/* Add "user not in d/user.rsi: 12" to what is said of the dropped rows. */
static void
add_reasons(struct rs_buf *b, const struct rs_index_side *d)
{
	char n[RS_NUM_MAX], m[RS_NUM_MAX];

	if (d->unknown > 0)
		rs_buf_printf(b, "%s%s not in %s/%s.rsi: %s",
		    b->len > 0 ? ", " : "", d->name, dir, d->name,
		    rs_commas(n, d->unknown));
	if (d->below > 0)
		rs_buf_printf(b, "%s%s with fewer than %s rows: %s",
		    b->len > 0 ? ", " : "", d->name,
		    rs_commas(m, least[d == &x->side[RS_ITEM]]),
		    rs_commas(n, d->below));
}

static void
report(uint64_t in, uint64_t out)
{
	struct rs_buf reasons = { 0 };
	char a[RS_NUM_MAX], b[RS_NUM_MAX];
	uint64_t dropped = 0;

	for (int s = 0; s < RS_SIDES; s++) {
		const struct rs_index_side *d = &x->side[s];

		dropped += d->unknown + d->below;
		add_reasons(&reasons, d);
		if (d->column >= 0 && rs_verbose())
			rs_note("distinct %ss: %s", d->name,
			    rs_commas(a, rs_dict_size(d->dict)));
	}
	if (in != out + dropped)
		rs_die("%" PRIu64 " rows in, %" PRIu64 " out and %" PRIu64
		    " dropped: this is a bug", in, out, dropped);
	if (dropped > 0)
		rs_note("%s of %s rows dropped (%s)", rs_commas(a, dropped),
		    rs_commas(b, in), reasons.data);
	rs_buf_free(&reasons);
}

int
main(int argc, char **argv)
{
	const struct rs_opt opts[] = {
		RS_OPT_FILE('D', "dictionaries", "DIR", &dir,
		    "where user.rsi and item.rsi are or will be"),
		RS_OPT_CHOICE(0, "order", orders, &order,
		    "order of new indices"),
		RS_OPT_COUNT(0, "min-user", "N", &least[RS_USER], 0, 1e18,
		    "drop users with fewer than N rows"),
		RS_OPT_COUNT(0, "min-item", "N", &least[RS_ITEM], 0, 1e18,
		    "drop items with fewer than N rows"),
		RS_OPT_STR(0, "rounds", "N|converge", &rounds_text,
		    "how often to look for users and items to drop"),
		RS_OPT_FILE(0, "labels", "STREAM", &labels,
		    "stream of item and label: titles for the dictionary"),
		RS_OPT_FLAG(0, "frozen", &frozen,
		    "apply the dictionaries and leave them as they are"),
		RS_OPT_CHOICE(0, "unknown", policies, &policy,
		    "what to do with ids that frozen dictionaries lack"),
		RS_OPT_FLAG(0, "extend", &extend,
		    "append new ids to the dictionaries"),
		RS_OPT_MEMORY(&memory),
		RS_OPT_OUTPUT(&output),
		RS_OPT_PROGRESS,
		RS_OPT_END
	};
	struct rs_dict *titles = NULL;
	struct rs_writer *out;

	rs_begin(argc, argv, "turn users and items into dense indices", opts);
	check_options();

	const uint64_t rounds = parse_rounds();
	struct rs_reader *in = rs_in("?user:str ?item:str");

	x = rs_index_new(rs_reader_head(in));
	check_columns(in);
	get_dictionaries();
	if (labels != NULL)
		titles = read_labels();
	rs_index_claim(x, !frozen && !extend, (enum rs_index_order)order);
	if (holds_back())
		hold(in, rounds);
	if (frozen || holds_back())	/* known before the first row */
		note_dictionaries(&x->head->lines);

	out = rs_out(output, x->head);
	if (frozen)
		apply(in, out);
	else if (!holds_back())
		stream(in, out);
	while (holds_back() && rs_index_next(x))
		rs_writer_put_kept(out, &x->block, x->keep);

	if (titles != NULL)
		set_labels(x->side[RS_ITEM].dict, titles);
	note_dictionaries(rs_writer_end(out));
	report(rs_reader_rows(in), rs_writer_rows(out));
	if (!frozen)
		replace_dictionaries(in, out);
	rs_dict_free(titles);
	rs_index_free(x);
	return rs_end(in, out);
}
