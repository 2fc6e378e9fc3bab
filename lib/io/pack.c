/*
 * pack: an array of whole numbers in few bits.
 *
 * The loops are written once for all widths and inlined with the width as a
 * constant, so that the compiler makes a tight one of each.
 */
#include <assert.h>
#include <string.h>

#include "io/pack.h"

enum {
	HEAD = 12,	/* kind, bits, shift, 0, base */
	MOST_BITS = 56,	/* a field and its bit offset (0..7) fit 8 bytes */
};

#define ALWAYS static inline __attribute__((always_inline))

ALWAYS uint64_t
get(const void *v, size_t width, size_t i)
{
	if (width == 1)
		return ((const uint8_t *)v)[i];
	if (width == 4)
		return ((const uint32_t *)v)[i];
	return ((const uint64_t *)v)[i];
}

ALWAYS void
set(void *v, size_t width, size_t i, uint64_t x)
{
	if (width == 1)
		((uint8_t *)v)[i] = (uint8_t)x;
	else if (width == 4)
		((uint32_t *)v)[i] = (uint32_t)x;
	else
		((uint64_t *)v)[i] = x;
}

static unsigned
bits_of(uint64_t range)
{
	return range == 0 ? 0 : 64 - (unsigned)__builtin_clzll(range);
}

static size_t
bytes_of(size_t n, unsigned bits)
{
	return (n * bits + 7) / 8;
}

struct stats {
	uint64_t lo, hi;	/* of the values; signed where 8 bytes wide */
	uint64_t differ;	/* the bits that differ from the first */
	int64_t step_lo, step_hi;	/* of the steps from value to value */
};

/* Numbers of 8 bytes are times as a rule, so they are ordered as signed. */
ALWAYS void
measure(struct stats *s, size_t width, const void *v, size_t n)
{
	const uint64_t sign = width == 8 ? (uint64_t)1 << 63 : 0;
	uint64_t lo = get(v, width, 0) ^ sign, hi = lo;
	uint64_t first = get(v, width, 0), differ = 0;
	int64_t step_lo = INT64_MAX, step_hi = INT64_MIN;

	for (size_t i = 0; i < n; i++) {
		const uint64_t x = get(v, width, i) ^ sign;

		lo = x < lo ? x : lo;
		hi = x > hi ? x : hi;
		differ |= get(v, width, i) - first;
	}
	for (size_t i = 1; i < n; i++) {
		const int64_t d = (int64_t)(get(v, width, i) -
		    get(v, width, i - 1));

		step_lo = d < step_lo ? d : step_lo;
		step_hi = d > step_hi ? d : step_hi;
	}
	*s = (struct stats){ lo ^ sign, hi ^ sign, differ, step_lo, step_hi };
}

/* The same for 4-byte numbers in 32-bit steps, which vectorise twice as
 * wide; a step is taken modulo 2^32 and read as signed. */
static void
measure_u32(struct stats *s, const uint32_t *v, size_t n)
{
	uint32_t lo = v[0], hi = v[0], differ = 0;
	int32_t step_lo = INT32_MAX, step_hi = INT32_MIN;

	for (size_t i = 0; i < n; i++) {
		lo = v[i] < lo ? v[i] : lo;
		hi = v[i] > hi ? v[i] : hi;
		differ |= v[i] - v[0];
	}
	for (size_t i = 1; i < n; i++) {
		const int32_t d = (int32_t)(v[i] - v[i - 1]);

		step_lo = d < step_lo ? d : step_lo;
		step_hi = d > step_hi ? d : step_hi;
	}
	*s = (struct stats){ lo, hi, differ, step_lo, step_hi };
}

void
rs_pack_choose(struct rs_pack *p, size_t width, const void *v, size_t n)
{
	struct stats s;
	unsigned shift, bits, step_bits;

	*p = (struct rs_pack){ .kind = RS_PACK_CONSTANT, .size = HEAD };
	if (n == 0)
		return;
	if (width == 4)
		measure_u32(&s, v, n);
	else if (width == 1)
		measure(&s, 1, v, n);
	else
		measure(&s, 8, v, n);
	p->base = s.lo;
	if (s.lo == s.hi)
		return;
	/* All values are congruent to the first modulo 2^shift, so to lo. */
	shift = (unsigned)__builtin_ctzll(s.differ);
	bits = bits_of((s.hi - s.lo) >> shift);
	step_bits = bits_of((uint64_t)s.step_hi - (uint64_t)s.step_lo);

	*p = (struct rs_pack){ .kind = RS_PACK_RAW, .size = HEAD + n * width };
	if (step_bits <= MOST_BITS &&
	    HEAD + 8 + bytes_of(n - 1, step_bits) <= p->size)
		*p = (struct rs_pack){ .kind = RS_PACK_DELTA,
			.bits = step_bits, .base = get(v, width, 0),
			.step = (uint64_t)s.step_lo,
			.size = HEAD + 8 + bytes_of(n - 1, step_bits) };
	if (bits <= MOST_BITS && HEAD + bytes_of(n, bits) <= p->size)
		*p = (struct rs_pack){ .kind = RS_PACK_BITS, .bits = bits,
			.shift = shift, .base = s.lo,
			.size = HEAD + bytes_of(n, bits) };
}

/* What fields are written to: bits gather in word, whole bytes go out. */
struct bit_writer {
	unsigned char *p;
	uint64_t word;
	unsigned fill;		/* 0..7 between fields */
};

/* Write a field of count <= 56 bits; 8 bytes at w->p are writable. */
ALWAYS void
put_bits(struct bit_writer *w, uint64_t x, unsigned count)
{
	w->word |= x << w->fill;
	w->fill += count;
	memcpy(w->p, &w->word, 8);
	w->p += w->fill / 8;
	w->word >>= w->fill / 8 * 8;	/* fill is below 64 */
	w->fill %= 8;
}

/* The field of value i: against base, or against the value before. */
ALWAYS uint64_t
field(const struct rs_pack *p, size_t width, const void *v, size_t i,
    uint64_t mask)
{
	if (p->kind == RS_PACK_BITS)
		return ((get(v, width, i) - p->base) & mask) >> p->shift;
	return (get(v, width, i) - get(v, width, i - 1) - p->step) & mask;
}

/* Fields are joined before they are written, as many as fit 56 bits: the
 * chain from write to write is what takes the time. */
ALWAYS void
write_fields(const struct rs_pack *p, size_t width, const void *v, size_t n,
    struct bit_writer *w)
{
	const uint64_t mask = width == 8 ? UINT64_MAX :
	    ((uint64_t)1 << (width * 8)) - 1;
	const unsigned bits = p->bits;
	size_t i = p->kind == RS_PACK_DELTA;

	if (bits <= 14) {
		for (; i + 4 <= n; i += 4)
			put_bits(w, field(p, width, v, i, mask) |
			    field(p, width, v, i + 1, mask) << bits |
			    field(p, width, v, i + 2, mask) << 2 * bits |
			    field(p, width, v, i + 3, mask) << 3 * bits,
			    4 * bits);
	} else if (bits <= 28) {
		for (; i + 2 <= n; i += 2)
			put_bits(w, field(p, width, v, i, mask) |
			    field(p, width, v, i + 1, mask) << bits, 2 * bits);
	}
	for (; i < n; i++)
		put_bits(w, field(p, width, v, i, mask), bits);
}

void
rs_pack_write(const struct rs_pack *p, size_t width, const void *v, size_t n,
    struct rs_buf *b)
{
	/* put_bits stores 8 bytes at a time. */
	unsigned char *at = (unsigned char *)rs_buf_room(b, p->size + 8);
	const unsigned char head[4] = { (unsigned char)p->kind,
		(unsigned char)p->bits, (unsigned char)p->shift, 0 };
	struct bit_writer w;

	memcpy(at, head, 4);
	memcpy(at + 4, &p->base, 8);
	w = (struct bit_writer){ .p = at + HEAD };
	if (p->kind == RS_PACK_RAW)
		memcpy(at + HEAD, v, n * width);
	if (p->kind == RS_PACK_DELTA) {
		memcpy(w.p, &p->step, 8);
		w.p += 8;
	}
	if (p->kind == RS_PACK_BITS || p->kind == RS_PACK_DELTA) {
		if (width == 1)
			write_fields(p, 1, v, n, &w);
		else if (width == 4)
			write_fields(p, 4, v, n, &w);
		else
			write_fields(p, 8, v, n, &w);
		assert((size_t)(w.p - at) + (w.fill > 0) == p->size);
	}
	b->len += p->size;
	b->data[b->len] = '\0';
}

ALWAYS uint64_t
read_bits(const unsigned char *p, size_t bit, uint64_t mask)
{
	uint64_t word;

	memcpy(&word, p + bit / 8, 8);
	return word >> bit % 8 & mask;
}

ALWAYS void
read_fields(const struct rs_pack *p, const unsigned char *at, size_t width,
    void *v, size_t n)
{
	const uint64_t mask = ((uint64_t)1 << p->bits) - 1;
	const size_t bits = p->bits;
	uint64_t x = p->base;

	if (p->kind == RS_PACK_BITS) {
		for (size_t i = 0; i < n; i++)
			set(v, width, i, p->base +
			    (read_bits(at, i * bits, mask) << p->shift));
		return;
	}
	set(v, width, 0, x);
	for (size_t i = 1; i < n; i++) {
		x += p->step + read_bits(at, (i - 1) * bits, mask);
		set(v, width, i, x);
	}
}

static void
fill(size_t width, void *v, size_t n, uint64_t x)
{
	if (width == 1)
		memset(v, (int)(x & 0xff), n);
	else if (width == 4)
		for (size_t i = 0; i < n; i++)
			set(v, 4, i, x);
	else
		for (size_t i = 0; i < n; i++)
			set(v, 8, i, x);
}

/* The first 12 or 20 bytes; their numbers checked against n and the end. */
static const unsigned char *
read_head(struct rs_pack *p, const unsigned char *at, const unsigned char *end,
    size_t width, size_t n)
{
	size_t body = 0;

	if (end - at < HEAD || at[0] > RS_PACK_RAW || at[1] > MOST_BITS ||
	    at[2] > 63 || at[3] != 0)
		return NULL;
	p->kind = at[0];
	p->bits = at[1];
	p->shift = at[2];
	memcpy(&p->base, at + 4, 8);
	at += HEAD;
	if (p->kind == RS_PACK_DELTA) {
		if (n == 0 || end - at < 8)
			return NULL;
		memcpy(&p->step, at, 8);
		at += 8;
		body = bytes_of(n - 1, p->bits);
	} else if (p->kind == RS_PACK_BITS) {
		body = bytes_of(n, p->bits);
	} else if (p->kind == RS_PACK_RAW) {
		body = n * width;
	}
	p->size = body;
	return (size_t)(end - at) < body ? NULL : at;
}

const unsigned char *
rs_pack_read(const unsigned char *at, const unsigned char *end, size_t width,
    void *v, size_t n, struct rs_err *e)
{
	struct rs_pack p = { 0 };

	at = read_head(&p, at, end, width, n);
	if (at == NULL) {
		rs_fail(e, "no valid encoding of %zu numbers", n);
		return NULL;
	}
	if (p.kind == RS_PACK_CONSTANT)
		fill(width, v, n, p.base);
	else if (p.kind == RS_PACK_RAW)
		memcpy(v, at, n * width);
	else if (width == 1)
		read_fields(&p, at, 1, v, n);
	else if (width == 4)
		read_fields(&p, at, 4, v, n);
	else
		read_fields(&p, at, 8, v, n);
	return at + p.size;
}
