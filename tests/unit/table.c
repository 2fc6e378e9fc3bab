/* Rows as text: what each format makes of awkward cells. */
#include <string.h>

#include "io/table.h"
#include "test.h"

static void
is(void (*write)(struct rs_buf *, const char *, size_t), const char *in,
    size_t n, const char *want)
{
	struct rs_buf b = { 0 };

	rs_buf_str(&b, "");
	write(&b, in, n);
	ok(b.len == strlen(want) && memcmp(b.data, want, b.len) == 0,
	    "got %.*s, wanted %s", (int)b.len, b.data, want);
	rs_buf_free(&b);
}

int
main(void)
{
	is(rs_text_csv, "plain", 5, "plain");
	is(rs_text_csv, "", 0, "");
	is(rs_text_csv, "a,b", 3, "\"a,b\"");
	is(rs_text_csv, "say \"hi\"", 8, "\"say \"\"hi\"\"\"");
	is(rs_text_csv, "\"", 1, "\"\"\"\"");
	is(rs_text_csv, "two\nlines", 9, "\"two\nlines\"");

	is(rs_text_tsv, "a\tb\\c\r\n", 7, "a\\tb\\\\c\\r\\n");
	is(rs_text_tsv, "\"quoted\"", 8, "\"quoted\"");

	is(rs_text_json, "a\"b\\c\n\0d", 8, "\"a\\\"b\\\\c\\u000a\\u0000d\"");
	is(rs_text_json, "na\xc3\xafve", 6, "\"na\xc3\xafve\"");
	is(rs_text_json, "na\xefve", 5, "\"na\\udcefve\"");
	is(rs_text_json, "\xc3", 1, "\"\\udcc3\"");
	is(rs_text_json, "\xed\xa0\x80", 3, "\"\\udced\\udca0\\udc80\"");
	is(rs_text_json, "\xf0\x9f\x98\x80", 4, "\"\xf0\x9f\x98\x80\"");
	is(rs_text_json, "\xc0\x80", 2, "\"\\udcc0\\udc80\"");
	return test_end();
}
