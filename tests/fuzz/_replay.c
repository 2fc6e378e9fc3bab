/*
 * replay: a fuzz target without its fuzzer.
 *
 *	TARGET [-n NUMBER] [-w NUMBER] FILE...
 *
 * Feeds the target each file, and each file damaged in NUMBER ways
 * (damage.h).  Where it crashes, hangs or does not hold, the file and the
 * number of the damage are told; -w writes those bytes to standard output.
 */
#include <inttypes.h>
#include <malloc.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "damage.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
void __sanitizer_set_death_callback(void (*die)(void))
	__attribute__((weak));

enum { SECONDS = 60 };		/* for one input */

static const char *file;
static uint64_t number;

/* What is being tried, told in the midst of a crash. */
static void
tell(void)
{
	char line[512];
	const int n = snprintf(line, sizeof(line), "with %s, damage %" PRIu64
	    "\n", file, number);

	if (file != NULL && write(STDERR_FILENO, line, (size_t)n) < 0)
		return;
	file = NULL;
}

static void
crashed(int sig)
{
	tell();
	signal(sig, SIG_DFL);
	raise(sig);
}

/* The target gets memory of just that size, so a step too far is seen. */
static void
try(const struct rs_buf *b)
{
	uint8_t *copy = malloc(b->len > 0 ? b->len : 1);

	if (copy == NULL)
		abort();
	if (b->len > 0)
		memcpy(copy, b->data, b->len);
	alarm(SECONDS);
	LLVMFuzzerTestOneInput(copy, b->len);
	alarm(0);
	free(copy);
}

int
main(int argc, char **argv)
{
	static const int fatal[] = { SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGABRT };
	struct rs_buf whole = { 0 }, hurt = { 0 };
	uint64_t ways = 0, inputs = 0;
	bool write_it = false;
	int c;

	while ((c = getopt(argc, argv, "n:w:")) != -1) {
		if (c == '?')
			return 2;
		ways = strtoull(optarg, NULL, 10);
		write_it = c == 'w';
	}
	/* Readers' buffers come and go: the system need not clear them anew. */
	mallopt(M_MMAP_THRESHOLD, 32 << 20);
	mallopt(M_TRIM_THRESHOLD, 1 << 30);
	signal(SIGALRM, crashed);
	if (__sanitizer_set_death_callback != NULL)
		__sanitizer_set_death_callback(tell);
	else
		for (size_t i = 0; i < sizeof(fatal) / sizeof(fatal[0]); i++)
			signal(fatal[i], crashed);
	atexit(tell);
	for (; optind < argc; optind++) {
		damage_read(&whole, argv[optind]);
		if (write_it) {
			damage(&hurt, whole.data, whole.len, ways);
			return fwrite(hurt.data, 1, hurt.len, stdout) !=
			    hurt.len || fflush(stdout) != 0;
		}
		file = argv[optind];
		for (number = 0; number <= ways; number++, inputs++) {
			damage(&hurt, whole.data, whole.len, number);
			try(&hurt);
		}
		file = NULL;
	}
	rs_buf_free(&whole);
	rs_buf_free(&hurt);
	printf("%" PRIu64 " inputs\n", inputs);
	return 0;
}
