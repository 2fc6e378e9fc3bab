/*
 * words: lists with commas, as options write them.
 *
 *	'Customer ID',"a, b",c\,d
 *
 * A backslash takes the next character as it is; inside double quotes nothing
 * but the quote ends the quotation, and a doubled one stands for itself.
 */
#ifndef RS_IO_WORDS_H
#define RS_IO_WORDS_H

#include <stdbool.h>
#include <stddef.h>

#include "base/die.h"

struct rs_word {
	char *p;		/* NUL-ended; yours */
	size_t n;
	bool quoted;		/* some of it was */
};

/*
 * Take a word from *s up to one of the characters of stop outside quotes (or
 * the end), and move *s there.  -1: a quote is not closed.
 */
int rs_word_take(const char **s, const char *stop, struct rs_word *w,
    struct rs_err *e);

#endif
