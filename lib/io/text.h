/*
 * text: a source as a window of characters that grows at its end.
 *
 *	struct rs_text *t = rs_text_new(source, "ISO-8859-1", &err);
 *	while ((more = rs_text_more(t)) == 1)
 *		t->at += use(t->data + t->at, t->len - t->at);
 *
 * data[at .. len) is what was read and not yet used; rs_text_more moves it to
 * the front and appends what comes next.  Whatever the encoding, what one
 * sees is as UTF-8 (without one, bytes as they are); a byte order mark at the
 * start is taken away.  The bytes may be
 * changed, as may 64 behind len.
 * The digest is XXH3-64 over the bytes of the source, before any of this.
 */
#ifndef RS_IO_TEXT_H
#define RS_IO_TEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/die.h"
#include "io/source.h"

struct rs_text {
	char *data;
	size_t at, len;
	struct rs_err err;
	struct rs_source *source;
	struct rs_text_state *state;
};

/* The source is then the text's.  NULL: no such encoding. */
struct rs_text *rs_text_new(struct rs_source *s, const char *encoding,
    struct rs_err *e);					/* yours */

/* 1 = there is more behind what is there, 0 = that was all, -1 = see err. */
int rs_text_more(struct rs_text *t);

uint64_t rs_text_digest(const struct rs_text *t);	/* after 0 */
void rs_text_free(struct rs_text *t);

#endif
