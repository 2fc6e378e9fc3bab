/*
 * mf: what its two ways of learning ask of its parameters.
 *
 *	l = rs_mf_loss(f->values, items);
 *	rate = rs_mf_rate(f, epoch);
 *
 * Plain functions of the settled values.  Any thread.
 */
#ifndef RS_MODEL_MF_H
#define RS_MODEL_MF_H

#include "model/algorithm.h"
#include "model/loss.h"

enum rs_mf_schedule { RS_RATE_CONSTANT, RS_RATE_LINEAR, RS_RATE_EXPONENTIAL };

struct rs_loss rs_mf_loss(const struct rs_values *v, uint64_t items);

/* The learning rate of an epoch, the first being 0. */
double rs_mf_rate(const struct rs_fit *f, uint64_t epoch);

#endif
