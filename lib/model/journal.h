/*
 * journal: lines of JSON that tell what a run is and how each epoch went.
 *
 *	rs_journal_run(sink, &run);
 *	rs_journal_epoch(sink, &epoch, &metrics);
 *
 * A line for the run, then one for each epoch; what is unknown is null.
 */
#ifndef RS_MODEL_JOURNAL_H
#define RS_MODEL_JOURNAL_H

#include "io/sink.h"
#include "model/fit.h"
#include "rank/metric.h"

void rs_journal_run(struct rs_sink *s, const struct rs_run *r);
void rs_journal_epoch(struct rs_sink *s, const struct rs_epoch *e,
    const struct rs_metrics *ms);

#endif
