/* marks: where in some bytes one of two characters stands. */
#include <string.h>

#ifdef __SSE2__
#include <emmintrin.h>
#endif

#include "kernel/marks.h"

#ifdef __SSE2__

/* Every x86-64 has SSE2; twice the width gains nothing measurable, as the
 * bits are made faster than anyone can use them. */
static uint64_t
word(const char *p, char a, char b)
{
	const __m128i first = _mm_set1_epi8(a), second = _mm_set1_epi8(b);
	uint64_t bits = 0;

	for (int i = 0; i < 4; i++) {
		const __m128i v = _mm_loadu_si128(
		    (const __m128i *)(const void *)(p + 16 * i));
		const __m128i hit = _mm_or_si128(_mm_cmpeq_epi8(v, first),
		    _mm_cmpeq_epi8(v, second));

		bits |= (uint64_t)(unsigned)_mm_movemask_epi8(hit) << 16 * i;
	}
	return bits;
}

#else

/* 0x80 in each byte of x that is 0, exactly (no carry crosses a byte). */
static uint64_t
zeros(uint64_t x)
{
	const uint64_t low = 0x7f7f7f7f7f7f7f7fu;

	return ~(((x & low) + low) | x | low);
}

static uint64_t
word(const char *p, char a, char b)
{
	const uint64_t ones = 0x0101010101010101u;
	uint64_t bits = 0, x;

	for (unsigned i = 0; i < 8; i++) {
		memcpy(&x, p + 8 * i, sizeof(x));	/* little-endian */
		x = zeros(x ^ ones * (unsigned char)a) |
		    zeros(x ^ ones * (unsigned char)b);
		/* Byte k's bit goes to bit 56 + k of the product. */
		bits |= (((x >> 7) * 0x0102040810204080u) >> 56) << 8 * i;
	}
	return bits;
}

#endif

void
rs_marks(const char *p, size_t n, char a, char b, uint64_t *bits)
{
	size_t i = 0;

	for (; i + 64 <= n; i += 64)
		bits[i / 64] = word(p + i, a, b);
	if (i < n)
		bits[i / 64] = word(p + i, a, b) & ((1ull << (n - i)) - 1);
}
