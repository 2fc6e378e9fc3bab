/*
 * trainer: a network learned by mini-batches.
 *
 * A batch goes through two passes, with all threads waiting in between:
 *
 *	learn	each shard: its samples' scores, the loss's slopes at them
 *		and all gradients, piece by piece; and, as one more task, who
 *		is in the next batch, as that hangs on no parameter
 *	move	each chunk of weights: the shards' gradients summed, one step;
 *		each user's and item's row that the batch met: its samples'
 *		gradients summed, one step; each row that only the next batch
 *		meets: what it was before that one (optimizer.h)
 *
 * Each task writes what is its own.  What it computes is a function of the
 * batch, whose shards and pieces follow from its size alone, so no sum depends
 * on who takes part.  A batch of one piece is worked on by one thread alone, as
 * to wake another would cost more than it brings.
 *
 * Of who is in a batch there are two copies, the batch at hand and the next.
 * Between the passes, and before and after an epoch's first and last batch,
 * only the caller's thread runs: it exchanges the two and turns the weights.
 */
#include <assert.h>
#include <inttypes.h>
#include <stdlib.h>

#include "base/mem.h"
#include "kernel/activation.h"
#include "kernel/gather.h"
#include "model/samples.h"
#include "model/schedule.h"
#include "model/trainer.h"

enum {
	CHUNK = 1024,		/* floats of weights that are stepped at once */
	CHUNKS_A_TASK = 8,
	ROWS_A_TASK = 64,
	AHEAD = 8,		/* rows on their way from memory */
	PIECE = 64,		/* samples: their values stay in L2 */
	/* The gradients of more weights do not, and are fewer where pieces
	 * are longer: a batch of 1024 with two layers of 512 by 512 took a
	 * fifth less time by 256. */
	FEW_WEIGHTS = 65536, LONG_PIECE = 256,
};

const char *const rs_trainer_lasts[] = {
	[RS_LAST_KEEP] = "keep", [RS_LAST_DROP] = "drop",
	[RS_LAST_ROLL] = "roll", NULL
};

/* Parameters that each batch moves, in chunks of a width. */
struct flat {
	size_t n, width;	/* floats, floats of a chunk */
	struct rs_weights *w;	/* (n / width, width) */
	float *gradient;	/* (shards, n) */
};

/* A thread's own room. */
struct desk {
	struct rs_net_pass *pass;
	float *weight, *bias;	/* gradients of a shard's later pieces */
	float *sum;		/* of one row or chunk */
};

struct rs_trainer {
	struct rs_fit f;
	struct rs_net *net;
	struct rs_trainer_opts o;
	struct rs_sampler from;
	size_t room;		/* samples of a whole batch */
	struct rs_optimizer *optimizer;
	struct rs_weights *row[2];
	struct flat weight, bias;
	float *turned;		/* (net->turned) */
	float *gradient[2];	/* (n, stride) of each sample's rows */
	float *score;		/* (n) then slopes */
	float *ones;		/* (n) */
	struct desk *desk;	/* (threads) */
	struct rs_samples samples[2], *now, *next;

	/* The batch at hand. */
	size_t step;		/* of the window */
	bool more, reaches;	/* another follows, in this window */
	bool wanted;		/* what it costs */
	double cost[RS_TRAINER_SHARDS];
};

static uint64_t
least(uint64_t a, uint64_t b)
{
	return a < b ? a : b;
}

/* Samples of a piece. */
static size_t
piece_size(const struct rs_net *net)
{
	return net->weights <= FEW_WEIGHTS ? PIECE : LONG_PIECE;
}

static size_t
pieces(const struct rs_net *net, size_t n)
{
	return (n + piece_size(net) - 1) / piece_size(net);
}

static size_t
shards(const struct rs_net *net, size_t n)
{
	const size_t all = pieces(net, n);

	return all < RS_TRAINER_SHARDS ? all : RS_TRAINER_SHARDS;
}

/* The pass that learns. */

/*
 * What samples cost.  With z for minus the score where the label is nearer to
 * 1, and w for the lesser of label and 1 - label, -label ln s(y) - (1 - label)
 * ln s(-y) is ln(1 + e^z) - w z, which is exact where it is small.
 */
static double
logistic(const struct rs_samples *s, size_t from, size_t n, const float *score)
{
	const float *label = s->label + from, *share = s->share + from;
	float value[LONG_PIECE] = { 0 };	/* for gcc, who fears n 0 */
	double cost = 0;

	for (size_t i = 0; i < n; i++)
		value[i] = label[i] >= 0.5F ? -score[i] : score[i];
	rs_softplus(value, value, n);
	for (size_t i = 0; i < n; i++) {
		const double p = (double)label[i], y = (double)score[i];

		if (share[i] > 0)
			cost += (double)value[i] + (p >= 0.5 ? (1 - p) * y :
			    -p * y);
	}
	return cost;
}

/* Its slopes, in place of the scores. */
static void
logistic_slopes(const struct rs_samples *s, size_t from, size_t n, float *score)
{
	const float *label = s->label + from, *share = s->share + from;

	rs_sigmoid(score, score, n);
	for (size_t i = 0; i < n; i++)
		score[i] = share[i] > 0 ? (score[i] - label[i]) * share[i] : 0;
}

/* What samples cost, and the slopes in place of the scores. */
static double
squared(const struct rs_samples *s, size_t from, size_t n, float *score)
{
	double cost = 0;

	for (size_t i = 0; i < n; i++) {
		const float d = score[i] - s->label[from + i];

		cost += (double)d * (double)d / 2;
		score[i] = d * s->share[from + i];
	}
	return cost;
}

static void
add(float *to, const float *x, size_t n)
{
	for (size_t i = 0; i < n; i++)
		to[i] += x[i];
}

/* Returns what the piece costs. */
static double
learn_piece(struct rs_trainer *t, size_t piece, struct desk *desk,
    float *weight, float *bias)
{
	const struct rs_samples *s = t->now;
	const size_t many = piece_size(t->net), from = piece * many;
	const size_t n = s->n - from < many ? s->n - from : many;
	float *score = t->score + from;
	struct rs_net_gradient g = {
		{ t->gradient[RS_USER] + from * t->net->stride[RS_USER],
		  t->gradient[RS_ITEM] + from * t->net->stride[RS_ITEM] },
		weight, bias
	};
	double cost = 0;

	rs_net_forward(desk->pass, s->of[RS_USER] + from,
	    s->of[RS_ITEM] + from, n, s->key + from, t->turned,
	    score);
	if (t->o.loss == RS_TRAINER_SQUARED) {
		cost = squared(s, from, n, score);
	} else {
		if (t->wanted)
			cost = logistic(s, from, n, score);
		logistic_slopes(s, from, n, score);
	}
	rs_net_backward(desk->pass, score, t->turned, &g);
	return cost;
}

static void
learn_shard(struct rs_trainer *t, size_t shard, struct desk *desk)
{
	const size_t all = pieces(t->net, t->now->n);
	const size_t many = shards(t->net, t->now->n);
	const size_t from = all * shard / many;
	const size_t to = all * (shard + 1) / many;
	float *weight = t->weight.gradient + shard * t->weight.n;
	float *bias = t->bias.gradient + shard * t->bias.n;

	t->cost[shard] = learn_piece(t, from, desk, weight, bias);
	for (size_t p = from + 1; p < to; p++) {
		t->cost[shard] += learn_piece(t, p, desk, desk->weight,
		    desk->bias);
		add(weight, desk->weight, t->weight.n);
		add(bias, desk->bias, t->bias.n);
	}
}

/* The next batch comes first: it may take longer than a shard. */
static void
learn_task(void *arg, size_t task, int thread)
{
	struct rs_trainer *t = arg;

	if (!t->more)
		learn_shard(t, task, &t->desk[thread]);
	else if (task > 0)
		learn_shard(t, task - 1, &t->desk[thread]);
	else
		rs_samples_draw(&t->from, t->next);
}

/* The pass that moves. */

static void
move_chunks(struct rs_trainer *t, struct flat *x, size_t from, size_t to,
    struct desk *desk)
{
	const size_t many = shards(t->net, t->now->n);
	const size_t chunks = x->n / x->width;
	uint32_t row[RS_TRAINER_SHARDS];

	for (size_t c = from; c < to; c++) {
		for (size_t k = 0; k < many; k++)
			row[k] = (uint32_t)(k * chunks + c);
		rs_gather_sum(desk->sum, x->gradient, row, t->ones, many,
		    x->width);
		rs_weights_step(x->w, c, t->step, desk->sum);
	}
}

static void
move_rows(struct rs_trainer *t, int side, size_t from, size_t to,
    struct desk *desk)
{
	const struct rs_meeting *m = &t->now->met[side];
	const size_t stride = t->net->stride[side];

	for (size_t k = from; k < to; k++) {
		rs_gather_sum(desk->sum, t->gradient[side],
		    m->sample + m->start[k], t->ones,
		    m->start[k + 1] - m->start[k], stride);
		rs_weights_step(t->row[side], m->row[k], t->step, desk->sum);
	}
}

static void
reach_rows(struct rs_trainer *t, int side, size_t from, size_t to)
{
	const struct rs_meeting *now = &t->now->met[side];
	const struct rs_meeting *next = &t->next->met[side];

	for (size_t k = from; k < to; k++) {
		if (k + AHEAD < next->slots)
			rs_weights_expect(t->row[side], next->row[k + AHEAD]);
		if (!rs_has_met(now, next->row[k]))
			rs_weights_reach(t->row[side], next->row[k],
			    t->step + 1);
	}
}

enum part { WEIGHTS, BIASES, ROWS, REACHES = ROWS + 2, PARTS = REACHES + 2 };

/* What there is of a part to move, and how much of it a task takes. */
static size_t
part_size(const struct rs_trainer *t, int part, size_t *grain)
{
	*grain = part < ROWS ? CHUNKS_A_TASK : ROWS_A_TASK;
	if (part == WEIGHTS)
		return t->weight.n / t->weight.width;
	if (part == BIASES)
		return t->bias.n / t->bias.width;
	if (part < REACHES)
		return t->now->met[part - ROWS].slots;
	return t->reaches ? t->next->met[part - REACHES].slots : 0;
}

static size_t
part_tasks(const struct rs_trainer *t, int part)
{
	size_t grain;
	const size_t n = part_size(t, part, &grain);

	return (n + grain - 1) / grain;
}

static void
move_part(struct rs_trainer *t, int part, size_t task, struct desk *desk)
{
	size_t grain;
	const size_t n = part_size(t, part, &grain), from = task * grain;
	const size_t to = n - from < grain ? n : from + grain;

	if (part == WEIGHTS)
		move_chunks(t, &t->weight, from, to, desk);
	else if (part == BIASES)
		move_chunks(t, &t->bias, from, to, desk);
	else if (part < REACHES)
		move_rows(t, part - ROWS, from, to, desk);
	else
		reach_rows(t, part - REACHES, from, to);
}

static void
move_task(void *arg, size_t task, int thread)
{
	struct rs_trainer *t = arg;
	int part = 0;

	while (task >= part_tasks(t, part))
		task -= part_tasks(t, part++);
	move_part(t, part, task, &t->desk[thread]);
}

/* A batch, an epoch. */

static void
pass(struct rs_trainer *t, size_t tasks, void (*work)(void *, size_t, int))
{
	if (t->now->n > piece_size(t->net)) {
		rs_pool_run(t->f.pool, tasks, work, t);
		return;
	}
	for (size_t i = 0; i < tasks; i++)
		work(t, i, 0);
}

/* Returns what its samples cost. */
static double
one_batch(struct rs_trainer *t)
{
	size_t tasks = 0;
	double cost = 0;

	rs_net_turn(t->net, t->turned);
	pass(t, shards(t->net, t->now->n) + t->more, learn_task);
	for (int part = 0; part < PARTS; part++)
		tasks += part_tasks(t, part);
	pass(t, tasks, move_task);
	for (size_t k = 0; k < shards(t->net, t->now->n); k++)
		cost += t->cost[k];
	return cost;
}

static void
settle_all(struct rs_trainer *t, size_t steps)
{
	rs_weights_settle(t->row[RS_USER], t->f.pool, steps);
	rs_weights_settle(t->row[RS_ITEM], t->f.pool, steps);
	rs_weights_settle(t->weight.w, t->f.pool, steps);
	rs_weights_settle(t->bias.w, t->f.pool, steps);
}

/* Batches before an epoch, which are steps of the optimizer too. */
static uint64_t
batches_before(const struct rs_trainer *t, uint64_t epoch)
{
	switch (t->o.last) {
	case RS_LAST_KEEP:
		return epoch * ((t->from.each + t->room - 1) / t->room);
	case RS_LAST_DROP:
		return epoch * (t->from.each / t->room);
	case RS_LAST_ROLL:
		break;
	}
	return (uint64_t)((unsigned __int128)epoch * t->from.each / t->room);
}

/* Where batch i of an epoch begins, and how many samples it has. */
static void
begin_batch(const struct rs_trainer *t, struct rs_samples *s, uint64_t epoch,
    uint64_t i)
{
	const uint64_t end = (epoch + 1) * t->from.each;

	s->first = t->o.last == RS_LAST_ROLL ?
	    (batches_before(t, epoch) + i) * t->room :
	    epoch * t->from.each + i * t->room;
	s->n = end - s->first < t->room ? (size_t)(end - s->first) : t->room;
}

static void
exchange(struct rs_trainer *t)
{
	struct rs_samples *done = t->now;

	t->now = t->next;
	t->next = done;
}

int
rs_trainer_epoch(struct rs_trainer *t, uint64_t epoch, double *loss,
    struct rs_err *e)
{
	const uint64_t done = batches_before(t, epoch);
	const uint64_t batches = batches_before(t, epoch + 1) - done;
	uint64_t samples = 0;
	double cost = 0;

	(void)e;
	t->wanted = loss != NULL;
	if (batches > 0) {
		begin_batch(t, t->now, epoch, 0);
		rs_samples_draw(&t->from, t->now);
	}
	for (uint64_t i = 0; i < batches; ) {
		const size_t steps = batches - i < RS_WINDOW_MAX ?
		    (size_t)(batches - i) : RS_WINDOW_MAX;

		rs_optimizer_window(t->optimizer, rs_schedule_rate(&t->f,
		    epoch), done + i, steps);
		for (t->step = 0; t->step < steps; t->step++, i++) {
			t->more = i + 1 < batches;
			t->reaches = t->step + 1 < steps;
			if (t->more)
				begin_batch(t, t->next, epoch, i + 1);
			cost += one_batch(t);
			samples += t->now->n;
			exchange(t);
		}
		settle_all(t, steps);
	}
	if (loss != NULL && samples > 0)
		*loss = cost / (double)samples;
	return 0;
}

/* Begin, keep, end. */

/* Whole lanes, and a divisor of n. */
static size_t
chunk(size_t n)
{
	size_t width = CHUNK;

	while (n % width != 0)
		width /= 2;
	return width;
}

static struct flat
flat_new(const struct rs_optimizer *o, float *p, size_t n, size_t many,
    double l2)
{
	const size_t width = chunk(n);

	return (struct flat){
		.n = n,
		.width = width,
		.w = rs_weights_new(o, p, n / width, width, l2),
		.gradient = rs_aligned(rs_size(rs_size(many, n),
		    sizeof(float))),
	};
}

static void
flat_free(struct flat *x)
{
	rs_weights_free(x->w);
	free(x->gradient);
}

/* The longest row or chunk. */
static size_t
widest(const struct rs_net *net)
{
	size_t n = CHUNK;

	for (int side = 0; side < 2; side++)
		if (net->stride[side] > n)
			n = net->stride[side];
	return n;
}

static void
desk_init(struct desk *d, const struct rs_net *net, size_t room)
{
	const size_t n = (size_t)least(room, piece_size(net));

	d->pass = rs_net_pass_new(net, n);
	d->sum = rs_aligned(rs_size(widest(net), sizeof(float)));
	if (pieces(net, room) <= RS_TRAINER_SHARDS)
		return;
	d->weight = rs_aligned(rs_size(net->weights, sizeof(float)));
	d->bias = rs_aligned(rs_size(net->biases, sizeof(float)));
}

static void
desk_free(struct desk *d)
{
	rs_net_pass_free(d->pass);
	free(d->sum);
	free(d->weight);
	free(d->bias);
}

/* Samples of a whole batch: no more than there are, unless those of the next
 * epoch follow. */
static uint64_t
room_for(const struct rs_trainer_opts *o, uint64_t each)
{
	return o->last == RS_LAST_ROLL ? o->batch : least(o->batch, each);
}

static void
alloc(struct rs_trainer *t)
{
	struct rs_net *net = t->net;
	const size_t many = shards(net, t->room);

	for (int side = 0; side < 2; side++) {
		t->row[side] = rs_weights_new(t->optimizer, net->row[side],
		    net->rows[side], net->stride[side], t->o.l2);
		t->gradient[side] = rs_aligned(rs_size(rs_size(t->room,
		    net->stride[side]), sizeof(float)));
		rs_samples_init(&t->samples[side], net->rows, t->room);
	}
	t->now = &t->samples[0];
	t->next = &t->samples[1];
	t->weight = flat_new(t->optimizer, net->weight, net->weights, many,
	    t->o.layer_l2);
	t->bias = flat_new(t->optimizer, net->bias, net->biases, many, 0);
	t->turned = rs_aligned(rs_size(net->turned, sizeof(float)));
	t->score = rs_aligned(rs_size(t->room, sizeof(float)));
	t->ones = rs_aligned(rs_size(t->room + RS_TRAINER_SHARDS,
	    sizeof(float)));
	for (size_t i = 0; i < t->room + RS_TRAINER_SHARDS; i++)
		t->ones[i] = 1;
	t->desk = rs_zalloc(rs_size((size_t)rs_pool_threads(t->f.pool),
	    sizeof(*t->desk)));
	for (int i = 0; i < rs_pool_threads(t->f.pool); i++)
		desk_init(&t->desk[i], net, t->room);
}

static bool
all_have_all(const struct rs_csr *m)
{
	for (uint64_t u = 0; u < m->users; u++)
		if (rs_csr_count(m, u) > 0 && rs_csr_count(m, u) < m->items)
			return false;
	return true;
}

/* Indices of a stream with labels whose rows need not be in train. */
static int
check_labelled(const struct rs_labelled *l, const struct rs_net *net,
    struct rs_err *e)
{
	for (size_t i = 0; i < l->n; i++) {
		if (l->user[i] >= net->rows[RS_USER])
			return rs_fail(e, "row %zu has the user %" PRIu32
			    ", and there are %" PRIu64, i + 1, l->user[i],
			    net->rows[RS_USER]);
		if (l->item[i] >= net->rows[RS_ITEM])
			return rs_fail(e, "row %zu has the item %" PRIu32
			    ", and there are %" PRIu64, i + 1, l->item[i],
			    net->rows[RS_ITEM]);
	}
	return 0;
}

static int
check(const struct rs_trainer *t, struct rs_err *e)
{
	if (t->from.labelled != NULL &&
	    check_labelled(t->from.labelled, t->net, e) < 0)
		return -1;
	if (t->from.each == 0)
		return rs_fail(e, "there are no samples to learn from");
	if (t->o.last == RS_LAST_DROP && t->from.each < t->o.batch)
		return rs_fail(e, "no batch is full: an epoch has %" PRIu64
		    " samples, a batch %zu (lower batch, or keep the last)",
		    t->from.each, t->o.batch);
	if (t->o.last == RS_LAST_ROLL && t->f.epochs > 0 &&
	    batches_before(t, t->f.epochs) == 0)
		return rs_fail(e, "no batch is ever full: %" PRIu64 " epochs "
		    "have %" PRIu64 " samples, a batch %zu (lower batch, or "
		    "keep the last)", t->f.epochs, t->f.epochs *
		    t->from.each, t->o.batch);
	if (t->from.labelled == NULL && t->o.verify && t->from.planes > 1 &&
	    all_have_all(t->f.train))
		return rs_fail(e, "each user has every item: there are no "
		    "negatives to learn from (verify=no draws among all "
		    "items)");
	return 0;
}

static int
resume(struct rs_trainer *t, struct rs_err *e)
{
	const struct rs_tensors *from = rs_model_tensors(t->f.warm);

	if (rs_weights_resume(t->row[RS_USER], "user_moments", from, e) < 0 ||
	    rs_weights_resume(t->row[RS_ITEM], "item_moments", from, e) < 0)
		return -1;
	if (t->weight.n > 0 && rs_weights_resume(t->weight.w,
	    "weight_moments", from, e) < 0)
		return -1;
	return t->bias.n > 0 ? rs_weights_resume(t->bias.w, "bias_moments",
	    from, e) : 0;
}

struct rs_trainer *
rs_trainer_new(const struct rs_fit *f, struct rs_net *net,
    const struct rs_trainer_opts *o, struct rs_err *e)
{
	struct rs_trainer *t = rs_zalloc(sizeof(*t));
	const bool valued = o->loss == RS_TRAINER_SQUARED;

	assert(o->batch > 0 && o->batch <= UINT32_MAX);
	t->f = *f;
	t->net = net;
	t->o = *o;
	rs_sampler_init(&t->from, f, valued ? NULL : f->labelled,
	    o->negatives, o->verify, valued);
	t->room = (size_t)room_for(o, t->from.each);
	if (check(t, e) < 0) {
		rs_sampler_free(&t->from);
		free(t);
		return NULL;
	}
	t->optimizer = rs_optimizer_new(o->optimizer, o->momentum);
	alloc(t);
	if (f->resumed > 0 && resume(t, e) < 0) {
		rs_trainer_free(t);
		return NULL;
	}
	return t;
}

void
rs_trainer_keep(struct rs_trainer *t, struct rs_tensors *to)
{
	rs_weights_keep(t->row[RS_USER], "user_moments", to);
	rs_weights_keep(t->row[RS_ITEM], "item_moments", to);
	if (t->weight.n > 0)
		rs_weights_keep(t->weight.w, "weight_moments", to);
	if (t->bias.n > 0)
		rs_weights_keep(t->bias.w, "bias_moments", to);
}

void
rs_trainer_free(struct rs_trainer *t)
{
	if (t == NULL)
		return;
	for (int i = 0; i < rs_pool_threads(t->f.pool); i++)
		desk_free(&t->desk[i]);
	for (int side = 0; side < 2; side++) {
		rs_weights_free(t->row[side]);
		free(t->gradient[side]);
		rs_samples_free(&t->samples[side]);
	}
	flat_free(&t->weight);
	flat_free(&t->bias);
	rs_optimizer_free(t->optimizer);
	rs_sampler_free(&t->from);
	free(t->turned);
	free(t->score);
	free(t->ones);
	free(t->desk);
	free(t);
}

static uint64_t
flat_memory(enum rs_optimizer_kind kind, size_t n, size_t many)
{
	return rs_weights_memory(kind, n / chunk(n), chunk(n)) +
	    many * n * sizeof(float);
}

static uint64_t
desk_memory(const struct rs_net *net, size_t room)
{
	const uint64_t floats = widest(net) + (pieces(net, room) <=
	    RS_TRAINER_SHARDS ? 0 : net->weights + net->biases);

	return floats * sizeof(float) + rs_net_pass_memory(net,
	    (size_t)least(room, piece_size(net)));
}

/* Of a side: its moments, and its samples' gradients. */
static uint64_t
side_memory(enum rs_optimizer_kind kind, uint64_t rows, uint64_t stride,
    uint64_t room)
{
	return rs_weights_memory(kind, rows, stride) +
	    room * stride * sizeof(float);
}

uint64_t
rs_trainer_memory(const struct rs_net *net, const struct rs_trainer_opts *o,
    uint64_t pairs, int threads)
{
	const uint64_t each = pairs * (o->loss == RS_TRAINER_SQUARED ? 1 :
	    1 + o->negatives), room = room_for(o, each);
	const size_t many = shards(net, (size_t)room);
	const uint64_t steps = least(room > 0 ? each / room + 1 : 0,
	    RS_WINDOW_MAX);
	uint64_t n = pairs * sizeof(uint32_t) + steps * 2 * sizeof(float);

	for (int side = 0; side < 2; side++)
		n += side_memory(o->optimizer, net->rows[side],
		    net->stride[side], room);
	n += flat_memory(o->optimizer, net->weights, many) +
	    flat_memory(o->optimizer, net->biases, many) +
	    net->turned * sizeof(float);
	n += 2 * rs_samples_memory(net->rows, room) + room * 2 * sizeof(float);
	return n + (uint64_t)threads * desk_memory(net, (size_t)room);
}
