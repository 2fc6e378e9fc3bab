/*
 * progress: one line on stderr that says how far and how long still.
 *
 *	rs_progress(done, total, "rows");	(as often as you like)
 *	rs_progress_end();
 *
 * Shown with -P, or by itself when stderr is a terminal and the tool ends the
 * pipe or writes a file; at most four times a second.  total 0 is unknown.
 */
#ifndef RS_CLI_PROGRESS_H
#define RS_CLI_PROGRESS_H

#include <stdint.h>

void rs_progress(uint64_t done, uint64_t total, const char *unit);
void rs_progress_end(void);

#endif
