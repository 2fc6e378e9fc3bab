/* Any bytes as the index of a registry, and as what rs-eval printed: figures
 * that were read are the same when they are written and read again. */
#include <assert.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/mem.h"
#include "trial/registry.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static char dir[64], path[96];

static void
remove_dir(void)
{
	unlink(path);
	rmdir(dir);
}

/* A folder whose index has these bytes. */
static void
write_index(const uint8_t *p, size_t n)
{
	int fd;

	if (dir[0] == '\0') {
		snprintf(dir, sizeof(dir), "%s/rs-fuzz-XXXXXX",
		    access("/dev/shm", W_OK) == 0 ? "/dev/shm" : "/tmp");
		if (mkdtemp(dir) == NULL)
			abort();
		snprintf(path, sizeof(path), "%s/index.jsonl", dir);
		atexit(remove_dir);
	}
	fd = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0666);
	if (fd < 0 || write(fd, p, n) != (ssize_t)n || close(fd) != 0)
		abort();
}

static void
try_index(const uint8_t *p, size_t n)
{
	struct rs_registry *r;
	struct rs_buf b = { 0 };
	struct rs_err e;

	write_index(p, n);
	r = rs_registry_open(dir, false, &e);
	for (size_t i = 0; r != NULL && i < rs_registry_size(r); i++) {
		struct rs_kept *x = rs_registry_at(r, i);

		assert(rs_registry_find(r, x->model, &e) == x);
		b.len = 0;
		rs_figures_json(&x->figures, &b);
		assert(b.len >= 2);
		if (x->figures.n > 0)
			(void)rs_registry_best(r, x->figures.figure[0].name,
			    &e);
	}
	rs_buf_free(&b);
	rs_registry_close(r);
}

static void
try_figures(const uint8_t *p, size_t n)
{
	struct rs_figures f = { 0 }, g = { 0 };
	struct rs_buf b = { 0 };
	struct rs_err e;
	json_t *object;
	double x;

	if (rs_figures_parse(&f, (const char *)p, n, &e) == 0) {
		rs_figures_json(&f, &b);
		object = json_loadb(b.data, b.len, JSON_REJECT_DUPLICATES,
		    NULL);
		assert(object != NULL &&
		    rs_figures_of_json(&g, object, &e) == 0);
		assert(f.n == g.n);
		for (size_t i = 0; i < f.n; i++) {
			if (f.figure[i].value == f.figure[i].value)
				assert(rs_figures_get(&g, f.figure[i].name,
				    &x) && x == f.figure[i].value);
		}
		json_decref(object);
	}
	rs_figures_free(&f);
	rs_figures_free(&g);
	rs_buf_free(&b);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *name;
	struct rs_err e;
	bool more;

	if (size == 0)
		return 0;
	if (data[0] == 'i') {
		try_index(data + 1, size - 1);
	} else if (data[0] == 'n') {
		name = rs_memdup(data + 1, size - 1);
		(void)rs_registry_check_name(name, &e);
		(void)rs_figure_direction(name, &more, &e);
		free(name);
	} else {
		try_figures(data + 1, size - 1);
	}
	return 0;
}
