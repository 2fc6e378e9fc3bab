/*
 * stepwise: gradient descent sample by sample for mf, over strata.h: the same
 * bits for any number of threads.
 */
#ifndef RS_MODEL_STEPWISE_H
#define RS_MODEL_STEPWISE_H

#include "model/factors.h"

struct rs_stepwise;

struct rs_stepwise *rs_stepwise_new(const struct rs_fit *f, struct rs_factors *x,
    struct rs_err *e);	/* yours; x is borrowed.  NULL with a sentence */
int rs_stepwise_epoch(struct rs_stepwise *s, uint64_t epoch, double *loss,
    struct rs_err *e);
void rs_stepwise_keep(struct rs_stepwise *s, struct rs_tensors *t);
uint64_t rs_stepwise_memory(const struct rs_fit *f, uint64_t users,
    uint64_t items, uint64_t pairs, int threads);
void rs_stepwise_free(struct rs_stepwise *s);

#endif
