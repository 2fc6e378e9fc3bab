/*
 * referee: what the contenders of a contest are worth, and what popularity and
 * random order would be on the same pairs.
 *
 *	rs_contest_open(&contest);
 *	rs_referee_judge(&contest, &verdict);
 *	rs_contest_end(&contest);
 *
 * Everything that can fail ends the process with a message.  Judged as another
 * tool (cli/guise.h) the contenders stand alone.
 */
#ifndef RS_CLI_REFEREE_H
#define RS_CLI_REFEREE_H

#include "cli/contest.h"
#include "model/verdict.h"

void rs_referee_judge(struct rs_contest *c, struct rs_verdict *verdict);

#endif
