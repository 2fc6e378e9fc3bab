/*
 * best: the best k of many scored items, best first.
 *
 *	struct rs_hit room[10];
 *	struct rs_best best;
 *
 *	rs_best_init(&best, room, 10);
 *	for (i = 0; i < n; i++)
 *		rs_best_add(&best, i, score[i]);
 *	n = rs_best_take(&best);	(room[0..n-1], best first)
 *
 * Equal scores go by the lower item, -0 counts as 0, and that is a total
 * order: the result does not depend on the order of adding.  An item must be
 * added at most once, and a score must be a number (asserted).  O(log k) an
 * addition that enters, one comparison for one that does not.  The room is
 * the caller's and is scratch until rs_best_take.  One list per thread.
 */
#ifndef RS_KERNEL_BEST_H
#define RS_KERNEL_BEST_H

#include <assert.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

struct rs_hit {
	uint32_t item;
	float score;
};

/* A heap of keys, the worst at the root.  The keys live in the room of the
 * hits, which are of the same size. */
struct rs_best {
	unsigned char *room;
	size_t k, n;
	uint64_t worst;		/* key at the root once n == k; else 0 */
};

/* room holds k hits; k may be 0. */
void rs_best_init(struct rs_best *b, struct rs_hit *room, size_t k);

/* Put the key where it belongs; only rs_best_add calls it. */
void rs_best_enter(struct rs_best *b, uint64_t key);

/* Sort, turn the room into hits, and return how many there are.  Nothing may
 * be added afterwards. */
size_t rs_best_take(struct rs_best *b);

/* One number that orders (score, item): larger is better, never 0. */
static inline uint64_t
rs_best_key(uint32_t item, float score)
{
	uint32_t bits;

	score += 0.0f;		/* -0 becomes 0 */
	memcpy(&bits, &score, sizeof(bits));
	bits ^= bits >> 31 != 0 ? UINT32_MAX : UINT32_C(1) << 31;
	return (uint64_t)bits << 32 | (UINT32_MAX - item);
}

static inline float
rs_best_key_score(uint64_t key)
{
	uint32_t bits = (uint32_t)(key >> 32);
	float score;

	bits ^= bits >> 31 != 0 ? UINT32_C(1) << 31 : UINT32_MAX;
	memcpy(&score, &bits, sizeof(score));
	return score;
}

static inline bool
rs_best_full(const struct rs_best *b)
{
	return b->n == b->k;
}

/* The score of the worst of a full list that has room (k > 0). */
static inline float
rs_best_bar(const struct rs_best *b)
{
	return rs_best_key_score(b->worst);
}

/* Whether it would enter. */
static inline bool
rs_best_passes(const struct rs_best *b, uint32_t item, float score)
{
	return rs_best_key(item, score) > b->worst;
}

static inline void
rs_best_add(struct rs_best *b, uint32_t item, float score)
{
	uint64_t key = rs_best_key(item, score);

	assert(score == score);
	if (key > b->worst)
		rs_best_enter(b, key);
}

#endif
