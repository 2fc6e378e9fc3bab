/*
 * dictlines: which dictionary a column's indices belong to, as the lines of a
 * stream say it.
 *
 * Nothing here knows more of a dictionary than dict.h tells.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/num.h"
#include "data/dict.h"

/* "dictionary<TAB>user": the key of a line about column name; yours. */
static char *
key_of_line(const char *what, const char *name)
{
	struct rs_buf b = { 0 };

	rs_buf_printf(&b, "%s\t%s", what, name);
	return b.data;
}

void
rs_dict_note(const struct rs_dict *d, const char *name, struct rs_lines *lines)
{
	char *size = key_of_line("size", name);
	char *dict = key_of_line("dictionary", name);
	const uint32_t ids = rs_dict_size(d);
	char hex[17], n[RS_NUM_MAX];

	n[rs_format_u64(n, ids)] = '\0';
	snprintf(hex, sizeof(hex), "%016" PRIx64, rs_dict_digest(d, ids));
	rs_lines_drop(lines, size);
	rs_lines_drop(lines, dict);
	rs_lines_add(lines, 3, "size", name, n);
	rs_lines_add(lines, 4, "dictionary", name, hex, n);
	free(size);
	free(dict);
}

static bool
parse_hex16(const char *s, uint64_t *v)
{
	*v = 0;
	for (int i = 0; i < 16; i++) {
		const char c = s[i];

		if (c >= '0' && c <= '9')
			*v = *v << 4 | (uint64_t)(c - '0');
		else if (c >= 'a' && c <= 'f')
			*v = *v << 4 | (uint64_t)(c - 'a' + 10);
		else
			return false;
	}
	return true;
}

/* What lines say of the dictionary of column name: 1 and its digest and
 * size, 0 = nothing, -1 = nonsense. */
static int
find_line(const struct rs_lines *lines, const char *name, uint64_t *digest,
    uint64_t *n, struct rs_err *e)
{
	char *key = key_of_line("dictionary", name);
	const char *s = rs_lines_get(lines, key);

	free(key);
	if (s == NULL)
		return 0;
	if (!parse_hex16(s, digest) || s[16] != '\t' ||
	    !rs_parse_u64(s + 17, strlen(s + 17), n) || *n > RS_DICT_MAX)
		return rs_fail(e, "malformed line \"dictionary %s %.100s\"",
		    name, s);
	return 1;
}

int
rs_dict_check(const struct rs_dict *d, const char *name,
    const struct rs_lines *lines, struct rs_err *e)
{
	const uint32_t ids = rs_dict_size(d);
	uint64_t digest, n, own;
	const int found = find_line(lines, name, &digest, &n, e);

	if (found <= 0)
		return found;
	if (n > ids)
		return rs_fail(e, "made with %s %s dictionary of %" PRIu64
		    " ids (%016" PRIx64 "), not with this one of %" PRIu32
		    " (%016" PRIx64 ")", name[0] == 'i' ? "an" : "a", name,
		    n, digest, ids, rs_dict_digest(d, ids));
	own = rs_dict_digest(d, (uint32_t)n);
	if (own != digest)
		return rs_fail(e, "made with the %s dictionary %016" PRIx64
		    ", not with this one, whose first %" PRIu64
		    " ids are %016" PRIx64, name, digest, n, own);
	return 1;
}

int
rs_dict_agree(const char *name, const struct rs_lines *a,
    const struct rs_lines *b, struct rs_err *e)
{
	uint64_t digest[2], n[2];
	const int x = find_line(a, name, &digest[0], &n[0], e);
	const int y = x < 0 ? -1 : find_line(b, name, &digest[1], &n[1], e);

	if (y < 0)
		return -1;
	if (x == 0 || y == 0)
		return 0;
	if (digest[0] != digest[1] || n[0] != n[1])
		return rs_fail(e, "made with different %s dictionaries: "
		    "%016" PRIx64 " of %" PRIu64 " ids and %016" PRIx64
		    " of %" PRIu64, name, digest[0], n[0], digest[1], n[1]);
	return 1;
}
