/*
 * schedule: how the learning rate falls from epoch to epoch.
 *
 *	rate = rs_schedule_rate(f, epoch);
 *
 * Algorithms that learn by stochastic gradients have the parameters
 * learning-rate, schedule (rs_schedule_names) and decay:
 *
 *	constant	rate
 *	linear		rate (epochs - epoch) / epochs
 *	exponential	rate decay^epoch
 *
 * A linear schedule depends on how many epochs there are to be: to learn again
 * for as many epochs as were best, choose another.
 */
#ifndef RS_MODEL_SCHEDULE_H
#define RS_MODEL_SCHEDULE_H

#include "model/algorithm.h"

enum rs_schedule { RS_RATE_CONSTANT, RS_RATE_LINEAR, RS_RATE_EXPONENTIAL };

extern const char *const rs_schedule_names[];	/* ended by NULL */

/* The rate of an epoch, the first being 0. */
double rs_schedule_rate(const struct rs_fit *f, uint64_t epoch);

#endif
