/*
 * rival: another contender in a file, a model or recommendations.
 *
 *	rs_rival_begin(&v, &roster, "theirs.csv");
 *	if (v.model != NULL)
 *		...			(of the roster's dictionaries)
 *	else
 *		use(&v.lists, v.scored);
 *	rs_rival_end(&v);
 *
 * Everything that can fail ends the process with a message.
 */
#ifndef RS_CLI_RIVAL_H
#define RS_CLI_RIVAL_H

#include <stdbool.h>

#include "cli/roster.h"
#include "data/lists.h"

struct rs_rival {
	const char *path;
	struct rs_model *model;	/* or NULL, and then */
	struct rs_lists lists;
	bool scored;		/* the lists have scores */
};

/* A model is refused where the roster's indices are others, or where it has
 * none. */
void rs_rival_begin(struct rs_rival *v, struct rs_roster *r,
    const char *path);
void rs_rival_end(struct rs_rival *v);

#endif
