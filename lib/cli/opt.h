/*
 * opt: a tool's options as a table, from which they are parsed, --help is
 * printed, and the provenance line is made.
 *
 *	const struct rs_opt opts[] = {
 *		RS_OPT_REAL('p', "keep", "P", &p, 0, 1, "chance of a row"),
 *		RS_OPT_SEED(&seed),
 *		RS_OPT_END
 *	};
 *
 * The default is the variable's value before rs_begin.  Every short option
 * has a long one; letter 0 is long only.  Numbers are strict: real numbers,
 * counts with k M G.  -h -V -v -q belong to every tool and stand in no table.
 *
 * Provenance: options that differ from their defaults are recorded, in table
 * order, as --name=value; the value of one that names a file as --name=<name>
 * (its role); operands that name files as <input>.  Those that never change
 * the result (-o -j -M -P and all with RS_OPT_IS_SILENT) are not recorded.
 */
#ifndef RS_CLI_OPT_H
#define RS_CLI_OPT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum rs_opt_kind {
	RS_KIND_END, RS_KIND_FLAG, RS_KIND_REAL, RS_KIND_COUNT, RS_KIND_STR,
	RS_KIND_LIST, RS_KIND_CHOICE, RS_KIND_SPAN, RS_KIND_OPERANDS,
};

enum {
	RS_OPT_IS_SILENT = 1,	/* does not change the result */
	RS_OPT_IS_FILE = 2,	/* the value names a file: record its role */
};

/* What a repeatable option or the operands collected, in order.  Borrowed
 * from argv. */
struct rs_list {
	const char **item;
	size_t n, room;
};

struct rs_opt {
	enum rs_opt_kind kind;
	int letter;
	const char *name, *arg, *help;
	void *value;
	double lo, hi;		/* REAL, COUNT; OPERANDS: how many */
	const char *const *choices;	/* CHOICE: NULL-ended */
	unsigned flags;
};

#define RS_OPT_FLAG(l, n, p, h) { RS_KIND_FLAG, l, n, NULL, h, \
    (bool *){ p }, 0, 0, NULL, 0 }
#define RS_OPT_REAL(l, n, a, p, lo, hi, h) { RS_KIND_REAL, l, n, a, h, \
    (double *){ p }, lo, hi, NULL, 0 }
#define RS_OPT_COUNT(l, n, a, p, lo, hi, h) { RS_KIND_COUNT, l, n, a, h, \
    (uint64_t *){ p }, (double)(lo), (double)(hi), NULL, 0 }
#define RS_OPT_STR(l, n, a, p, h) { RS_KIND_STR, l, n, a, h, \
    (const char **){ p }, 0, 0, NULL, 0 }
#define RS_OPT_LIST(l, n, a, p, h) { RS_KIND_LIST, l, n, a, h, \
    (struct rs_list *){ p }, 0, 0, NULL, 0 }
/* The value is the index of the word in choices. */
#define RS_OPT_CHOICE(l, n, c, p, h) { RS_KIND_CHOICE, l, n, NULL, h, \
    (int *){ p }, 0, 0, c, 0 }
/* A length of time, 30d or 12h, in seconds. */
#define RS_OPT_SPAN(l, n, p, h) { RS_KIND_SPAN, l, n, "SPAN", h, \
    (int64_t *){ p }, 0, 0, NULL, 0 }
/* Files that are read or written besides stdin and stdout. */
#define RS_OPT_FILE(l, n, a, p, h) { RS_KIND_STR, l, n, a, h, \
    (const char **){ p }, 0, 0, NULL, RS_OPT_IS_FILE }
#define RS_OPT_FILES(l, n, a, p, h) { RS_KIND_LIST, l, n, a, h, \
    (struct rs_list *){ p }, 0, 0, NULL, RS_OPT_IS_FILE }
#define RS_OPT_OPERANDS(a, p, least, most, h) { RS_KIND_OPERANDS, 0, \
    "input", a, h, (struct rs_list *){ p }, least, most, NULL, 0 }
#define RS_OPT_OPERAND_FILES(a, p, least, most, h) { RS_KIND_OPERANDS, 0, \
    "input", a, h, (struct rs_list *){ p }, least, most, NULL, \
    RS_OPT_IS_FILE }

/* The options that several tools share, spelled once. */
#define RS_OPT_SEED(p) RS_OPT_COUNT('s', "seed", "N", p, 0, 1e18, \
    "seed of every draw")
#define RS_OPT_OUTPUT(p) { RS_KIND_STR, 'o', "output", "FILE", \
    "write to FILE instead of stdout", (const char **){ p }, 0, 0, NULL, \
    RS_OPT_IS_SILENT }
#define RS_OPT_HEADER(p) RS_OPT_FLAG(0, "header", p, \
    "begin csv or tsv with the names of the columns")
#define RS_OPT_THREADS(p) { RS_KIND_COUNT, 'j', "threads", "N", \
    "threads; never changes a byte", (uint64_t *){ p }, 1, 1024, NULL, \
    RS_OPT_IS_SILENT }
#define RS_OPT_MEMORY(p) { RS_KIND_COUNT, 'M', "memory", "SIZE", \
    "memory budget; spills to TMPDIR beyond it", (uint64_t *){ p }, 1e6, \
    1e18, NULL, RS_OPT_IS_SILENT }
#define RS_OPT_PROGRESS { RS_KIND_FLAG, 'P', "progress", NULL, \
    "show progress on stderr", (bool *){ &rs_progress_wanted }, 0, 0, NULL, \
    RS_OPT_IS_SILENT }
#define RS_OPT_END { RS_KIND_END, 0, NULL, NULL, NULL, NULL, 0, 0, NULL, 0 }

extern bool rs_progress_wanted;

/* Whether the option of that long name was given. */
bool rs_given(const char *name);

#endif
