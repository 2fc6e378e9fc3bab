/*
 * Any lines as the provenance of a stream.  A script that comes of them is
 * read as a shell reads words: outside of quotes it has nothing that runs or
 * names anything but what recipe.c itself writes.
 */
#include <assert.h>
#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#include "cli/recipe.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* The part of the script that the lines decide stands behind its last check
 * or its beginning: each command there begins so. */
static bool
begins_well(const char *line, size_t n)
{
	static const char *const good[] = { "rs-", "    rs-", "cp \"$work/",
		"check ", "cat ", "    > \"$work/" };

	for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++)
		if (n >= strlen(good[i]) &&
		    memcmp(line, good[i], strlen(good[i])) == 0)
			return true;
	return false;
}

/* Outside of single quotes, in a command line. */
static bool
is_plain(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
	    (c >= '0' && c <= '9') || strchr(" -=_./@%+:,\"$<>|{}\\\n", c) != NULL;
}

static void
check_command(const char *p, const char *end)
{
	while (p < end) {
		if (*p == '\'') {
			const char *close = memchr(p + 1, '\'',
			    (size_t)(end - p - 1));

			assert(close != NULL);
			for (; p < close; p++)
				assert((unsigned char)*p >= ' ' && *p != 127);
		} else if (*p == '\\') {	/* \' or the end of the line */
			assert(p + 1 < end && p[1] == '\'');
			p++;
		} else if (*p == '$') {
			assert(strncmp(p, "$work/", 6) == 0 || p[1] == '{');
		} else {
			assert(is_plain(*p) && *p != '\0');
		}
		p++;
	}
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct rs_lines lines = { 0 };
	struct rs_buf script = { 0 };
	struct rs_err e;

	if (rs_lines_parse(&lines, (const char *)data, size, &e) == 0 &&
	    rs_recipe(&lines, &script, &e) == 0) {
		const char *p = script.data;

		assert(strlen(p) == script.len);
		while (*p != '\0') {
			const size_t n = strcspn(p, "\n");

			if (begins_well(p, n))
				check_command(p, p + n);
			p += n + (p[n] == '\n');
		}
	}
	rs_lines_free(&lines);
	rs_buf_free(&script);
	return 0;
}
