/*
 * batch: factors learned by synchronous mini-batches.
 *
 * A batch goes through seven passes, each over samples or over rows, with all
 * threads waiting in between:
 *
 *	draw	each sample: its pair, its negatives
 *	meet	which users' and items' rows the batch has, in the order in
 *		which they first appear; each has a slot
 *	reach	each slot: the row as it is before this batch (optimizer.h)
 *	score	each sample: its scores, and the loss's slopes at them
 *	deal	to each slot: the slopes that concern it, in the order of the
 *		samples, with the row of the other side that each goes with
 *	sum	each slot: its gradient, in that order
 *	step	each slot: the optimizer's step
 *
 * A pass over samples or slots writes what belongs to them alone, and what it
 * computes is a function of the sample or slot; meet and deal are done by one
 * thread.  So no sum depends on who takes part.  How many tasks a pass is cut
 * into follows from its size; a batch of a few hundred is one task and wakes
 * nobody, as that would cost more than it brings.
 *
 * A slope of 0 is not dealt (a hinge beyond its margin, a negative that was
 * not the hardest): a row that has none but such is not stepped.
 */
#include <stdlib.h>
#include <string.h>

#include "base/draw.h"
#include "base/mem.h"
#include "data/negative.h"
#include "data/shuffle.h"
#include "kernel/gather.h"
#include "model/batch.h"
#include "model/mf.h"
#include "model/optimizer.h"
#include "model/schedule.h"

enum { SCORES_A_TASK = 4096, ROWS_A_TASK = 1024 };

/* Rows lie at random beyond the nearest caches: so many of them are on their
 * way while one is worked on. */
enum { AHEAD = 8 };

/* One side's rows of a batch. */
struct side {
	float *row, *bias;		/* (R, stride), (R) the parameters */
	struct rs_weights *w, *wb;
	uint32_t *slot;			/* (R) where the row may be in met */
	uint32_t *met;			/* (slots) rows */
	size_t slots;
	size_t *start;			/* (slots + 2) where its slopes begin */
	uint32_t *other;		/* (slopes) rows of the other side */
	float *slope;			/* (slopes) */
	float *gradient;		/* (slots, stride) */
	float *bias_gradient;		/* (slots) */
};

struct rs_batch {
	struct rs_fit f;
	struct rs_factors *x;
	struct rs_loss loss;
	struct rs_optimizer *o;
	uint32_t *owner;		/* (nnz) the user of each pair */
	size_t room;			/* the most samples of a batch */
	bool verify;
	struct side user, item;

	/* The batch at hand. */
	struct rs_shuffle order;
	uint64_t epoch, first;		/* sample of the epoch */
	size_t n, step;
	uint32_t *of;			/* (n) users */
	uint32_t *what;			/* (1 + N, n) items, in planes */
	float *score;			/* (1 + N, n) then slopes */
	float *weight, *target;		/* (n), (n) */
	float *value;			/* (n) losses, where they are wanted */
	bool wanted;
};

/* Planes of a batch: the positive and its negatives. */
static size_t
planes(const struct rs_loss *l)
{
	return 1 + l->n;
}

/* Passes over samples. */

static void
draw_sample(struct rs_batch *b, size_t i, uint64_t pair)
{
	const struct rs_csr *m = b->f.train;
	const uint64_t at = b->first + i;
	const uint32_t user = b->owner[pair];
	const float given = m->weight != NULL ? m->weight[pair] : 1;
	/* Who has all items has no negative: such a pair teaches nothing. */
	const bool none = b->verify && b->loss.n > 0 &&
	    rs_csr_count(m, user) == m->items;
	const uint64_t key = b->loss.n == 0 ? 0 :
	    rs_draw2(b->f.seed, RS_DRAW_SAMPLE, b->epoch, at);

	b->of[i] = user;
	b->what[i] = m->item[pair];
	b->target[i] = given;
	b->weight[i] = none ? 0 : b->loss.kind == RS_LOSS_SQUARED ? 1 : given;
	for (size_t k = 1; k < planes(&b->loss); k++)
		b->what[k * b->n + i] = none ? m->item[pair] :
		    rs_negative_by(m, user, b->verify, rs_draw_at(key, k));
}

static size_t
samples_a_task(const struct rs_batch *b)
{
	const size_t n = SCORES_A_TASK / planes(&b->loss);

	return n > 0 ? n : 1;
}

static void
draw_task(void *arg, size_t task, int thread)
{
	struct rs_batch *b = arg;
	const size_t many = samples_a_task(b), from = task * many;
	const size_t n = b->n - from < many ? b->n - from : many;
	uint64_t pair[AHEAD];

	(void)thread;
	for (size_t i = 0; i < n + AHEAD; i++) {
		if (i >= AHEAD)
			draw_sample(b, from + i - AHEAD, pair[i % AHEAD]);
		if (i >= n)
			continue;
		pair[i % AHEAD] = rs_shuffle_at(&b->order,
		    b->first + from + i);
		__builtin_prefetch(b->owner + pair[i % AHEAD]);
		__builtin_prefetch(b->f.train->item + pair[i % AHEAD]);
	}
}

/* Scores of n samples from sample from on, and what they come to: both sides'
 * rows are as they were before the batch. */
static void
score_samples(struct rs_batch *b, size_t from, size_t n)
{
	const struct rs_factors *x = b->x;
	const float mean = x->mean != NULL ? *x->mean : 0;

	for (size_t k = 0; k < planes(&b->loss); k++) {
		float *s = b->score + k * b->n + from;
		const uint32_t *item = b->what + k * b->n + from;

		rs_gather_dots(s, x->user, b->of + from, x->item, item, n,
		    x->stride);
		for (size_t i = 0; i < n; i++)
			s[i] += x->user_bias[b->of[from + i]] +
			    (x->item_bias[item[i]] + mean);
	}
}

static void
score_task(void *arg, size_t task, int thread)
{
	struct rs_batch *b = arg;
	const size_t many = samples_a_task(b), from = task * many;
	const size_t n = b->n - from < many ? b->n - from : many;
	const float each = 1 / (float)b->n;
	float *score = b->score + from;

	(void)thread;
	score_samples(b, from, n);
	if (b->wanted)
		rs_loss_values(&b->loss, score, b->target + from, n, b->n,
		    b->value + from);
	rs_loss_slopes(&b->loss, score, b->target + from, n, b->n, score);
	for (size_t k = 0; k < planes(&b->loss); k++)
		for (size_t i = 0; i < n; i++)
			score[k * b->n + i] *= b->weight[from + i] * each;
}

static void
over_samples(struct rs_batch *b, void (*work)(void *, size_t, int))
{
	const size_t many = samples_a_task(b);

	rs_pool_run(b->f.pool, (b->n + many - 1) / many, work, b);
}

/* Meeting and dealing. */

static void
meet(struct side *s, uint32_t row)
{
	const uint32_t at = s->slot[row];

	if (at < s->slots && s->met[at] == row)
		return;
	s->slot[row] = (uint32_t)s->slots;
	s->met[s->slots++] = row;
}

static void
meet_all(struct rs_batch *b)
{
	const size_t items = b->n * planes(&b->loss);

	b->user.slots = b->item.slots = 0;
	for (size_t i = 0; i < b->n; i++)
		meet(&b->user, b->of[i]);
	for (size_t i = 0; i < items; i++)
		meet(&b->item, b->what[i]);
}

/* start[k + 1] becomes where slot k's slopes begin; as they are dealt it
 * moves on, and ends where slot k + 1's begin. */
static void
count_slopes(struct rs_batch *b, struct side *s, bool users)
{
	size_t sum = 0;

	memset(s->start, 0, (s->slots + 2) * sizeof(*s->start));
	for (size_t k = 0; k < planes(&b->loss); k++)
		for (size_t i = 0; i < b->n; i++) {
			const size_t at = k * b->n + i;
			const uint32_t row = users ? b->of[i] : b->what[at];

			s->start[s->slot[row] + 2] += b->score[at] != 0;
		}
	for (size_t k = 0; k < s->slots; k++) {
		sum += s->start[k + 2];
		s->start[k + 2] = sum;
	}
}

static void
deal(struct side *s, uint32_t row, uint32_t other, float slope)
{
	const size_t at = s->start[s->slot[row] + 1]++;

	s->other[at] = other;
	s->slope[at] = slope;
}

static void
deal_all(struct rs_batch *b)
{
	count_slopes(b, &b->user, true);
	count_slopes(b, &b->item, false);
	for (size_t i = 0; i < b->n; i++)
		for (size_t k = 0; k < planes(&b->loss); k++) {
			const size_t at = k * b->n + i;

			if (b->score[at] == 0)
				continue;
			deal(&b->user, b->of[i], b->what[at], b->score[at]);
			deal(&b->item, b->what[at], b->of[i], b->score[at]);
		}
}

/* Passes over slots: tasks of the users first, then of the items. */

static size_t
slot_tasks(const struct side *s)
{
	return (s->slots + ROWS_A_TASK - 1) / ROWS_A_TASK;
}

static void
reach_slot(struct rs_batch *b, struct side *s, const struct side *other,
    size_t slot)
{
	(void)other;
	if (slot + AHEAD < s->slots) {
		rs_weights_expect(s->w, s->met[slot + AHEAD]);
		rs_weights_expect(s->wb, s->met[slot + AHEAD]);
	}
	rs_weights_reach(s->w, s->met[slot], b->step);
	rs_weights_reach(s->wb, s->met[slot], b->step);
}

static void
sum_slot(struct rs_batch *b, struct side *s, const struct side *other,
    size_t slot)
{
	const size_t from = s->start[slot], n = s->start[slot + 1] - from;
	float sum = 0;

	rs_gather_sum(s->gradient + slot * b->x->stride, other->row,
	    s->other + from, s->slope + from, n, b->x->stride);
	for (size_t i = 0; i < n; i++)
		sum += s->slope[from + i];
	/* What rounding leaves of 0 is nothing that Adam should hear. */
	if (s == &b->user && rs_loss_relative(&b->loss))
		sum = 0;
	s->bias_gradient[slot] = sum;
}

static void
step_slot(struct rs_batch *b, struct side *s, const struct side *other,
    size_t slot)
{
	(void)other;
	if (s->start[slot] == s->start[slot + 1])
		return;
	rs_weights_step(s->w, s->met[slot], b->step,
	    s->gradient + slot * b->x->stride);
	rs_weights_step(s->wb, s->met[slot], b->step, s->bias_gradient + slot);
}

struct pass {
	struct rs_batch *b;
	void (*work)(struct rs_batch *b, struct side *s,
	    const struct side *other, size_t slot);
};

static void
slot_task(void *arg, size_t task, int thread)
{
	const struct pass *p = arg;
	struct rs_batch *b = p->b;
	const size_t users = slot_tasks(&b->user);
	struct side *s = task < users ? &b->user : &b->item;
	const struct side *other = task < users ? &b->item : &b->user;
	const size_t from = (task < users ? task : task - users) * ROWS_A_TASK;

	(void)thread;
	for (size_t i = from; i < s->slots && i < from + ROWS_A_TASK; i++)
		p->work(b, s, other, i);
}

/* All in one task where there are few. */
static void
over_slots(struct rs_batch *b, void (*work)(struct rs_batch *, struct side *,
    const struct side *, size_t))
{
	struct pass p = { b, work };
	const size_t tasks = slot_tasks(&b->user) + slot_tasks(&b->item);

	if (b->user.slots + b->item.slots > 2 * ROWS_A_TASK) {
		rs_pool_run(b->f.pool, tasks, slot_task, &p);
		return;
	}
	for (size_t i = 0; i < tasks; i++)
		slot_task(&p, i, 0);
}

/* A batch, an epoch. */

static double
one_batch(struct rs_batch *b)
{
	double sum = 0;

	over_samples(b, draw_task);
	meet_all(b);
	over_slots(b, reach_slot);
	over_samples(b, score_task);
	deal_all(b);
	over_slots(b, sum_slot);
	over_slots(b, step_slot);
	for (size_t i = 0; b->wanted && i < b->n; i++)
		sum += (double)(b->value[i] * b->weight[i]);
	return sum;
}

static void
settle_all(struct rs_batch *b, size_t steps)
{
	rs_weights_settle(b->user.w, b->f.pool, steps);
	rs_weights_settle(b->user.wb, b->f.pool, steps);
	rs_weights_settle(b->item.w, b->f.pool, steps);
	rs_weights_settle(b->item.wb, b->f.pool, steps);
}

int
rs_batch_epoch(struct rs_batch *b, uint64_t epoch, double *loss,
    struct rs_err *e)
{
	const uint64_t pairs = b->f.train->nnz;
	const uint64_t batches = (pairs + b->room - 1) / b->room;
	double sum = 0;

	(void)e;
	b->epoch = epoch;
	rs_shuffle_by(&b->order, pairs, rs_draw(b->f.seed, RS_DRAW_SHUFFLE,
	    epoch));
	b->wanted = loss != NULL;
	for (uint64_t i = 0; i < batches; ) {
		const size_t steps = batches - i < RS_WINDOW_MAX ?
		    (size_t)(batches - i) : RS_WINDOW_MAX;

		rs_optimizer_window(b->o, rs_schedule_rate(&b->f, epoch),
		    epoch * batches + i, steps);
		for (b->step = 0; b->step < steps; b->step++, i++) {
			b->first = i * b->room;
			b->n = pairs - b->first < b->room ?
			    (size_t)(pairs - b->first) : b->room;
			sum += one_batch(b);
		}
		settle_all(b, steps);
	}
	if (loss != NULL)
		*loss = sum / (double)pairs;
	return 0;
}

/* Begin, keep, end. */

/* Rows that a batch may have of one side, and slopes that it may deal. */
static size_t
most(const struct rs_batch *b, size_t rows, size_t a_sample)
{
	const size_t n = rs_size(b->room, a_sample);

	return n < rows ? n : rows;
}

static void
side_init(struct rs_batch *b, struct side *s, float *row, float *bias,
    size_t rows, size_t a_sample)
{
	const double l2 = rs_values_get(b->f.values, "regularization");
	const double bias_l2 = rs_values_get(b->f.values,
	    "bias-regularization");
	const size_t slots = most(b, rows, a_sample);
	const size_t slopes = rs_size(b->room, planes(&b->loss));

	s->row = row;
	s->bias = bias;
	s->w = rs_weights_new(b->o, row, rows, b->x->stride, l2);
	s->wb = rs_weights_new(b->o, bias, rows, 1, bias_l2);
	s->slot = rs_zalloc(rs_size(rows + 1, sizeof(*s->slot)));
	s->met = rs_alloc(rs_size(slots + 1, sizeof(*s->met)));
	s->start = rs_alloc(rs_size(slots + 2, sizeof(*s->start)));
	s->other = rs_alloc(rs_size(slopes, sizeof(*s->other)));
	s->slope = rs_alloc(rs_size(slopes, sizeof(*s->slope)));
	s->gradient = rs_aligned(rs_size(rs_size(slots + 1, b->x->stride),
	    sizeof(float)));
	s->bias_gradient = rs_alloc(rs_size(slots + 1, sizeof(float)));
}

static void
side_free(struct side *s)
{
	rs_weights_free(s->w);
	rs_weights_free(s->wb);
	free(s->slot);
	free(s->met);
	free(s->start);
	free(s->other);
	free(s->slope);
	free(s->gradient);
	free(s->bias_gradient);
}

static bool
all_have_all(const struct rs_csr *m)
{
	for (uint64_t u = 0; u < m->users; u++)
		if (rs_csr_count(m, u) > 0 && rs_csr_count(m, u) < m->items)
			return false;
	return true;
}

static int
resume(struct rs_batch *b, struct rs_err *e)
{
	const struct rs_tensors *t = rs_model_tensors(b->f.warm);

	if (rs_weights_resume(b->user.w, "user_moments", t, e) < 0 ||
	    rs_weights_resume(b->user.wb, "user_bias_moments", t, e) < 0 ||
	    rs_weights_resume(b->item.w, "item_moments", t, e) < 0)
		return -1;
	return rs_weights_resume(b->item.wb, "item_bias_moments", t, e);
}

struct rs_batch *
rs_batch_new(const struct rs_fit *f, struct rs_factors *x, struct rs_err *e)
{
	const double room = rs_values_get(f->values, "batch");
	struct rs_batch *b = rs_zalloc(sizeof(*b));

	b->f = *f;
	b->x = x;
	b->loss = rs_mf_loss(f->values, f->train->items);
	b->verify = rs_values_get(f->values, "verify") > 0;
	b->room = room < (double)f->train->nnz ? (size_t)room :
	    (size_t)f->train->nnz;
	b->o = rs_optimizer_new((enum rs_optimizer_kind)rs_values_get(
	    f->values, "optimizer"), rs_values_get(f->values, "momentum"));
	b->owner = rs_csr_owners(f->train);
	side_init(b, &b->user, x->user, x->user_bias, x->users, 1);
	side_init(b, &b->item, x->item, x->item_bias, x->items,
	    planes(&b->loss));
	const size_t scores = rs_size(b->room, planes(&b->loss));
	b->of = rs_alloc(rs_size(b->room, sizeof(*b->of)));
	b->what = rs_alloc(rs_size(scores, sizeof(*b->what)));
	b->score = rs_alloc(rs_size(scores, sizeof(*b->score)));
	b->weight = rs_alloc(rs_size(b->room, sizeof(*b->weight)));
	b->target = rs_alloc(rs_size(b->room, sizeof(*b->target)));
	b->value = rs_alloc(rs_size(b->room, sizeof(*b->value)));
	if (b->verify && b->loss.n > 0 && all_have_all(f->train)) {
		rs_fail(e, "each user has every item: there are no negatives "
		    "to learn from (verify=no draws among all items)");
		goto fail;
	}
	if (f->resumed > 0 && resume(b, e) < 0)
		goto fail;
	return b;
fail:
	rs_batch_free(b);
	return NULL;
}

void
rs_batch_keep(struct rs_batch *b, struct rs_tensors *t)
{
	rs_weights_keep(b->user.w, "user_moments", t);
	rs_weights_keep(b->user.wb, "user_bias_moments", t);
	rs_weights_keep(b->item.w, "item_moments", t);
	rs_weights_keep(b->item.wb, "item_bias_moments", t);
}

void
rs_batch_free(struct rs_batch *b)
{
	if (b == NULL)
		return;
	side_free(&b->user);
	side_free(&b->item);
	rs_optimizer_free(b->o);
	free(b->owner);
	free(b->of);
	free(b->what);
	free(b->score);
	free(b->weight);
	free(b->target);
	free(b->value);
	free(b);
}

uint64_t
rs_batch_memory(const struct rs_fit *f, uint64_t users, uint64_t items,
    uint64_t pairs, int threads)
{
	const struct rs_loss l = rs_mf_loss(f->values, items);
	const enum rs_optimizer_kind kind = (enum rs_optimizer_kind)
	    rs_values_get(f->values, "optimizer");
	const uint64_t n = (uint64_t)rs_values_get(f->values, "batch");
	const uint64_t row = rs_stride(f->factors) * sizeof(float) +
	    sizeof(size_t) + 2 * sizeof(float);
	const uint64_t many = n * planes(&l);

	(void)threads;
	return pairs * sizeof(uint32_t) + (users + items) * sizeof(uint32_t) +
	    rs_weights_memory(kind, users + items, rs_stride(f->factors)) +
	    rs_weights_memory(kind, users + items, 1) +
	    ((n < users ? n : users) + (many < items ? many : items)) * row +
	    many * 6 * sizeof(float) + n * 4 * sizeof(float) +
	    RS_WINDOW_MAX * 2 * sizeof(float);
}
