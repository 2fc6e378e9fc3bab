/*
 * figures: what rs-eval printed, as names and values.
 *
 *	struct rs_figures f = { 0 };
 *	if (rs_figures_parse(&f, text, n, &err) < 0)
 *		rs_bad("%s: %s", path, err.text);
 *	if (rs_figures_get(&f, "ndcg@10", &value))
 *		...
 *	rs_figures_free(&f);
 *
 * The text is TSV, "metric value low high users" a line; only the first two
 * are kept, in their order, and more columns may follow.  A value may be
 * empty, which is NaN: there is none.  Plain data, one thread.
 */
#ifndef RS_TRIAL_FIGURES_H
#define RS_TRIAL_FIGURES_H

#include <stdbool.h>
#include <stddef.h>

#include <jansson.h>

#include "base/buf.h"
#include "base/die.h"

enum {
	RS_FIGURES_MAX = 10000,		/* lines */
	RS_FIGURES_BYTES_MAX = 1 << 20,	/* of the text */
};

struct rs_figure {
	char *name;
	double value;		/* NaN: none */
};

struct rs_figures {
	struct rs_figure *figure;
	size_t n, room;
};

/* -1 with a sentence that names the line: not rs-eval's, or a name that is
 * there twice. */
int rs_figures_parse(struct rs_figures *f, const char *text, size_t n,
    struct rs_err *e);

/* The same from a file (gzipped or not), which the sentence names. */
int rs_figures_read(struct rs_figures *f, const char *path, struct rs_err *e);

/* The value of that name, if it is there and is no NaN. */
bool rs_figures_get(const struct rs_figures *f, const char *name,
    double *value);

/* Put a figure, in the place of one of that name or behind all. */
void rs_figures_set(struct rs_figures *f, const char *name, double value);

/* Append them as an object of JSON, in order; numbers are the shortest that
 * read back the same, NaN is null. */
void rs_figures_json(const struct rs_figures *f, struct rs_buf *b);

/* And back.  The object is hostile: -1 with a sentence where it is none of
 * numbers and nulls. */
int rs_figures_of_json(struct rs_figures *f, const json_t *object,
    struct rs_err *e);

/* Whether more of a metric is better, by its name as rs-eval prints it
 * ("pop:ndcg@10", "hr@10:s99").  -1 with a sentence: no metric is called so. */
int rs_figure_direction(const char *name, bool *more_is_better,
    struct rs_err *e);

void rs_figures_free(struct rs_figures *f);

#endif
