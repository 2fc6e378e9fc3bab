/*
 * space: the file that says what a search is over.
 *
 *	struct rs_space s;
 *
 *	if (rs_space_read(&s, "als.space", &err) == 0)
 *		... rs_trials_* (trial/trial.h) ...
 *	rs_space_free(&s);
 *
 * One statement a line, words as a shell splits them, # begins a comment:
 *
 *	search	grid
 *	metric	map@20
 *	data	train.rsi valid.rsi
 *	param	factors 50 100
 *	param	regularization log 0.001 1
 *	run	rs-fit als -d {factors} ... -o {model} < train.rsi
 *
 * The file is hostile until read: its size and the number of everything in it
 * have limits, and what is wrong is named with its line.  A space that was
 * read has a command that uses each of its parameters and no other name.
 * Plain data, read-only once read: any thread.
 */
#ifndef RS_TRIAL_SPACE_H
#define RS_TRIAL_SPACE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/die.h"
#include "io/lines.h"
#include "rank/metric.h"

enum {
	RS_SPACE_MAX = 1 << 20,		/* bytes of the file */
	RS_SPACE_AXES = 64,		/* parameters */
	RS_SPACE_VALUES = 1000,	/* of one parameter */
	RS_SPACE_WORD = 4096,		/* bytes of a name or a value */
	RS_SPACE_DATA = 64,		/* data files */
	RS_SPACE_SCRIPT = 64 << 10,	/* bytes of all commands: the system
					 * takes 128 KiB as one argument */
	RS_SPACE_TRIALS = 100000,
};

enum rs_search { RS_SEARCH_GRID, RS_SEARCH_RANDOM, RS_SEARCH_HALVING };

enum rs_axis_kind { RS_AXIS_LIST, RS_AXIS_INT, RS_AXIS_REAL, RS_AXIS_LOG };

/* One parameter: the values it may have. */
struct rs_axis {
	char *name;
	enum rs_axis_kind kind;
	struct rs_lines list;	/* LIST: as written */
	int64_t least, most;	/* INT, both included */
	double lo, hi;		/* REAL, LOG */
	size_t line;		/* of the file */
	bool used;		/* by a command */
};

struct rs_space {
	char *path;
	enum rs_search search;
	uint64_t count;		/* RANDOM, HALVING: trials to draw */
	uint64_t by;		/* HALVING: how many of which one is kept */
	char metric[RS_METRIC_NAME_MAX];	/* "": none was named */
	bool more_is_better;
	struct rs_axis *axis;	/* the budget is the last, where there is one */
	size_t axes, room;
	bool budgeted;
	uint64_t first, last;	/* HALVING: budget of the first and last rung */
	bool seed_each;		/* each trial has a seed of its own */
	struct rs_lines data;	/* paths */
	size_t data_line[RS_SPACE_DATA];
	struct rs_buf script;	/* the commands with their placeholders */
	size_t run_line;	/* where they begin in the file */
};

/* 0, or -1 with a sentence that says "file:line: ...". */
int rs_space_read(struct rs_space *s, const char *path, struct rs_err *e);

/* The same of n bytes of text; path is what it is called. */
int rs_space_parse(struct rs_space *s, const char *path, const char *text,
    size_t n, struct rs_err *e);

void rs_space_free(struct rs_space *s);

#endif
