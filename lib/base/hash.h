/*
 * hash: XXH3-64, the one hash of the house (id tables, checksums, draws).
 *
 * Inlined, because most of what is hashed is shorter than a call is long.
 */
#ifndef RS_BASE_HASH_H
#define RS_BASE_HASH_H

#include <stddef.h>
#include <stdint.h>

#define XXH_INLINE_ALL
#include <xxhash.h>

static inline uint64_t
rs_hash(const void *p, size_t n)
{
	return XXH3_64bits(p, n);
}

/*
 * A seed that nobody outside can foresee, never 0: for the places of a table
 * whose keys somebody may have chosen to collide, as XXH3 without a secret
 * lets him.  No result may depend on it.
 */
uint64_t rs_hash_secret(void);

static inline uint64_t
rs_hash_keyed(const void *p, size_t n, uint64_t seed)
{
	return XXH3_64bits_withSeed(p, n, seed);
}

/* A running hash over parts, equal to rs_hash of their concatenation. */
struct rs_digest {
	XXH3_state_t state;
};

static inline void
rs_digest_init(struct rs_digest *d)
{
	XXH3_64bits_reset(&d->state);
}

static inline void
rs_digest_put(struct rs_digest *d, const void *p, size_t n)
{
	XXH3_64bits_update(&d->state, p, n);
}

static inline uint64_t
rs_digest_value(const struct rs_digest *d)
{
	return XXH3_64bits_digest(&d->state);
}

#endif
