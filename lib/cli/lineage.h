/*
 * lineage: how a model came to be, from the streams it was made of.
 *
 *	rs_lineage_gather(&run.lines, in, dict);
 *	rs_lineage_model(&run.lines, "warm", warm);
 *
 * The end lines of the training stream and of the side streams, this tool's
 * own "by" line, and what dictionaries the indices belong to: what a model
 * file keeps of its past (man rs-stream(5)).
 */
#ifndef RS_CLI_LINEAGE_H
#define RS_CLI_LINEAGE_H

#include "data/dict.h"
#include "io/lines.h"
#include "io/stream.h"
#include "model/model.h"

/* in was read to its end; dict (2): user and item, each may be NULL. */
void rs_lineage_gather(struct rs_lines *lines, struct rs_reader *in,
    struct rs_dict *const *dict);

/* What made a model that one begins from made ours too. */
void rs_lineage_model(struct rs_lines *lines, const char *role,
    const struct rs_model *m);

/* A line of a stream that stands in its end, or else in its header; or
 * NULL. */
const char *rs_lineage_line(const struct rs_reader *in, const char *key);

#endif
