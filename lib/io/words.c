/* words: lists with commas, as options write them. */
#include <string.h>

#include "base/buf.h"
#include "io/words.h"

int
rs_word_take(const char **s, const char *stop, struct rs_word *w,
    struct rs_err *e)
{
	struct rs_buf b = { 0 };
	const char *p = *s;
	bool in = false;

	w->quoted = false;
	rs_buf_str(&b, "");
	for (; *p != '\0' && (in || strchr(stop, *p) == NULL); p++) {
		if (*p == '"' && in && p[1] == '"') {
			p++;
		} else if (*p == '"') {
			in = !in;
			w->quoted = true;
			continue;
		} else if (*p == '\\' && !in && p[1] != '\0') {
			p++;
			w->quoted = true;
		}
		rs_buf_char(&b, *p);
	}
	if (in) {
		rs_buf_free(&b);
		return rs_fail(e, "a quote is not closed in '%s'", *s);
	}
	*s = p;
	w->p = b.data;
	w->n = b.len;
	return 0;
}
