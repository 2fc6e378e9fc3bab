/* runner: statuses, files and costs of scripts; and that they can be stopped. */
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/buf.h"
#include "test.h"
#include "trial/folder.h"
#include "trial/runner.h"

static void
holds(const char *path, const char *want)
{
	struct rs_buf b = { 0 };
	struct rs_err e;

	rs_buf_str(&b, "");
	ok(rs_folder_read(path, 1000, &b, &e) == 1 &&
	    strcmp(b.data, want) == 0, "%s: '%s'", path,
	    b.data != NULL ? b.data : "");
	rs_buf_free(&b);
}

/* Whether a process is there, and no zombie that nobody waits for. */
static bool
lives(pid_t pid)
{
	char path[64], cwd[4096];

	snprintf(path, sizeof(path), "/proc/%ld/cwd", (long)pid);
	return readlink(path, cwd, sizeof(cwd)) > 0;
}

/* Wait until it is gone. */
static bool
goes(pid_t pid)
{
	for (int i = 0; i < 500 && lives(pid); i++)
		usleep(10000);
	return !lives(pid);
}

static struct rs_ended
run(const char *script)
{
	struct rs_runner *r = rs_runner_new(1);
	struct rs_ended x;

	rs_runner_start(r, 7, script, "d");
	ok(rs_runner_busy(r) == 1, "busy");
	rs_runner_wait(r, &x);
	ok(x.id == 7 && rs_runner_busy(r) == 0, "done");
	rs_runner_free(r);
	return x;
}

static void
test_a_status_is_that_of_the_shell(void)
{
	ok(run(":").status == 0, "0");
	ok(run("exit 3").status == 3, "3");
	ok(run("kill -KILL $$").status == 128 + SIGKILL, "a signal");
	ok(run("no-such-command-here").status == 127, "not found");
	ok(run("if").status == 2, "no bash");
}

static void
test_output_messages_and_input_have_their_places(void)
{
	setenv("BASH_ENV", "/dev/stdin", 1);
	run("cat; echo out; echo err >&2");
	holds("d/metrics.tsv", "out\n");
	holds("d/log", "err\n");
	run("trap '' TERM; kill -TERM $$; echo 'not held back' >&2");
	holds("d/log", "not held back\n");
	holds("d/metrics.tsv", "");
}

static void
test_signals_reach_a_script(void)
{
	ok(run("kill -TERM $$").status == 128 + SIGTERM, "TERM");
	ok(run("kill -INT $$").status == 128 + SIGINT, "INT");
}

static void
test_costs_are_of_all_that_ran(void)
{
	const struct rs_ended x = run("sleep 0.2; (i=0; while [ $i -lt 20000 ];"
	    " do i=$((i + 1)); done)");

	ok(x.seconds >= 0.2, "%g seconds", x.seconds);
	ok(x.cpu > 0.001 && x.cpu < x.seconds + 1, "%g of CPU", x.cpu);
	ok(x.memory > 100000, "%g bytes", (double)x.memory);
}

static void
test_several_run_at_once(void)
{
	struct rs_runner *r = rs_runner_new(3);
	struct rs_ended x;
	size_t sum = 0;

	/* Each waits for the others: one by one, none would end. */
	for (size_t i = 1; i <= 3; i++)
		rs_runner_start(r, i, "mkdir d/$$; while [ $(ls -d d/[0-9]* |"
		    " wc -l) -lt 3 ]; do sleep 0.01; done", "d");
	for (int i = 0; i < 3; i++) {
		rs_runner_wait(r, &x);
		ok(x.status == 0, "status %d", x.status);
		sum += x.id;
	}
	ok(sum == 6, "each once");
	rs_runner_free(r);
}

static void
test_what_is_stopped_is_gone(void)
{
	struct rs_runner *r = rs_runner_new(2);
	struct rs_buf b = { 0 };
	struct rs_err e;
	pid_t pid;

	rs_runner_start(r, 0, "trap '' TERM; sleep 1000 & echo $!; wait", "d");
	for (int i = 0; i < 500 && b.len < 2; i++) {
		usleep(10000);
		rs_folder_read("d/metrics.tsv", 100, &b, &e);
	}
	pid = (pid_t)atoi(b.data);
	ok(pid > 1 && lives(pid), "runs");
	rs_runner_free(r);
	ok(goes(pid), "a child's child");
	rs_buf_free(&b);
}

static void
test_what_a_script_leaves_running_is_stopped(void)
{
	struct rs_buf b = { 0 };
	struct rs_err e;
	pid_t pid;

	ok(run("sleep 1000 & echo $!").status == 0, "it itself ends");
	rs_folder_read("d/metrics.tsv", 100, &b, &e);
	pid = (pid_t)atoi(b.data);
	ok(pid > 1 && goes(pid), "and what it left");
	rs_buf_free(&b);
}

int
main(void)
{
	signal(SIGCHLD, SIG_IGN);	/* as some parents leave it */
	mkdir("d", 0777);
	test_a_status_is_that_of_the_shell();
	test_output_messages_and_input_have_their_places();
	test_signals_reach_a_script();
	test_costs_are_of_all_that_ran();
	test_several_run_at_once();
	test_what_is_stopped_is_gone();
	test_what_a_script_leaves_running_is_stopped();
	return test_end();
}
