/*
 * longtail: how rows spread over the ids of a column.
 *
 *	rs_longtail_put(l, &block.col[0], block.rows);
 *	median = rs_longtail_quantile(l, 50);
 *
 * Quantiles of the rows per distinct id, interpolated between the two
 * nearest (Hyndman and Fan's seventh definition, that of R and pandas).
 */
#ifndef RS_DATA_LONGTAIL_H
#define RS_DATA_LONGTAIL_H

#include <stdint.h>

#include "io/stream.h"

struct rs_longtail;

struct rs_longtail *rs_longtail_new(void);		/* yours */
int rs_longtail_put(struct rs_longtail *l, const struct rs_vec *v,
    size_t rows);			/* -1: too many ids */
uint32_t rs_longtail_ids(const struct rs_longtail *l);
double rs_longtail_quantile(struct rs_longtail *l, double percent);
void rs_longtail_free(struct rs_longtail *l);

#endif
