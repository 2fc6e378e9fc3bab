/*
 * batch: synchronous mini-batches for mf, the same bits for any number of
 * threads.
 */
#ifndef RS_MODEL_BATCH_H
#define RS_MODEL_BATCH_H

#include "model/factors.h"

struct rs_batch;

struct rs_batch *rs_batch_new(const struct rs_fit *f, struct rs_factors *x,
    struct rs_err *e);	/* yours; x is borrowed.  NULL with a sentence */
int rs_batch_epoch(struct rs_batch *b, uint64_t epoch, double *loss,
    struct rs_err *e);
void rs_batch_keep(struct rs_batch *b, struct rs_tensors *t);
uint64_t rs_batch_memory(const struct rs_fit *f, uint64_t users,
    uint64_t items, uint64_t pairs, int threads);
void rs_batch_free(struct rs_batch *b);

#endif
