/*
 * runner: shell scripts, several at a time, and what each took.
 *
 *	r = rs_runner_new(jobs);
 *	while (rs_runner_busy(r) < jobs && more)
 *		rs_runner_start(r, id, script, dir);
 *	rs_runner_wait(r, &ended);
 *	rs_runner_free(r);
 *
 * A script is run by bash in the directory where we are, with nothing to
 * read, its output in dir/metrics.tsv and its messages in dir/log.
 *
 * Who watches whom: each script has a keeper, a process of ours that leads a
 * process group of its own, with the script and all that it starts in it.
 * The keeper waits for two things: that the script ends, or that we ask it to
 * stop or are no more; then it kills its whole group.  So neither an
 * interrupt nor SIGKILL of the search leaves a trial running.
 *
 * INT, TERM and HUP are held back between rs_runner_new and rs_runner_free,
 * but for rs_runner_wait, which on one of them stops all scripts and lets it
 * have its way.  One runner a process.
 */
#ifndef RS_TRIAL_RUNNER_H
#define RS_TRIAL_RUNNER_H

#include <stddef.h>
#include <stdint.h>

struct rs_runner;

struct rs_ended {
	size_t id;
	int status;		/* of the script; 128 + N: by signal N */
	double seconds, cpu;	/* of it and all that it waited for */
	uint64_t memory;	/* bytes: peak of the largest process */
};

struct rs_runner *rs_runner_new(size_t jobs);			/* yours */
void rs_runner_start(struct rs_runner *r, size_t id, const char *script,
    const char *dir);
size_t rs_runner_busy(const struct rs_runner *r);

/* Wait until one of them ends. */
void rs_runner_wait(struct rs_runner *r, struct rs_ended *ended);

/* Stop those that run still, and free it. */
void rs_runner_free(struct rs_runner *r);

#endif
