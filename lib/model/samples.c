/* samples: who is in a mini-batch. */
#include <stdlib.h>
#include <string.h>

#include "base/draw.h"
#include "base/mem.h"
#include "data/negative.h"
#include "model/samples.h"

enum { FEW = RS_NEGATIVES_MANY };	/* samples that are drawn together */

static uint64_t
least(uint64_t a, uint64_t b)
{
	return a < b ? a : b;
}

void
rs_sampler_init(struct rs_sampler *from, const struct rs_fit *f,
    const struct rs_labelled *labelled, size_t negatives, bool verify,
    bool valued)
{
	*from = (struct rs_sampler){
		.train = f->train,
		.labelled = labelled,
		.planes = valued ? 1 : 1 + negatives,
		.verify = verify,
		.valued = valued,
		.seed = f->seed,
		.ordered = UINT64_MAX,
	};
	from->each = labelled != NULL ? labelled->n :
	    f->train->nnz * from->planes;
	if (labelled == NULL)
		from->owner = rs_csr_owners(f->train);
}

void
rs_sampler_free(struct rs_sampler *from)
{
	free(from->owner);
}

/* What a few samples of one epoch are. */
struct few {
	size_t n, negatives;
	uint64_t sample[FEW];
	size_t place[FEW];		/* of each negative, in the batch */
	uint32_t user[FEW];		/* and its user */
	uint64_t draw[FEW];
};

/* Where they are read from is on its way from memory. */
static void
find_few(const struct rs_sampler *from, struct few *w, uint64_t place)
{
	for (size_t k = 0; k < w->n; k++) {
		const uint64_t sample = rs_shuffle_at(&from->order, place + k);

		w->sample[k] = sample;
		if (from->labelled != NULL) {
			__builtin_prefetch(from->labelled->user + sample);
			__builtin_prefetch(from->labelled->item + sample);
			__builtin_prefetch(from->labelled->label + sample);
		} else {
			__builtin_prefetch(from->owner + sample / from->planes);
			__builtin_prefetch(from->train->item + sample /
			    from->planes);
		}
	}
}

static void
draw_pair(const struct rs_sampler *from, struct few *w, struct rs_samples *s,
    size_t i, uint64_t sample)
{
	const struct rs_csr *m = from->train;
	const uint64_t pair = sample / from->planes;
	const uint32_t user = from->owner[pair];

	s->of[RS_USER][i] = user;
	s->of[RS_ITEM][i] = m->item[pair];
	if (from->valued) {
		s->label[i] = m->weight != NULL ? m->weight[pair] : 1;
		return;
	}
	s->label[i] = sample % from->planes == 0;
	if (s->label[i] > 0)
		return;
	if (from->verify && rs_csr_count(m, user) == m->items) {
		s->share[i] = 0;
		return;
	}
	w->place[w->negatives] = i;
	w->user[w->negatives] = user;
	w->draw[w->negatives++] = rs_draw2(from->seed, RS_DRAW_SAMPLE,
	    from->ordered, sample);
}

static void
draw_negatives(const struct rs_sampler *from, const struct few *w,
    struct rs_samples *s)
{
	const struct rs_csr *m = from->train;
	uint32_t item[FEW];

	if (from->verify)
		rs_negative_by_many(m, w->user, w->draw, w->negatives, item);
	else
		for (size_t k = 0; k < w->negatives; k++)
			item[k] = rs_negative_by(m, w->user[k], false,
			    w->draw[k]);
	for (size_t k = 0; k < w->negatives; k++)
		s->of[RS_ITEM][w->place[k]] = item[k];
}

/* The samples from a place in an epoch's order on become sample at and so on
 * of the batch. */
static void
draw_few(const struct rs_sampler *from, struct rs_samples *s, size_t at,
    uint64_t place, size_t n)
{
	const struct rs_labelled *l = from->labelled;
	struct few w = { .n = n };

	find_few(from, &w, place);
	for (size_t k = 0; k < n; k++) {
		const uint64_t sample = w.sample[k];
		const size_t i = at + k;

		s->key[i] = rs_draw2(from->seed, RS_DRAW_DROPOUT,
		    from->ordered, place + k);
		s->share[i] = 1 / (float)s->n;
		if (l == NULL) {
			draw_pair(from, &w, s, i, sample);
			continue;
		}
		s->of[RS_USER][i] = l->user[sample];
		s->of[RS_ITEM][i] = l->item[sample];
		s->label[i] = l->label[sample];
	}
	draw_negatives(from, &w, s);
}

static void
draw_all(struct rs_sampler *from, struct rs_samples *s)
{
	for (size_t i = 0, n; i < s->n; i += n) {
		const uint64_t epoch = (s->first + i) / from->each;
		const uint64_t place = (s->first + i) % from->each;

		n = (size_t)least(from->each - place, least(s->n - i, FEW));
		if (from->ordered != epoch)
			rs_shuffle_by(&from->order, from->each,
			    rs_draw(from->seed, RS_DRAW_SHUFFLE, epoch));
		from->ordered = epoch;
		draw_few(from, s, i, place, n);
	}
}

/* start[k + 1] becomes where slot k's samples begin; as they are dealt it
 * moves on, and ends where slot k + 1's begin. */
static void
meet(struct rs_meeting *m, const uint32_t *row, const float *share, size_t n)
{
	m->slots = 0;
	for (size_t i = 0; i < n; i++)
		if (share[i] > 0 && !rs_has_met(m, row[i])) {
			m->slot[row[i]] = (uint32_t)m->slots;
			m->row[m->slots++] = row[i];
		}
	memset(m->start, 0, (m->slots + 2) * sizeof(*m->start));
	for (size_t i = 0; i < n; i++)
		if (share[i] > 0)
			m->start[m->slot[row[i]] + 2]++;
	for (size_t k = 0; k < m->slots; k++)
		m->start[k + 2] += m->start[k + 1];
	for (size_t i = 0; i < n; i++)
		if (share[i] > 0)
			m->sample[m->start[m->slot[row[i]] + 1]++] =
			    (uint32_t)i;
}

void
rs_samples_draw(struct rs_sampler *from, struct rs_samples *s)
{
	draw_all(from, s);
	for (int side = 0; side < 2; side++)
		meet(&s->met[side], s->of[side], s->share, s->n);
}

static struct rs_meeting
meeting_new(size_t rows, size_t room)
{
	const size_t slots = (size_t)least(rows, room);

	return (struct rs_meeting){
		.slot = rs_zalloc(rs_size(rows + 1, sizeof(uint32_t))),
		.row = rs_alloc(rs_size(slots, sizeof(uint32_t))),
		.start = rs_alloc(rs_size(slots + 2, sizeof(uint32_t))),
		.sample = rs_alloc(rs_size(room, sizeof(uint32_t))),
	};
}

void
rs_samples_init(struct rs_samples *s, const uint64_t rows[2], size_t room)
{
	s->label = rs_alloc(rs_size(room, sizeof(*s->label)));
	s->share = rs_alloc(rs_size(room, sizeof(*s->share)));
	s->key = rs_alloc(rs_size(room, sizeof(*s->key)));
	for (int side = 0; side < 2; side++) {
		s->of[side] = rs_alloc(rs_size(room, sizeof(uint32_t)));
		s->met[side] = meeting_new(rows[side], room);
	}
}

void
rs_samples_free(struct rs_samples *s)
{
	free(s->label);
	free(s->share);
	free(s->key);
	for (int side = 0; side < 2; side++) {
		free(s->of[side]);
		free(s->met[side].slot);
		free(s->met[side].row);
		free(s->met[side].start);
		free(s->met[side].sample);
	}
}

uint64_t
rs_samples_memory(const uint64_t rows[2], uint64_t room)
{
	uint64_t n = room * (2 * sizeof(float) + sizeof(uint64_t));

	for (int side = 0; side < 2; side++)
		n += (rows[side] + 2 * least(rows[side], room) + 2 * room) *
		    sizeof(uint32_t);
	return n;
}
