/*
 * loss: what a sample costs, and how that changes with its scores.
 *
 *	const struct rs_loss l = { .kind = RS_LOSS_BPR, .log = true, .n = 1 };
 *	rs_loss_slopes(&l, score, NULL, n, n, slope);
 *	rs_loss_values(&l, score, NULL, n, n, value);
 *
 * A sample is one positive score p and n negative ones, or, where the loss is
 * RS_LOSS_SQUARED, one score and its target.  Scores stand in planes: first all
 * samples' p, stride floats on their first negatives, and so on; slopes
 * likewise, each the derivative of the sample's loss by that score.
 * In s(x) = 1 / (1 + e^-x):
 *
 *	logistic	-ln s(p) - sum ln s(-n)
 *	bpr		sum -ln s(p - n); without log: sum 1 - s(p - n)
 *	pointwise	1 - s(p) + sum s(n)
 *	hinge		sum max(0, 1 - p + n)
 *	adaptive-hinge	max(0, 1 - p + max n)
 *	warp		w(k) (1 - p + n), n the k-th and first negative
 *			with 1 - p + n > 0; 0 where there is none
 *	squared		(target - p)^2 / 2
 *
 * loss.c names the papers.  The same bits for any cut of the samples and on
 * every CPU path.  Any thread.
 */
#ifndef RS_MODEL_LOSS_H
#define RS_MODEL_LOSS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum rs_loss_kind {
	RS_LOSS_LOGISTIC,
	RS_LOSS_BPR,
	RS_LOSS_POINTWISE,
	RS_LOSS_HINGE,
	RS_LOSS_ADAPTIVE_HINGE,
	RS_LOSS_WARP,
	RS_LOSS_SQUARED,
	RS_LOSSES
};

struct rs_loss {
	enum rs_loss_kind kind;
	bool log;		/* of bpr */
	size_t n;		/* negatives; warp: the most that are tried;
				 * squared: 0 */
	uint64_t items;		/* of warp: how many there are in all */
};

/* Their names, ended by NULL. */
extern const char *const rs_loss_names[RS_LOSSES + 1];

/* slope may be score.  target: (samples), squared only. */
void rs_loss_slopes(const struct rs_loss *l, const float *score,
    const float *target, size_t samples, size_t stride, float *slope);

/* The samples' losses, (samples). */
void rs_loss_values(const struct rs_loss *l, const float *score,
    const float *target, size_t samples, size_t stride, float *value);

/* Whether only differences of scores count, so that what all scores of a
 * sample have in common (the user's bias) has no gradient. */
bool rs_loss_relative(const struct rs_loss *l);

/* ln(floor((items - 1) / tries)), at least 0: what a violator found at the
 * tries-th draw weighs (tries from 1). */
float rs_loss_warp_weight(uint64_t items, uint64_t tries);

#endif
