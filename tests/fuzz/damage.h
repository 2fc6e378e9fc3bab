/*
 * damage: bytes with something done to them, as a function of a number.
 *
 *	damage_read(&whole, path);
 *	damage(&b, whole.data, whole.len, 7);	(b: the seventh way to damage it)
 *
 * What disks, wires, editors and enemies do: bits that turned over, bytes
 * that changed, a cut end, pieces that were lost, doubled, moved or zeroed,
 * numbers that are as large as can be, and garbage behind the end.  Now and
 * then nothing changes.
 */
#ifndef DAMAGE_H
#define DAMAGE_H

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/draw.h"
#include "base/mem.h"

/* b gets the bytes of a file, which must be there. */
static inline void
damage_read(struct rs_buf *b, const char *path)
{
	FILE *f = fopen(path, "rb");
	size_t n;

	b->len = 0;
	if (f == NULL) {
		perror(path);
		exit(3);
	}
	while ((n = fread(rs_buf_room(b, 1 << 16), 1, 1 << 16, f)) > 0)
		b->len += n;
	fclose(f);
}

/* The draws of one damage. */
struct damage {
	uint64_t key, n;
};

static inline uint64_t
damage_below(struct damage *d, uint64_t n)
{
	return rs_below(n, rs_draw_at(d->key, d->n++));
}

/* A piece of b, rather short than long. */
static inline size_t
damage_piece(struct damage *d, const struct rs_buf *b, size_t *at)
{
	const size_t most = (size_t)1 << damage_below(d, 17);
	size_t n;

	*at = (size_t)damage_below(d, b->len);
	n = b->len - *at < most ? b->len - *at : most;
	return 1 + (size_t)damage_below(d, n);
}

/* Put n bytes into b at a place. */
static inline void
damage_insert(struct rs_buf *b, size_t at, const void *p, size_t n)
{
	rs_buf_room(b, n + 1);
	memmove(b->data + at + n, b->data + at, b->len - at);
	memcpy(b->data + at, p, n);
	b->len += n;
}

static inline void
damage_lose(struct rs_buf *b, size_t at, size_t n)
{
	memmove(b->data + at, b->data + at + n, b->len - at - n);
	b->len -= n;
}

/* What readers of numbers may not have thought of. */
static inline void
damage_number(struct damage *d, struct rs_buf *b)
{
	static const uint64_t hard[] = { 0, 1, 127, 128, 255, 256, 32767,
		65535, 65536, INT32_MAX, UINT64_C(1) << 31, UINT32_MAX,
		UINT64_C(1) << 32, INT64_MAX, UINT64_C(1) << 63, UINT64_MAX,
		0x7fc00000, 0x7f800000 };
	const uint64_t x = hard[damage_below(d,
	    sizeof(hard) / sizeof(hard[0]))];
	const size_t n = (size_t)1 << damage_below(d, 4);

	if (b->len >= n)
		memcpy(b->data + damage_below(d, b->len - n + 1), &x, n);
}

static inline void
damage_once(struct damage *d, struct rs_buf *b)
{
	const uint64_t kind = damage_below(d, 12);
	size_t at, n, changes = 1;
	char *piece;

	if (b->len == 0 || kind == 0) {
		const uint64_t noise = rs_draw_at(d->key, d->n++);

		rs_buf_put(b, &noise, 1 + (size_t)damage_below(d, 8));
		return;
	}
	n = damage_piece(d, b, &at);
	switch (kind) {
	case 1:
		b->len = at;
		break;
	case 2:
		damage_lose(b, at, n);
		break;
	case 3:
		memset(b->data + at, 0, n);
		break;
	case 4:
	case 5:
		piece = rs_memdup(b->data + at, n);
		if (kind == 5)
			damage_lose(b, at, n);
		at = (size_t)damage_below(d, b->len + 1);
		damage_insert(b, at, piece, n);
		free(piece);
		break;
	case 6:
		damage_number(d, b);
		break;
	case 7:
		changes = 2 + (size_t)damage_below(d, 7);
		/* fallthrough */
	case 8:
	case 9:
		for (; changes > 0; changes--)
			b->data[damage_below(d, b->len)] =
			    (char)damage_below(d, 256);
		break;
	default:
		b->data[at] = (char)(b->data[at] ^ 1 << damage_below(d, 8));
		break;
	}
}

/* Number 0 is no damage. */
static inline void
damage(struct rs_buf *b, const void *p, size_t n, uint64_t number)
{
	struct damage d = { .key = rs_draw(1, RS_DRAW_SYNTH, number) };

	b->len = 0;
	rs_buf_put(b, p, n);
	if (number == 0)
		return;
	do
		damage_once(&d, b);
	while (damage_below(&d, 3) == 0);
}

#endif
