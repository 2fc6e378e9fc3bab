/*
 * folder: the directory of a search.
 *
 *	DIR/ledger.jsonl	what came of each trial (trial/ledger.h)
 *	DIR/costs.jsonl		what each took, in the order of finishing
 *	DIR/trials/NAME/	model, metrics.tsv, log, result.json, cost.json
 *	DIR/best		a link to trials/NAME
 *	DIR/lock
 *
 *	rs_folder_open(&f, "runs", true, &err);	(one writer at a time)
 *	w = rs_folder_work(&f, name);		(a trial's files while it runs)
 *	...
 *	rs_folder_finish(&f, &w, name);		(now they are trials/NAME)
 *
 * A trial runs in a folder that nobody else knows, which becomes trials/NAME
 * by a rename when all in it is on disk.  So trials/NAME is whole or not
 * there, and a process that outlived a killed search writes where nobody
 * looks.  Such a folder is locked while its search lives; the others are
 * removed when a search begins.
 */
#ifndef RS_TRIAL_FOLDER_H
#define RS_TRIAL_FOLDER_H

#include <stdbool.h>

#include "base/buf.h"
#include "base/die.h"
#include "trial/names.h"

struct rs_folder {
	char *dir;
	int lock;		/* -1: not ours to write */
	struct rs_names costs;	/* trials that costs.jsonl has */
};

/* With alone, make what is missing of it, lock it and sweep.  0, or -1 with a
 * sentence where another search writes. */
int rs_folder_open(struct rs_folder *f, const char *dir, bool alone,
    struct rs_err *e);
void rs_folder_close(struct rs_folder *f);

/* Remove the folders of trials that nobody runs any more. */
void rs_folder_sweep(const struct rs_folder *f);

struct rs_work {
	char *path;		/* yours */
	int lock;
};

struct rs_work rs_folder_work(const struct rs_folder *f, const char *name);

/* Everything of the trial is there: it becomes trials/NAME, or goes if there
 * is one with a result already. */
void rs_folder_finish(const struct rs_folder *f, struct rs_work *w,
    const char *name);
void rs_folder_drop(struct rs_work *w);		/* and all in it */

/* Paths: DIR/NAME; DIR/trials/NAME[/FILE].  Yours. */
char *rs_folder_path(const struct rs_folder *f, const char *name);
char *rs_folder_trial(const struct rs_folder *f, const char *name,
    const char *file);

/* A file of at most max bytes whole, with a NUL behind it: 1, 0 where there is
 * none, -1 with a sentence. */
int rs_folder_read(const char *path, size_t max, struct rs_buf *b,
    struct rs_err *e);

/* A line about what a trial took, once a trial; whether it is there, or is not
 * ours to write. */
bool rs_folder_has_cost(const struct rs_folder *f, uint64_t hash);
void rs_folder_cost(struct rs_folder *f, uint64_t hash, const char *line);

/* Let DIR/best be trials/NAME. */
void rs_folder_best(const struct rs_folder *f, const char *name);

#endif
