/*
 * Any bytes as a space file, and as a word that a command is given.  What was
 * read has trials whose commands can be written; a word comes back from its
 * quotes as it went in.
 */
#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "trial/script.h"
#include "trial/trial.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { ENOUGH = 500 };		/* trials */

/* What a shell makes of a word of plain characters, of parts in single
 * quotes and of characters behind a backslash. */
static void
unquote(const char *s, struct rs_buf *out)
{
	bool quoted = false;

	rs_buf_str(out, "");
	for (; *s != '\0'; s++) {
		if (*s == '\'')
			quoted = !quoted;
		else if (!quoted && *s == '\\')
			rs_buf_char(out, *++s);
		else if (quoted || strchr(" \t\n|&;<>()$`\"*?[#~=%!{}",
		    *s) == NULL || *s == '=' || *s == '%' || *s == '~')
			rs_buf_char(out, *s);
		else
			abort();	/* the shell would make more of it */
	}
	assert(!quoted);
}

static void
try_word(const char *word)
{
	struct rs_buf quoted = { 0 }, back = { 0 };

	rs_script_quote(word, &quoted);
	assert(quoted.len > 0);
	unquote(quoted.data, &back);
	assert(strcmp(back.data, word) == 0);
	rs_buf_free(&quoted);
	rs_buf_free(&back);
}

static double
trials_of(const struct rs_space *s)
{
	double n = s->search == RS_SEARCH_GRID ? 1 : (double)s->count;

	for (size_t i = 0; s->search == RS_SEARCH_GRID && i < s->axes; i++)
		n *= (double)s->axis[i].list.n;
	return n;
}

static void
try_trials(struct rs_space *s)
{
	struct rs_trials t;
	struct rs_buf text = { 0 };
	struct rs_err e;

	/* They would be read, whatever they are. */
	rs_lines_free(&s->data);
	if (trials_of(s) > ENOUGH)
		return;
	if (rs_trials_begin(&t, s, 1, &e) == 0) {
		for (size_t i = 0; i < t.n; i++) {
			assert(rs_trials_find(&t, t.at[i].name) == i);
			text.len = 0;
			rs_trial_script(&t, i, "it's", 2, &text);
			assert(text.len == strlen(text.data));
		}
	}
	rs_trials_free(&t);
	rs_buf_free(&text);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct rs_space s;
	struct rs_err e;
	char *word;

	if (size == 0)
		return 0;
	if (data[0] == 'w') {
		word = rs_memdup(data + 1, size - 1);
		try_word(word);
		free(word);
		return 0;
	}
	if (rs_space_parse(&s, "space", (const char *)data + 1, size - 1,
	    &e) == 0)
		try_trials(&s);
	rs_space_free(&s);
	return 0;
}
