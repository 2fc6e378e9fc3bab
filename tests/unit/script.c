/* script: placeholders, and what stays as it is. */
#include <stdlib.h>
#include <string.h>

#include "test.h"
#include "trial/script.h"

static const char *const name[] = { "a", "long-name", "odd", "empty" };
static const char *const value[] = { "1", "x/y.z", "it's {a}", "" };

static void
fills(const char *script, const char *want)
{
	const struct rs_fill fill = { .name = name, .value = value, .n = 4 };
	struct rs_buf b = { 0 };

	rs_script_fill(script, &fill, &b);
	ok(strcmp(b.data, want) == 0, "%s -> %s, wanted %s", script, b.data,
	    want);
	rs_buf_free(&b);
}

static void
test_a_name_in_braces_is_its_value(void)
{
	fills("", "");
	fills("{a}", "1");
	fills("x{a}{a}y", "x11y");
	fills("-o {long-name} < {a}", "-o x/y.z < 1");
}

static void
test_a_value_is_one_word_and_not_filled_again(void)
{
	fills("{odd}", "'it'\\''s {a}'");
	fills("{empty}", "''");
}

static void
test_other_braces_are_the_shells(void)
{
	fills("${a} {b} {a } { a} {} {1} {-a} {a,b} {a", "${a} {b} {a } { a}"
	    " {} {1} {-a} {a,b} {a");
	fills("{{a}", "{a}");
	fills("{{{a}", "{{a}");
	fills("{{a}{a}", "{a}1");
	fills("{{a", "{{a");
	fills("${a}{a}", "${a}1");
}

static void
test_what_is_quoted_is_read_back(void)
{
	static const char *const word[] = { "plain", "", "a b", "$x", "'",
	    "''", "\\", "a\"b", "#", "~", "*", "-n" };

	for (size_t i = 0; i < sizeof(word) / sizeof(word[0]); i++) {
		struct rs_buf b = { 0 };
		char got[64] = { 0 };
		FILE *f;

		rs_buf_str(&b, "printf %s ");
		rs_script_quote(word[i], &b);
		f = popen(b.data, "r");
		ok(f != NULL, "popen");
		(void)!fread(got, 1, sizeof(got) - 1, f);
		pclose(f);
		ok(strcmp(got, word[i]) == 0, "%s came back as %s", word[i],
		    got);
		rs_buf_free(&b);
	}
}

int
main(void)
{
	test_a_name_in_braces_is_its_value();
	test_a_value_is_one_word_and_not_filled_again();
	test_other_braces_are_the_shells();
	test_what_is_quoted_is_read_back();
	return test_end();
}
