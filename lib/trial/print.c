/*
 * print: a search as something for another engine to run.
 *
 * Why other engines: sharing out work over machines is solved, by make's -j,
 * by parallel's --sshlogin and by Slurm's arrays.
 */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "trial/print.h"
#include "trial/script.h"

const char *const rs_print_names[] = {
	[RS_PRINT_MAKE] = "make", [RS_PRINT_PARALLEL] = "parallel",
	[RS_PRINT_SLURM] = "slurm", NULL,
};

/* "rs-tune -R DIR --only NAME SPACE" for a shell. */
static void
put_call(const struct rs_tune *t, uint64_t jobs, const char *name,
    struct rs_buf *b)
{
	const struct rs_tune_ask *a = t->ask;

	rs_buf_str(b, "rs-tune -R ");
	rs_script_quote(a->dir, b);
	if (jobs > 0)
		rs_buf_printf(b, " -j %" PRIu64, jobs);
	if (a->seed != 1)
		rs_buf_printf(b, " -s %" PRIu64, a->seed);
	rs_buf_printf(b, " --only %s -- ", name);
	rs_script_quote(a->space, b);
}

/* make takes $ for its own, even in a recipe. */
static void
put_recipe(const char *command, struct rs_buf *b)
{
	for (; *command != '\0'; command++) {
		if (*command == '$')
			rs_buf_char(b, '$');
		rs_buf_char(b, *command);
	}
}

static int
print_make(const struct rs_tune *t, uint64_t jobs, size_t first,
    struct rs_buf *b, struct rs_err *e)
{
	static const char plain[] = "abcdefghijklmnopqrstuvwxyz"
	    "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_@+,./-";
	const char *dir = t->ask->dir;

	if (dir[strspn(dir, plain)] != '\0')
		return rs_fail(e, "make cannot have '%.200s' in the name of a"
		    " target", dir);
	rs_buf_str(b, "all:");
	for (size_t i = first; i < t->trials.n; i++)
		rs_buf_printf(b, " \\\n\t%s/trials/%s/result.json", dir,
		    t->trials.at[i].name);
	rs_buf_str(b, "\n.PHONY: all\n");
	for (size_t i = first; i < t->trials.n; i++) {
		struct rs_buf call = { 0 };

		put_call(t, jobs, t->trials.at[i].name, &call);
		rs_buf_printf(b, "\n%s/trials/%s/result.json:\n\t", dir,
		    t->trials.at[i].name);
		put_recipe(call.data, b);
		rs_buf_char(b, '\n');
		rs_buf_free(&call);
	}
	return 0;
}

static int
print_parallel(const struct rs_tune *t, uint64_t jobs, size_t first,
    struct rs_buf *b)
{
	for (size_t i = first; i < t->trials.n; i++) {
		put_call(t, jobs, t->trials.at[i].name, b);
		rs_buf_char(b, '\n');
	}
	return 0;
}

static int
print_slurm(const struct rs_tune *t, uint64_t jobs, size_t first,
    struct rs_buf *b, struct rs_err *e)
{
	char *here = getcwd(NULL, 0);

	if (here == NULL)
		return rs_fail(e, "the directory where we are has no name");
	rs_buf_printf(b, "#!/bin/bash\n#SBATCH --job-name=rs-tune\n"
	    "#SBATCH --array=0-%zu\n\nset -e\ncd ", t->trials.n - first - 1);
	rs_script_quote(here, b);
	rs_buf_str(b, "\ntrials=(\n");
	for (size_t i = first; i < t->trials.n; i++)
		rs_buf_printf(b, "\t%s\n", t->trials.at[i].name);
	rs_buf_str(b, ")\n");
	put_call(t, jobs, "\"${trials[SLURM_ARRAY_TASK_ID]}\"", b);
	rs_buf_char(b, '\n');
	free(here);
	return 0;
}

int
rs_print(enum rs_print_kind kind, const struct rs_tune *t, uint64_t jobs,
    struct rs_buf *out, struct rs_err *e)
{
	/* Of halving the rung that is due. */
	const size_t first = rs_trials_rung(&t->trials, t->trials.rungs - 1);

	/* One command is one line. */
	if (strchr(t->ask->dir, '\n') != NULL ||
	    strchr(t->ask->space, '\n') != NULL)
		return rs_fail(e, "a line break in a name cannot be printed");
	switch (kind) {
	case RS_PRINT_MAKE:
		return print_make(t, jobs, first, out, e);
	case RS_PRINT_PARALLEL:
		return print_parallel(t, jobs, first, out);
	case RS_PRINT_SLURM:
		break;
	}
	return print_slurm(t, jobs, first, out, e);
}
