/*
 * train: the streams that an algorithm learns from and is judged by.
 *
 *	in = rs_train_begin(&values);
 *	rs_train_read(in, &values, pool, &train, &labelled);
 *	rs_valid_read("v.rsi", true, in, &train, pool, &valid, NULL);
 *
 * What an algorithm cannot use it must not overlook: labels of what somebody
 * did not want, ratings that are missing, weights that would count for
 * nothing.  Everything that is wrong ends the process with a message and the
 * right status.
 */
#ifndef RS_CLI_TRAIN_H
#define RS_CLI_TRAIN_H

#include <stdbool.h>

#include "base/pool.h"
#include "data/csr.h"
#include "io/stream.h"
#include "model/algorithm.h"

/* stdin, with the columns that these values ask for. */
struct rs_reader *rs_train_begin(const struct rs_values *v);

/* Whether each pair will have a number with it, and whether rows say whether
 * they were wanted, as far as the head tells. */
bool rs_train_weighted(const struct rs_reader *in, const struct rs_values *v);
bool rs_train_labelled(const struct rs_reader *in, const struct rs_values *v);

/* A stream of labelled rows goes to l, and the pairs whose label is above 0
 * to m; of any other l is left as it is. */
void rs_train_read(struct rs_reader *in, const struct rs_values *v,
    struct rs_pool *pool, struct rs_csr *m, struct rs_labelled *l);

/* The held-out pairs, with their ratings as weights where they are rated; l:
 * the rows with their labels, m being the pairs whose label is above 0, or NULL.
 * Their indices are those of train, which was read to its end. */
void rs_valid_read(const char *path, bool rated, const struct rs_reader *in,
    const struct rs_csr *train, struct rs_pool *pool, struct rs_csr *m,
    struct rs_labelled *l);

#endif
