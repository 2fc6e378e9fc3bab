/* cpu: which build of the kernels this process runs. */
#include <pthread.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "base/die.h"
#include "kernel/cpu.h"

static const char *const names[] = { "base", "avx2", "avx512" };
static enum rs_cpu path;
static pthread_once_t once = PTHREAD_ONCE_INIT;

static bool
cpu_has(enum rs_cpu p)
{
#if defined(__x86_64__)
	__builtin_cpu_init();
	switch (p) {
	case RS_CPU_AVX512:
		return __builtin_cpu_supports("avx512f") &&
		    __builtin_cpu_supports("avx512dq") &&
		    __builtin_cpu_supports("avx512bw") &&
		    __builtin_cpu_supports("avx512vl");
	case RS_CPU_AVX2:
		return __builtin_cpu_supports("avx2") &&
		    __builtin_cpu_supports("fma");
	case RS_CPU_BASE:
		return true;
	}
	return false;
#else
	return p == RS_CPU_BASE;
#endif
}

static void
settle(void)
{
	const char *want = getenv("RS_CPU");

	path = RS_CPU_AVX512;
	if (want == NULL || *want == '\0') {
		while (!cpu_has(path))
			path--;
		return;
	}
	while (strcmp(want, names[path]) != 0) {
		if (path == RS_CPU_BASE)
			rs_die("RS_CPU=%s: not one of base, avx2, avx512",
			    want);
		path--;
	}
	if (!cpu_has(path))
		rs_die("RS_CPU=%s: this CPU lacks it", want);
}

enum rs_cpu
rs_cpu(void)
{
	pthread_once(&once, settle);
	return path;
}

const char *
rs_cpu_name(void)
{
	return names[rs_cpu()];
}
