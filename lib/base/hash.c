/* hash: XXH3-64, the one hash of the house. */
#include <time.h>
#include <unistd.h>

#include "base/hash.h"

/* Sums are over the machine's own bytes, and so are the formats. */
_Static_assert(__BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__,
    "a machine of the other byte order");

uint64_t
rs_hash_secret(void)
{
	uint64_t seed;

	if (getentropy(&seed, sizeof(seed)) < 0)
		seed = (uint64_t)time(NULL) * 0x9e3779b97f4a7c15 ^
		    (uint64_t)getpid() << 32 ^ (uint64_t)(uintptr_t)&seed;
	return seed | 1;
}
