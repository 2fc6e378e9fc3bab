/*
 * script: commands with placeholders, and the text that they become.
 *
 *	fill = { .name = names, .value = values, .n = n };
 *	rs_script_fill("rs-fit als -d {factors} -o {model}", &fill, &text);
 *
 * A placeholder is a name between braces; ${name} is the shell's and stays,
 * {{name} stands for {name}, and braces around anything else are left alone.
 * A value is put in as one word: quoted for the shell unless it is plain.
 */
#ifndef RS_TRIAL_SCRIPT_H
#define RS_TRIAL_SCRIPT_H

#include <stdbool.h>
#include <stddef.h>

#include "base/buf.h"

/* The next placeholder behind *p: its name (n bytes) and where it ends; false
 * where there is none. */
struct rs_hole {
	const char *at;		/* its brace */
	const char *name;
	size_t n;
	const char *end;	/* behind it */
	bool escaped;		/* {{name}: not to be filled */
};
bool rs_script_hole(const char *p, struct rs_hole *h);

struct rs_fill {
	const char *const *name;
	const char *const *value;
	size_t n;
};

/* Append the text.  A name that fill has not is left as it is. */
void rs_script_fill(const char *script, const struct rs_fill *fill,
    struct rs_buf *out);

/* Append one word as a shell reads it back. */
void rs_script_quote(const char *word, struct rs_buf *out);

/* A name that a placeholder may have. */
bool rs_script_is_name(const char *s, size_t n);

#endif
