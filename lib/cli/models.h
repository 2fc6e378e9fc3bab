/*
 * models: the model of -m, with the dictionaries of -D, for a tool.
 *
 *	struct rs_model *m = rs_model_begin(path, dir);
 *	...
 *	rs_model_origin(out, m);	(what made it made our stream too)
 *	rs_model_end(m);
 *
 * Everything that can fail ends the process with a message and the right
 * status.  One model at a time, and others beside it.
 */
#ifndef RS_CLI_MODELS_H
#define RS_CLI_MODELS_H

#include "cli/opt.h"
#include "io/stream.h"
#include "model/model.h"

/* The options that say which model. */
#define RS_OPT_MODEL(p) RS_OPT_FILE('m', "model", "FILE", p, \
    "the model that rs-fit made")
#define RS_OPT_MODEL_IDS(p) RS_OPT_FILE('D', "dictionaries", "DIR", p, \
    "the ids, where the model has none")

/* Without a path it is called wrongly; dir may be NULL.  yours, by
 * rs_model_end */
struct rs_model *rs_model_begin(const char *path, const char *dir);

/* Another model of the same dictionaries, to compare.  yours, by
 * rs_model_close, before the first ends */
struct rs_model *rs_model_beside(const char *path,
    const struct rs_model *first);

/* Whether a regular file begins as a model does. */
bool rs_is_model(const char *path);

/* Whether the model can tell ids: called wrongly if not. */
void rs_model_need_ids(const struct rs_model *m, enum rs_side side);

/* Refuse a stream whose indices are not the model's, as far as its header and
 * (where it was read to it) its end say so. */
void rs_model_belongs(const struct rs_model *m, const struct rs_reader *in);

/* The index of one id, of n bytes; RS_DICT_NONE: the model does not know it. */
uint32_t rs_model_find(const struct rs_model *m, enum rs_side side,
    const char *id, size_t n);

/* Columns of indices or ids as the model's indices; what it does not know is
 * RS_DICT_NONE. */
void rs_model_column(const struct rs_model *m, enum rs_side side,
    const struct rs_vec *v, size_t rows, uint32_t *out);

/* Add to the end of a stream what made the model. */
void rs_model_origin(struct rs_writer *out, const struct rs_model *m);

void rs_model_end(struct rs_model *m);

#endif
