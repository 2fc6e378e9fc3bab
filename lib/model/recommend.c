/* recommend: lists of items for those who ask a model. */
#include <assert.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "kernel/count.h"
#include "kernel/dot.h"
#include "kernel/topk.h"
#include "model/recommend.h"

struct rs_recommender {
	const struct rs_model *m;
	struct rs_recommend_opts o;
	struct rs_pool *pool;
	bool is_linear;
	struct rs_linear linear;
	struct rs_topk_items *packed;	/* the items to choose from */
	size_t choice;			/* how many they are */
	float *unit;			/* item rows of length 1 */
	struct rs_topk_items *packed_unit;
	struct rs_hit *popular;		/* all choices, best first */

	/* Scratch of one call. */
	struct rs_topk_skip *skip;
	uint32_t *skip_room, *row, *want;
	float *rows, *bias;		/* of those who are new */
	size_t skips, skip_rooms, row_n, want_n, rows_n, bias_n;
	float *score;			/* (threads, choice) where not linear */
	float *taste;			/* (threads, row) likewise, when
					 * somebody new asks */
};

static size_t
choices(const struct rs_recommender *r)
{
	return r->o.only != NULL ? r->o.n_only :
	    (size_t)rs_model_items(r->m);
}

/* Rows scaled to length 1; a row of zeros stays. */
static void
make_unit(struct rs_recommender *r)
{
	const struct rs_topk_factors *f = &r->linear.item;
	struct rs_topk_factors unit = *f;

	r->unit = rs_aligned(rs_size(rs_size(f->n, f->d), sizeof(float)));
	for (size_t i = 0; i < f->n; i++) {
		const float *from = f->row + i * f->stride;
		float *to = r->unit + i * f->d;
		double sum = 0;

		for (size_t k = 0; k < f->d; k++)
			sum = __builtin_fma(from[k], from[k], sum);
		sum = sum > 0 ? 1 / sqrt(sum) : 0;
		for (size_t k = 0; k < f->d; k++)
			to[k] = (float)(from[k] * sum);
	}
	unit.row = r->unit;
	unit.stride = f->d;
	unit.bias = NULL;
	r->packed_unit = rs_topk_items_new(&unit, r->o.only, r->o.n_only);
}

struct rs_recommender *
rs_recommender_new(const struct rs_model *m,
    const struct rs_recommend_opts *o, struct rs_pool *pool, struct rs_err *e)
{
	struct rs_recommender *r = rs_zalloc(sizeof(*r));

	r->m = m;
	r->o = *o;
	r->pool = pool;
	r->is_linear = rs_model_linear(m, &r->linear);
	r->choice = choices(r);
	if (o->similar && !r->is_linear && !rs_model_compares(m)) {
		rs_fail(e, "%s: a model by %s has no item factors to compare",
		    rs_model_name(m), rs_model_algorithm(m));
		free(r);
		return NULL;
	}
	if (o->similar && !rs_model_compares(m))
		make_unit(r);
	else if (r->is_linear)
		r->packed = rs_topk_items_new(&r->linear.item, o->only,
		    o->n_only);
	return r;
}

void
rs_recommender_free(struct rs_recommender *r)
{
	if (r == NULL)
		return;
	rs_topk_items_free(r->packed);
	rs_topk_items_free(r->packed_unit);
	free(r->unit);
	free(r->popular);
	free(r->skip);
	free(r->skip_room);
	free(r->row);
	free(r->want);
	free(r->rows);
	free(r->bias);
	free(r->score);
	free(r->taste);
	free(r);
}

size_t
rs_recommender_items(const struct rs_recommender *r)
{
	return r->choice;
}

/* What train and the excluded pairs have of a user, merged into to. */
static size_t
merge(const uint32_t *a, size_t na, const uint32_t *b, size_t nb, uint32_t *to)
{
	size_t i = 0, j = 0, n = 0;

	while (i < na || j < nb) {
		const uint32_t x = j == nb || (i < na && a[i] < b[j]) ? a[i] :
		    b[j];

		i += i < na && a[i] == x;
		j += j < nb && b[j] == x;
		to[n++] = x;
	}
	return n;
}

/* The two lists of items that one wish must not get back. */
struct unwanted {
	struct rs_topk_skip a, b;
};

static struct unwanted
unwanted(const struct rs_recommender *r, const struct rs_wish *w)
{
	struct unwanted u = { { NULL, 0 }, { NULL, 0 } };
	const struct rs_csr *x = r->o.without;

	switch (w->kind) {
	case RS_WISH_USER:
		if (!r->o.keep_seen)
			u.a.item = rs_model_seen(r->m, w->index, &u.a.n);
		if (x != NULL && w->index < x->users) {
			u.b.item = rs_csr_items(x, w->index);
			u.b.n = rs_csr_count(x, w->index);
		}
		break;
	case RS_WISH_ITEMS:
		if (!r->o.keep_seen)
			u.a = (struct rs_topk_skip){ w->item, w->n };
		break;
	case RS_WISH_SIMILAR:
		u.a = (struct rs_topk_skip){ &w->index, 1 };
		break;
	case RS_WISH_NOBODY:
		break;
	}
	return u;
}

/* Fill r->skip.  The merged lists lie in one room that is sized first. */
static void
fill_skips(struct rs_recommender *r, const struct rs_wish *wish, size_t n)
{
	size_t need = 0;
	uint32_t *to;

	rs_grow(&r->skip, &r->skips, n, sizeof(*r->skip));
	for (size_t i = 0; i < n; i++) {
		const struct unwanted u = unwanted(r, &wish[i]);

		if (u.a.n > 0 && u.b.n > 0)
			need += u.a.n + u.b.n;
	}
	rs_grow(&r->skip_room, &r->skip_rooms, need, sizeof(*r->skip_room));
	to = r->skip_room;
	for (size_t i = 0; i < n; i++) {
		const struct unwanted u = unwanted(r, &wish[i]);

		r->skip[i] = u.b.n == 0 ? u.a : u.b;
		if (u.a.n == 0 || u.b.n == 0)
			continue;
		r->skip[i].item = to;
		r->skip[i].n = merge(u.a.item, u.a.n, u.b.item, u.b.n, to);
		to += r->skip[i].n;
	}
}

static bool
has(const struct rs_topk_skip *s, uint32_t item)
{
	size_t low = 0, high = s->n;

	while (low < high) {
		const size_t mid = low + (high - low) / 2;

		if (s->item[mid] < item)
			low = mid + 1;
		else
			high = mid;
	}
	return low < s->n && s->item[low] == item;
}

static uint32_t
choice(const struct rs_recommender *r, size_t i)
{
	return r->o.only != NULL ? r->o.only[i] : (uint32_t)i;
}

static void
make_popular(struct rs_recommender *r)
{
	const float *users = rs_model_popularity(r->m);
	struct rs_best best;

	r->popular = rs_alloc(rs_size(r->choice, sizeof(*r->popular)));
	rs_best_init(&best, r->popular, r->choice);
	for (size_t i = 0; i < r->choice; i++)
		rs_best_add(&best, choice(r, i), users[choice(r, i)]);
	rs_best_take(&best);
}

static size_t
give_popular(struct rs_recommender *r, const struct rs_topk_skip *skip,
    size_t k, struct rs_hit *hits)
{
	size_t n = 0;

	if (r->popular == NULL)
		make_popular(r);
	for (size_t i = 0; i < r->choice && n < k; i++)
		if (!has(skip, r->popular[i].item))
			hits[n++] = r->popular[i];
	return n;
}

static bool
all_zero(const float *p, size_t n)
{
	for (size_t k = 0; k < n; k++)
		if (p[k] != 0)
			return false;
	return true;
}

bool
rs_recommend_knows(const struct rs_model *m, uint32_t user)
{
	size_t n = 1;

	if (user >= rs_model_users(m))
		return false;
	if (rs_model_has_seen(m))
		rs_model_seen(m, user, &n);
	return n > 0;
}

/* Train has nothing of this user or item: a list would be of nobody's
 * taste. */
static bool
unheard_of(const struct rs_recommender *r, const struct rs_wish *w)
{
	const size_t d = r->linear.item.d;

	if (w->kind == RS_WISH_USER)
		return !rs_recommend_knows(r->m, w->index);
	if (w->kind == RS_WISH_SIMILAR && r->unit != NULL)
		return all_zero(r->unit + w->index * d, d);
	return w->kind == RS_WISH_NOBODY;
}

/*
 * One call in progress.  Wishes that the model itself answers are gathered by
 * where their rows of factors lie, for a fused run has one matrix: known
 * users in the model's, items in the unit rows, those who are new in r->rows.
 */
struct call {
	struct rs_recommender *r;
	const struct rs_wish *wish;
	struct rs_hit *hits;
	size_t room;
	size_t *count;
	bool *fallback;
	struct rs_err *why;
	size_t *which;		/* the wishes of this run */
	size_t n, all;		/* how many they are, of how many */
};

static void
give_up(const struct call *c, size_t wish)
{
	c->count[wish] = RS_WISH_FAILED;
	rs_fail(&c->why[wish], "%s: a score is not a number",
	    rs_model_name(c->r->m));
}

/* The fused run puts its lists one behind the other: send each to its wish. */
static void
deliver(const struct call *c, const struct rs_hit *hits, const size_t *count)
{
	for (size_t i = 0; i < c->n; i++) {
		memcpy(c->hits + c->which[i] * c->room, hits + i * c->room,
		    count[i] * sizeof(*hits));
		c->count[c->which[i]] = count[i];
	}
}

static void
run_fused(const struct call *c, const struct rs_topk_items *items,
    const struct rs_topk_factors *users)
{
	struct rs_recommender *r = c->r;
	const bool direct = c->n == c->all;
	struct rs_topk_skip *skip = rs_alloc(rs_size(c->n, sizeof(*skip)));
	struct rs_hit *hits = direct ? c->hits : rs_alloc(rs_size(rs_size(c->n,
	    c->room), sizeof(*hits)));
	size_t *count = rs_alloc(rs_size(c->n, sizeof(*count)));
	struct rs_topk_ask ask = { .users = users->row,
		.stride = users->stride, .bias = users->bias, .row = r->row,
		.n = c->n, .k = c->room, .want = r->want, .skip = skip };
	struct rs_err e;

	for (size_t i = 0; i < c->n; i++) {
		skip[i] = r->skip[c->which[i]];
		r->want[i] = (uint32_t)c->wish[c->which[i]].k;
	}
	/* The factors of a model are finite, so it cannot fail; if ours of
	 * someone new are not, all of the run is suspect. */
	if (rs_topk_run(items, &ask, hits, count, r->pool, &e) < 0) {
		for (size_t i = 0; i < c->n; i++)
			give_up(c, c->which[i]);
	} else if (direct)
		memcpy(c->count, count, c->n * sizeof(*count));
	else
		deliver(c, hits, count);
	free(skip);
	free(count);
	if (!direct)
		free(hits);
}

/* The scores of all choices for one wish.  -1: it cannot be granted. */
static int
form(const struct call *c, size_t wish, int thread, float *score)
{
	const struct rs_recommender *r = c->r;
	const struct rs_wish *w = &c->wish[wish];
	float *taste;

	switch (w->kind) {
	case RS_WISH_USER:
		rs_model_score(r->m, w->index, r->o.only, r->choice, score);
		break;
	case RS_WISH_SIMILAR:
		rs_model_similar(r->m, w->index, r->o.only, r->choice, score);
		break;
	default:
		taste = r->taste + (size_t)thread * rs_model_row(r->m);
		if (rs_model_fold(r->m, w->item, NULL, w->n, taste,
		    &c->why[wish]) < 0) {
			c->count[wish] = RS_WISH_FAILED;
			return -1;
		}
		rs_model_score_row(r->m, taste, r->o.only, r->choice, score);
	}
	if (rs_count_numbers(score, r->choice) == r->choice)
		return 0;
	give_up(c, wish);
	return -1;
}

/* Make the scores of what is not wanted NaN, which no list lets in. */
static void
strike(const struct rs_recommender *r, const struct rs_topk_skip *skip,
    float *score)
{
	const uint32_t *only = r->o.only;
	size_t at = 0;

	for (size_t i = 0; i < skip->n; i++) {
		const uint32_t item = skip->item[i];

		if (only == NULL) {
			if (item < r->choice)
				score[item] = (float)NAN;
			continue;
		}
		while (at < r->choice && only[at] < item)
			at++;
		if (at < r->choice && only[at] == item)
			score[at] = (float)NAN;
	}
}

/* The best that are above the floor.  Most scores are below the bar: they
 * are passed over by the run, in a loop that the compiler makes vectors of. */
static size_t
select_best(const struct rs_recommender *r, const float *score, float least,
    size_t k, struct rs_hit *hits)
{
	enum { RUN = 64 };
	struct rs_best best;

	if (k == 0)
		return 0;
	rs_best_init(&best, hits, k);
	for (size_t from = 0; from < r->choice; from += RUN) {
		const size_t end = r->choice - from < RUN ? r->choice :
		    from + RUN;
		const float bar = rs_best_full(&best) ? rs_best_bar(&best) :
		    least;
		int any = 0;

		for (size_t i = from; i < end; i++)
			any |= score[i] > bar;
		for (size_t i = from; i < end && any; i++)
			if (score[i] > least)
				rs_best_add(&best, choice(r, i), score[i]);
	}
	return rs_best_take(&best);
}

/* Where there is no fused way: form the scores, then choose.  Where nothing
 * is known of any choice it is left to the popular ones. */
static void
run_plain(void *arg, size_t task, int thread)
{
	const struct call *c = arg;
	const struct rs_recommender *r = c->r;
	const size_t wish = c->which[task];
	const struct rs_wish *w = &c->wish[wish];
	const bool floor = w->kind == RS_WISH_SIMILAR || rs_model_sparse(r->m);
	float *score = r->score + (size_t)thread * r->choice;

	if (form(c, wish, thread, score) < 0)
		return;
	strike(r, &r->skip[wish], score);
	c->count[wish] = select_best(r, score, floor ? 0 : -INFINITY, w->k,
	    c->hits + wish * c->room);
	c->fallback[wish] = floor && w->k > 0 && c->count[wish] == 0;
}

static void
run_all_plain(struct call *c)
{
	struct rs_recommender *r = c->r;

	rs_pool_run(r->pool, c->n, run_plain, c);
	for (size_t i = 0; i < c->n; i++) {
		const size_t wish = c->which[i];

		if (c->fallback[wish])
			c->count[wish] = give_popular(r, &r->skip[wish],
			    c->wish[wish].k, c->hits + wish * c->room);
	}
}

static void
run_known(struct call *c)
{
	struct rs_recommender *r = c->r;

	if (c->n == 0)
		return;
	for (size_t i = 0; i < c->n; i++)
		r->row[i] = c->wish[c->which[i]].index;
	if (r->is_linear)
		run_fused(c, r->packed, &r->linear.user);
	else
		run_all_plain(c);
}

static void
run_similar(struct call *c)
{
	struct rs_recommender *r = c->r;
	const struct rs_topk_factors unit = { r->unit, r->linear.item.n,
		r->linear.item.d, r->linear.item.d, NULL };

	if (c->n == 0)
		return;
	if (r->unit == NULL) {
		run_all_plain(c);
		return;
	}
	for (size_t i = 0; i < c->n; i++)
		r->row[i] = c->wish[c->which[i]].index;
	run_fused(c, r->packed_unit, &unit);
}

/* Take in those who are new; who cannot be is told why and leaves the run. */
static void
fold(struct call *c, size_t row)
{
	struct rs_recommender *r = c->r;
	size_t kept = 0;

	rs_grow(&r->rows, &r->rows_n, rs_size(c->n, row), sizeof(*r->rows));
	for (size_t i = 0; i < c->n; i++) {
		const size_t to = c->which[i];
		const struct rs_wish *w = &c->wish[to];

		if (rs_model_fold(r->m, w->item, NULL, w->n,
		    r->rows + kept * row, &c->why[to]) < 0) {
			c->count[to] = RS_WISH_FAILED;
			continue;
		}
		r->row[kept] = (uint32_t)kept;
		c->which[kept++] = to;
	}
	c->n = kept;
}

static void
run_new(struct call *c)
{
	struct rs_recommender *r = c->r;
	const size_t row = rs_model_row(r->m), d = r->linear.item.d;

	if (c->n == 0)
		return;
	if (!r->is_linear) {
		if (r->taste == NULL)
			r->taste = rs_aligned(rs_size(rs_size(row,
			    (size_t)rs_pool_threads(r->pool)),
			    sizeof(*r->taste)));
		run_all_plain(c);
		return;
	}
	fold(c, row);
	if (c->n == 0)
		return;
	rs_grow(&r->bias, &r->bias_n, c->n, sizeof(*r->bias));
	for (size_t i = 0; i < c->n; i++)
		r->bias[i] = r->rows[i * row + rs_stride(d)];
	const struct rs_topk_factors users = { r->rows, c->n, d, row,
		r->bias };
	run_fused(c, r->packed, &users);
}

static void
gather(struct call *c, size_t n, enum rs_wish_kind kind, const bool *fallback)
{
	c->n = 0;
	for (size_t i = 0; i < n; i++)
		if (c->wish[i].kind == kind && !fallback[i])
			c->which[c->n++] = i;
}

/* Scores as they are shown; the order stays that of the raw ones. */
static void
link_scores(const struct call *c, size_t wish)
{
	enum { RUN = 64 };
	struct rs_hit *hit = c->hits + wish * c->room;
	float score[RUN];
	size_t n;

	for (size_t from = 0; from < c->count[wish]; from += n, hit += n) {
		n = c->count[wish] - from < RUN ? c->count[wish] - from : RUN;
		for (size_t i = 0; i < n; i++)
			score[i] = hit[i].score;
		rs_model_link(c->r->m, score, n);
		for (size_t i = 0; i < n; i++)
			hit[i].score = score[i];
	}
}

void
rs_recommend(struct rs_recommender *r, const struct rs_wish *wish, size_t n,
    struct rs_hit *hits, size_t room, size_t *count, bool *fallback,
    struct rs_err *why)
{
	struct call c = { r, wish, hits, room, count, fallback, why, NULL, 0,
	    n };
	const bool plain = !r->is_linear || (r->o.similar && r->unit == NULL);

	c.which = rs_alloc(rs_size(n, sizeof(*c.which)));
	rs_grow(&r->row, &r->row_n, n, sizeof(*r->row));
	rs_grow(&r->want, &r->want_n, n, sizeof(*r->want));
	if (plain && r->score == NULL)
		r->score = rs_alloc(rs_size(rs_size(r->choice,
		    (size_t)rs_pool_threads(r->pool)), sizeof(*r->score)));
	fill_skips(r, wish, n);
	for (size_t i = 0; i < n; i++) {
		assert(wish[i].k <= room);
		fallback[i] = unheard_of(r, &wish[i]);
		if (fallback[i])
			count[i] = give_popular(r, &r->skip[i], wish[i].k,
			    hits + i * room);
	}
	gather(&c, n, RS_WISH_USER, fallback);
	run_known(&c);
	gather(&c, n, RS_WISH_SIMILAR, fallback);
	run_similar(&c);
	gather(&c, n, RS_WISH_ITEMS, fallback);
	run_new(&c);
	for (size_t i = 0; i < n; i++)
		if (!fallback[i] && count[i] != RS_WISH_FAILED &&
		    wish[i].kind != RS_WISH_SIMILAR)
			link_scores(&c, i);
	free(c.which);
}
