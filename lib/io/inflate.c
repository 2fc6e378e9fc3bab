/* inflate: gzip members one after another, unpacked in pieces. */
#include <stdint.h>
#include <stdlib.h>

#ifdef RS_ISAL
#include <isa-l/igzip_lib.h>
#else
#include <zlib.h>
#endif

#include "base/mem.h"
#include "io/inflate.h"

enum {
	AT_ONCE = 1 << 30,	/* the libraries count bytes in 32 bits */
	LOOKED = 4,		/* magic, method and flags */
};

/*
 * Both libraries keep next_in, avail_in, next_out and avail_out in their
 * state; what differs between them is here.  work returns 1 where a member
 * ends, 0 where it goes on, -1 for damage.
 */
#ifdef RS_ISAL

typedef struct inflate_state state;

static void
start(state *s)
{
	isal_inflate_init(s);
	s->crc_flag = ISAL_GZIP;
}

static void
next_member(state *s)
{
	isal_inflate_reset(s);
	s->crc_flag = ISAL_GZIP;
}

static int
work(state *s)
{
	const int status = isal_inflate(s);

	if (status != ISAL_DECOMP_OK && status != ISAL_END_INPUT)
		return -1;
	return s->block_state == ISAL_BLOCK_FINISH;
}

static void
stop(state *s)
{
	(void)s;
}

#else

typedef z_stream state;

static void
start(state *s)
{
	if (inflateInit2(s, 15 + 16) != Z_OK)
		rs_die("zlib cannot start");
}

static void
next_member(state *s)
{
	inflateReset(s);
}

static int
work(state *s)
{
	const int status = inflate(s, Z_NO_FLUSH);

	if (status == Z_STREAM_END)
		return 1;
	return status == Z_OK || status == Z_BUF_ERROR ? 0 : -1;
}

static void
stop(state *s)
{
	inflateEnd(s);
}

#endif

/* One call of the library: take from z->in, write up to room bytes to buf;
 * *wrote is set. */
static int
unpack(struct rs_inflate *z, unsigned char *buf, size_t room, size_t *wrote)
{
	state *s = z->state;
	const uint32_t in = (uint32_t)(z->in_len < AT_ONCE ? z->in_len :
	    AT_ONCE);
	union {
		const unsigned char *p;
		unsigned char *q;	/* the library takes no const */
	} from = { z->in };
	int status;

	s->next_in = from.q;
	s->avail_in = in;
	s->next_out = buf;
	s->avail_out = (uint32_t)room;
	status = work(s);
	z->in += in - s->avail_in;
	z->in_len -= in - s->avail_in;
	*wrote = room - s->avail_out;
	return status;
}

/* RFC 1952, 2.3.1.2: a set flag that is reserved (gzip(1) had one for what
 * is encrypted) must be refused.  Not every library does. */
static bool
head_is_gzip(struct rs_inflate *z)
{
	static const unsigned char right[LOOKED][2] = {
		{ 0xff, 0x1f }, { 0xff, 0x8b }, { 0xff, 8 }, { 0xe0, 0 },
	};	/* which bits, and what they are */

	for (size_t i = 0; i < z->in_len && z->looked < LOOKED; i++) {
		const unsigned char *r = right[z->looked++];

		if ((z->in[i] & r[0]) != r[1])
			return false;
	}
	return true;
}

struct rs_inflate *
rs_inflate_new(void)
{
	struct rs_inflate *z = rs_zalloc(sizeof(*z));

	z->state = rs_zalloc(sizeof(state));
	start(z->state);
	z->between = true;
	return z;
}

ssize_t
rs_inflate_step(struct rs_inflate *z, void *buf, size_t room,
    struct rs_err *e)
{
	size_t wrote = 0;

	if (room > AT_ONCE)
		room = AT_ONCE;
	while (wrote == 0 && z->in_len > 0) {
		int ended;

		if (z->between && z->any && z->in[0] != 0x1f)
			return rs_fail(e, "bytes that are not gzip follow the"
			    " gzip data");
		if (z->between && z->any)
			next_member(z->state);
		if (z->between)
			z->looked = 0;
		z->between = false;
		ended = head_is_gzip(z) ? unpack(z, buf, room, &wrote) : -1;
		if (ended < 0)
			return rs_fail(e, "the gzip data is damaged");
		z->between = ended == 1;
		z->any = z->any || ended == 1;
	}
	return (ssize_t)wrote;
}

void
rs_inflate_free(struct rs_inflate *z)
{
	if (z == NULL)
		return;
	stop(z->state);
	free(z->state);
	free(z);
}
