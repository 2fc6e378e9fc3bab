/*
 * mf: what its two ways of learning ask of its parameters.
 *
 *	l = rs_mf_loss(f->values, items);
 *
 * Plain functions of the settled values.  Any thread.
 */
#ifndef RS_MODEL_MF_H
#define RS_MODEL_MF_H

#include "model/algorithm.h"
#include "model/loss.h"

struct rs_loss rs_mf_loss(const struct rs_values *v, uint64_t items);

#endif
