/*
 * script: commands with placeholders, and the text that they become.
 *
 * Why a trial is text: text can be hashed, so a trial has a name that says
 * what it is; and it can be run by hand, to see what a search did.
 */
#include <string.h>

#include "trial/script.h"

static bool
is_letter(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
}

static bool
is_inner(char c)
{
	return is_letter(c) || (c >= '0' && c <= '9') || c == '-';
}

bool
rs_script_is_name(const char *s, size_t n)
{
	if (n == 0 || !is_letter(*s))
		return false;
	for (size_t i = 1; i < n; i++) {
		if (!is_inner(s[i]))
			return false;
	}
	return true;
}

bool
rs_script_hole(const char *p, struct rs_hole *h)
{
	for (const char *c = p; (c = strchr(c, '{')) != NULL; c++) {
		const char *end = c + 1;

		while (is_inner(*end))
			end++;
		if (*end != '}' || !rs_script_is_name(c + 1,
		    (size_t)(end - c - 1)) || (c > p && c[-1] == '$'))
			continue;
		*h = (struct rs_hole){ .at = c, .name = c + 1,
		    .n = (size_t)(end - c - 1), .end = end + 1,
		    .escaped = c > p && c[-1] == '{' };
		return true;
	}
	return false;
}

void
rs_script_quote(const char *word, struct rs_buf *out)
{
	static const char plain[] = "abcdefghijklmnopqrstuvwxyz"
	    "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_@%+=:,./-";

	if (*word != '\0' && word[strspn(word, plain)] == '\0') {
		rs_buf_str(out, word);
		return;
	}
	rs_buf_char(out, '\'');
	for (; *word != '\0'; word++) {
		if (*word == '\'')
			rs_buf_str(out, "'\\''");
		else
			rs_buf_char(out, *word);
	}
	rs_buf_char(out, '\'');
}

static const char *
value_of(const struct rs_fill *fill, const struct rs_hole *h)
{
	for (size_t i = 0; i < fill->n; i++) {
		if (strlen(fill->name[i]) == h->n &&
		    memcmp(fill->name[i], h->name, h->n) == 0)
			return fill->value[i];
	}
	return NULL;
}

void
rs_script_fill(const char *script, const struct rs_fill *fill,
    struct rs_buf *out)
{
	const char *p = script;
	struct rs_hole h;

	while (rs_script_hole(p, &h)) {
		const char *value = h.escaped ? NULL : value_of(fill, &h);

		/* Of {{name} the first brace goes. */
		rs_buf_put(out, p, (size_t)(h.at - p) - h.escaped);
		if (value != NULL)
			rs_script_quote(value, out);
		else
			rs_buf_put(out, h.at, (size_t)(h.end - h.at));
		p = h.end;
	}
	rs_buf_str(out, p);
}
