/*
 * recipe: the provenance of a stream as the shell script that makes it again.
 *
 *	if (rs_recipe(&lines, &script, &err) < 0)
 *		rs_bad("%s: %s", path, err.text);
 *
 * lines are those of the stream's header and then of its end.  The script
 * takes the raw inputs as arguments, those of the stream itself first, equal
 * ones once; checks their fingerprints; makes the stream, and writes it to
 * its standard output if it is the same.
 *
 * A stream may come from an enemy, and a script is run: only tools and
 * options that stand in this module's table are written, none of them names
 * a file of its own choice, every word is quoted that a shell would not take
 * as it is, and a control character anywhere is refused.
 */
#ifndef RS_CLI_RECIPE_H
#define RS_CLI_RECIPE_H

#include "base/buf.h"
#include "base/die.h"
#include "io/lines.h"

/* Append the script to *script.  -1 with a sentence where there is none. */
int rs_recipe(const struct rs_lines *lines, struct rs_buf *script,
    struct rs_err *e);

#endif
