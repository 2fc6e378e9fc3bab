/*
 * roster: one index for each user and item of all that a tool compares.
 *
 *	rs_roster_begin(&r, model, dir);
 *	struct rs_reader *in = rs_side("test", path, RS_ROSTER_PAIR);
 *	for (struct rs_block *b; (b = rs_roster_read(&r, in)) != NULL; )
 *		for (size_t i = 0; i < b->rows; i++)
 *			use(r.user[i], r.item[i]);
 *	rs_roster_end(&r);
 *
 * A model, dictionaries, streams of ids, streams of indices and text are
 * compared by the indices of lib/data/ids.h.  Streams whose indices are those
 * of other dictionaries are refused.  Everything that can fail ends the
 * process with a message, which calls users and items by their original ids.
 */
#ifndef RS_CLI_ROSTER_H
#define RS_CLI_ROSTER_H

#include <stdint.h>

#include "base/buf.h"
#include "data/ids.h"
#include "io/stream.h"
#include "model/model.h"

#define RS_ROSTER_PAIR "user:u32|str item:u32|str"	/* for rs_demand */

struct rs_roster {
	const struct rs_model *model;	/* or NULL */
	const struct rs_dict *dict[2];	/* of -D, or NULL */
	struct rs_dict *own[2];		/* those that no model keeps */
	struct rs_ids *ids[2];
	uint32_t *user, *item;		/* (RS_BLOCK_ROWS) of the last block */
};

/* model and dir may be NULL; a model that rs_model_begin opened with dir. */
void rs_roster_begin(struct rs_roster *r, const struct rs_model *m,
    const char *dir);

/* The next block of a stream of pairs, with its indices in user and item;
 * NULL: it is whole, sound and of our dictionaries. */
struct rs_block *rs_roster_read(struct rs_roster *r, struct rs_reader *in);

/* The name of a user or item, with a NUL: b's. */
const char *rs_roster_name(const struct rs_roster *r, enum rs_side side,
    uint32_t i, struct rs_buf *b);

/* What is wrong with a pair of where: exit 1. */
_Noreturn void rs_roster_bad(const struct rs_roster *r, const char *where,
    uint32_t user, uint32_t item, const char *what);

void rs_roster_end(struct rs_roster *r);

#endif
