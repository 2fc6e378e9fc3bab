/* best: the best k of many scored items, best first. */
#include "kernel/best.h"

static_assert(sizeof(struct rs_hit) == sizeof(uint64_t),
    "a key takes the place of a hit");

/* The room changes from keys to hits, so it is read and written as bytes;
 * each is one move. */
static uint64_t
get(const struct rs_best *b, size_t i)
{
	uint64_t key;

	memcpy(&key, b->room + i * sizeof(key), sizeof(key));
	return key;
}

static void
set(struct rs_best *b, size_t i, uint64_t key)
{
	memcpy(b->room + i * sizeof(key), &key, sizeof(key));
}

/* The place at i is free: let smaller children rise until key fits. */
static void
sift_down(struct rs_best *b, size_t i, size_t n, uint64_t key)
{
	size_t child;

	while ((child = 2 * i + 1) < n) {
		if (child + 1 < n && get(b, child + 1) < get(b, child))
			child++;
		if (get(b, child) >= key)
			break;
		set(b, i, get(b, child));
		i = child;
	}
	set(b, i, key);
}

static void
sift_up(struct rs_best *b, size_t i, uint64_t key)
{
	size_t parent;

	while (i > 0 && get(b, parent = (i - 1) / 2) > key) {
		set(b, i, get(b, parent));
		i = parent;
	}
	set(b, i, key);
}

void
rs_best_init(struct rs_best *b, struct rs_hit *room, size_t k)
{
	*b = (struct rs_best){
		.room = (unsigned char *)room,
		.k = k,
		.worst = k > 0 ? 0 : UINT64_MAX,	/* no key passes */
	};
}

void
rs_best_enter(struct rs_best *b, uint64_t key)
{
	if (b->k == 0)
		return;
	if (b->n < b->k)
		sift_up(b, b->n++, key);
	else
		sift_down(b, 0, b->n, key);
	if (b->n == b->k)
		b->worst = get(b, 0);
}

size_t
rs_best_take(struct rs_best *b)
{
	struct rs_hit hit;
	uint64_t key;

	/* The worst goes behind the shrinking heap: what remains descends. */
	for (size_t n = b->n; n > 1; n--) {
		key = get(b, n - 1);
		set(b, n - 1, get(b, 0));
		sift_down(b, 0, n - 1, key);
	}
	for (size_t i = 0; i < b->n; i++) {
		key = get(b, i);
		hit.item = UINT32_MAX - (uint32_t)key;
		hit.score = rs_best_key_score(key);
		memcpy(b->room + i * sizeof(hit), &hit, sizeof(hit));
	}
	return b->n;
}
