/*
 * samples: who is in a mini-batch.
 *
 *	rs_sampler_init(&from, f, labelled, negatives, verify);
 *	rs_samples_init(&s, users, items, room);
 *	s.first = 512;
 *	s.n = 256;
 *	rs_samples_draw(&from, &s);
 *	... s.of[RS_USER][i], s.label[i], s.met[RS_USER].row[k] ...
 *	rs_samples_free(&s);
 *	rs_sampler_free(&from);
 *
 * An epoch's samples are the rows of a labelled stream or, without one, each
 * pair of train followed by its negatives.  They stand in an order of the
 * epoch's own, and the epochs one behind the other: sample first + i is in
 * epoch (first + i) / each.  Who it is, and its draws, are a function of the
 * seed and of that place alone, so batches may be cut anyhow.
 *
 * A sampler has one thread; it and its samples are plain data.
 */
#ifndef RS_MODEL_SAMPLES_H
#define RS_MODEL_SAMPLES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "data/csr.h"
#include "data/labelled.h"
#include "data/shuffle.h"
#include "model/algorithm.h"

/* Where samples come from. */
struct rs_sampler {
	const struct rs_csr *train;
	const struct rs_labelled *labelled;	/* or NULL */
	uint32_t *owner;	/* (nnz) the user of each pair; or NULL */
	uint64_t planes;	/* samples of each pair */
	bool verify;		/* whether a user's own are no negatives */
	bool valued;		/* labels are the weights of train */
	uint64_t each;		/* samples of an epoch */
	uint64_t seed;
	struct rs_shuffle order;
	uint64_t ordered;	/* the epoch of that order */
};

/* One side's rows of a batch, in the order in which they first appear: each
 * has a slot. */
struct rs_meeting {
	uint32_t *slot;		/* (R) where the row may be in row */
	uint32_t *row;		/* (slots) */
	uint32_t *start;	/* (slots + 2) where a slot's samples begin */
	uint32_t *sample;	/* (n) ascending within a slot */
	size_t slots;
};

struct rs_samples {
	uint64_t first;		/* its first sample, counted from epoch 0 on */
	size_t n;
	uint32_t *of[2];	/* (n) users, items */
	float *label;		/* (n) or values */
	float *share;		/* (n) of the loss: 1 / n, or 0 where there is
				 * no such negative */
	uint64_t *key;		/* (n) for dropout */
	struct rs_meeting met[2];	/* of those with a share */
};

static inline bool
rs_has_met(const struct rs_meeting *m, uint32_t row)
{
	const uint32_t slot = m->slot[row];

	return slot < m->slots && m->row[slot] == row;
}

/* Samples of each pair of f->train: 1, its weight being its label (valued), or
 * itself and its negatives.  labelled (NULL: none) are samples instead. */
void rs_sampler_init(struct rs_sampler *from, const struct rs_fit *f,
    const struct rs_labelled *labelled, size_t negatives, bool verify,
    bool valued);
void rs_sampler_free(struct rs_sampler *from);

/* Room for as many samples of so many users and items. */
void rs_samples_init(struct rs_samples *s, const uint64_t rows[2],
    size_t room);
void rs_samples_free(struct rs_samples *s);
uint64_t rs_samples_memory(const uint64_t rows[2], uint64_t room);

/* Who samples first .. first + n - 1 are, and whom they meet. */
void rs_samples_draw(struct rs_sampler *from, struct rs_samples *s);

#endif
