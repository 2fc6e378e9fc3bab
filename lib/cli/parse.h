/*
 * parse: what opt.c and tool.c share.  Tools include cli/tool.h instead.
 */
#ifndef RS_CLI_PARSE_H
#define RS_CLI_PARSE_H

#include "cli/opt.h"

extern bool rs_quiet_wanted;	/* -q */
extern bool rs_verbose_wanted;	/* -v */

void rs_parse_options(int argc, char **argv, const char *summary,
    const struct rs_opt *opts);

#endif
