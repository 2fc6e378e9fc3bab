/*
 * registry: a folder of models, each called by its fingerprint.
 *
 *	r = rs_registry_open("models", true, &err);
 *	e = rs_registry_add(r, "als.model", &err);
 *	rs_figures_set(&e->figures, "ndcg@10", 0.41);
 *	rs_registry_save(r);
 *	rs_registry_link(r, "latest", e);
 *	rs_registry_close(r);
 *
 *	DIR/models/02d9ff16e1953815.model	the models, as rs-fit wrote them
 *	DIR/index.jsonl				a line for each, in their order
 *	DIR/latest -> models/...		links, by which others open them
 *
 * The name of a model is the checksum in its last tensor, so a file whose
 * bytes do not match its name is seen to be false.  Every file appears whole
 * and every link points from one model to the next at once: who is killed
 * between two steps leaves a registry that the same command completes.  The
 * folder is locked while it is open for writing.
 *
 * One thread.  What it returns is borrowed until the next add, verify
 * or close.
 */
#ifndef RS_TRIAL_REGISTRY_H
#define RS_TRIAL_REGISTRY_H

#include <stdbool.h>
#include <stddef.h>

#include "base/buf.h"
#include "base/die.h"
#include "trial/figures.h"
#include "trial/fingerprint.h"

enum {
	RS_REGISTRY_MAX = 100000,		/* models */
	RS_REGISTRY_BYTES_MAX = 256 << 20,	/* of the index */
};

struct rs_kept {
	char model[RS_FINGERPRINT_TEXT];
	char train[RS_FINGERPRINT_TEXT];	/* stream; empty: not known */
	char *algorithm;
	struct rs_figures figures;
};

struct rs_registry;

/* To write: DIR is made where it is not there, and locked (waited for).
 * NULL with a sentence: there is none, or its index is no index. */
struct rs_registry *rs_registry_open(const char *dir, bool to_write,
    struct rs_err *e);

size_t rs_registry_size(const struct rs_registry *r);
struct rs_kept *rs_registry_at(struct rs_registry *r, size_t i);

/* By a fingerprint or the name of a link; NULL with a sentence. */
struct rs_kept *rs_registry_find(struct rs_registry *r, const char *name,
    struct rs_err *e);

/* Copy a model in, or find the entry that it has.  NULL with a sentence: it
 * is none, or a false one stands in its place. */
struct rs_kept *rs_registry_add(struct rs_registry *r, const char *path,
    struct rs_err *e);

/* Take an entry and its file out.  -1 with a sentence: a link needs it. */
int rs_registry_remove(struct rs_registry *r, struct rs_kept *x,
    struct rs_err *e);

/* Write the index. */
void rs_registry_save(struct rs_registry *r);

/* The entry with the best value of a metric, the earliest of equal ones.
 * NULL with a sentence: no such metric, or nobody has it. */
struct rs_kept *rs_registry_best(struct rs_registry *r, const char *metric,
    struct rs_err *e);

/* Whether a link may be called so.  -1 with a sentence. */
int rs_registry_check_name(const char *name, struct rs_err *e);

/* Let DIR/name point to the model of x, at once. */
void rs_registry_link(struct rs_registry *r, const char *name,
    const struct rs_kept *x);

/* The names of the links to x, with commas between. */
void rs_registry_links(struct rs_registry *r, const struct rs_kept *x,
    struct rs_buf *names);

/* Wait for those who write, read the index again and every model, and look at
 * every link: how many things are wrong, each told to say, one sentence a
 * time. */
size_t rs_registry_verify(struct rs_registry *r,
    void (*say)(const char *sentence));

void rs_registry_close(struct rs_registry *r);

#endif
