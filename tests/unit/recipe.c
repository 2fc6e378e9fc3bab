/* A recipe runs nothing but what the tools' own provenance can say. */
#include <string.h>

#include "cli/recipe.h"
#include "test.h"

/* The commands between the checks and the comparison, or the refusal. */
static const char *
recipe(const char *text)
{
	static struct rs_buf script;
	static struct rs_err e;
	struct rs_lines lines = { 0 };
	int status;

	script.len = 0;
	rs_buf_str(&script, "");
	if (rs_lines_parse(&lines, text, strlen(text), &e) < 0)
		return "no lines";
	status = rs_recipe(&lines, &script, &e);
	rs_lines_free(&lines);
	return status < 0 ? e.text : script.data;
}

static void
has(const char *text, const char *part)
{
	const char *r = recipe(text);

	ok(strstr(r, part) != NULL, "wanted %s in:\n%s", part, r);
}

static void
lacks(const char *text, const char *part)
{
	const char *r = recipe(text);

	ok(strstr(r, part) == NULL, "did not want %s in:\n%s", part, r);
}

#define INPUT "input\t0123456789abcdef\n"
#define CLEAN "by\trs-clean\t--columns=user=1,item=2\n"

static void
test_what_tools_say_becomes_commands(void)
{
	has(CLEAN INPUT, "rs-clean --columns=user=1,item=2 -- \"${1}\"");
	has(CLEAN INPUT, "check 0123456789abcdef \"${1}\"");
	has("by\trs-clean\t--where=a=it's\n" INPUT, "'--where=a=it'\\''s'");
	has(CLEAN "by\trs-index\t--dictionaries=<dictionaries>\n" INPUT,
	    "rs-index --dictionaries=\"$work/ids1\"");
	has(CLEAN "part\ttest\nby\trs-split\t--test=<test>\t--random=0.5\n"
	    INPUT, "--test=\"$work/1\" --random=0.5 > /dev/null");
	has(CLEAN "by\trs-negsample\t--exclude=<exclude>\n" INPUT
	    "with\texclude\tby\trs-clean\t--columns=user=3,item=4\n"
	    "with\texclude\tinput\tfedcba9876543210\n",
	    "rs-clean --columns=user=3,item=4 -- \"${2}\" > \"$work/");
	/* Equal inputs are one argument. */
	has(CLEAN INPUT INPUT, "[ $# -ne 1 ]");
}

static void
test_everything_else_is_refused(void)
{
	has("by\trm\t-rf\t/\n" INPUT, "no recipe knows");
	has("by\trs-clean\t--output=/etc/passwd\n" INPUT, "no recipe knows");
	has("by\trs-clean\t--rejects=/tmp/x\n" INPUT, "no recipe knows");
	has("by\trs-clean\t-o/etc/passwd\n" INPUT, "no recipe knows");
	has("by\trs-clean\t/etc/passwd\n" INPUT, "no recipe knows");
	has("by\trs-clean\t--columns=a\\nb\n" INPUT, "control character");
	has("by\trs-clean\t--columns=a\x1b[2Jb\n" INPUT, "control character");
	has("by\trs-clean\t--columns\x7f\n" INPUT, "");
	has("by\n", "nobody");
	has("by\trs-fit\tals\n" INPUT, "nothing says where the rows");
	has(CLEAN CLEAN INPUT, "stands in mid-pipe");
	has(CLEAN "part\tno\nby\trs-split\t--random=0.5\n" INPUT,
	    "made no part no");
	has(CLEAN "by\trs-negsample\t--exclude=<exclude>\n" INPUT,
	    "does not say what made");
	has(CLEAN "input\t$(reboot)\n", "without a fingerprint");
	has(INPUT, "does not say what made it");
}

static void
test_values_stay_words(void)
{
	static const char *const values[] = { "$(reboot)", "`reboot`", "\";reboot;\"",
		"';reboot;'", "&&reboot", "|reboot", ">/etc/passwd", "$HOME" };

	for (size_t i = 0; i < sizeof(values) / sizeof(values[0]); i++) {
		struct rs_buf b = { 0 }, word = { 0 };

		rs_buf_printf(&b, "by\trs-clean\t--where=%s\n" INPUT,
		    values[i]);
		rs_buf_str(&word, "'--where=");
		for (const char *p = values[i]; *p != '\0'; p++) {
			if (*p == '\'')
				rs_buf_str(&word, "'\\''");
			else
				rs_buf_char(&word, *p);
		}
		rs_buf_char(&word, '\'');
		has(b.data, word.data);
		rs_buf_free(&b);
		rs_buf_free(&word);
	}
	lacks(CLEAN INPUT "fingerprint\t\";reboot;\"\n", "reboot");
}

static void
test_nesting_ends(void)
{
	struct rs_buf b = { 0 };

	for (int i = 0; i < 40; i++)
		rs_buf_str(&b, "with\ta\t");
	rs_buf_str(&b, "by\trs-clean\n");
	has(b.data, "too many streams");
	rs_buf_free(&b);
}

int
main(void)
{
	test_what_tools_say_becomes_commands();
	test_everything_else_is_refused();
	test_values_stay_words();
	test_nesting_ends();
	return test_end();
}
