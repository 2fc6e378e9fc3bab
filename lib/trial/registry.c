/*
 * registry: a folder of models by fingerprint.
 *
 * The order of steps is what makes it safe: a model is whole under its name
 * before the index speaks of it, and in the index before a link points to it.
 * Removing goes the other way.  The lock is the kernel's, on the folder, and
 * ends with the process however that ends.
 */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <jansson.h>

#include "base/mem.h"
#include "io/link.h"
#include "io/sink.h"
#include "io/source.h"
#include "io/table.h"
#include "model/file.h"
#include "trial/names.h"
#include "trial/registry.h"

static const char models[] = "models";
static const char index_name[] = "index.jsonl";

enum {
	LINE_MAX = 4 << 20,	/* bytes of an entry */
	NAME_LONGEST = 100,	/* bytes of a link's name */
	TARGET = sizeof(models) + RS_FINGERPRINT_TEXT + sizeof(".model"),
};

struct rs_registry {
	char *dir;
	int fd;			/* of the folder: holds the lock */
	struct rs_kept *entry;
	size_t n, room;
	struct rs_names names;	/* of the models */
};

/* ---- Names. ---- */

static bool
is_print(const char *s)
{
	uint64_t print;

	return rs_name_parse(s, &print);
}

static char *
path_of(const struct rs_registry *r, const char *name)
{
	struct rs_buf b = { 0 };

	rs_buf_printf(&b, "%s/%s", r->dir, name);
	return b.data;
}

/* Where a link to it leads, seen from the folder. */
static void
target_of(const struct rs_kept *x, char target[TARGET])
{
	snprintf(target, TARGET, "%s/%s.model", models, x->model);
}

/* Where its file is: yours. */
static char *
file_of(const struct rs_registry *r, const struct rs_kept *x)
{
	char target[TARGET];

	target_of(x, target);
	return path_of(r, target);
}

int
rs_registry_check_name(const char *name, struct rs_err *e)
{
	static const char allowed[] = "abcdefghijklmnopqrstuvwxyz"
	    "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-";
	const size_t n = strlen(name);

	if (n == 0 || n > NAME_LONGEST || name[0] == '.' || name[0] == '-' ||
	    strspn(name, allowed) != n)
		return rs_fail(e, "\"%.100s\" is no name for a link: letters,"
		    " digits and . _ - inside it, %d at most", name,
		    NAME_LONGEST);
	if (strcmp(name, models) == 0 || strcmp(name, index_name) == 0 ||
	    is_print(name))
		return rs_fail(e, "%s is no name for a link: the registry"
		    " itself needs it", name);
	return 0;
}

/* ---- The index. ---- */

static void
free_entry(struct rs_kept *x)
{
	rs_figures_free(&x->figures);
	free(x->algorithm);
}

static struct rs_kept *
find(const struct rs_registry *r, const char *print)
{
	uint64_t hash;
	size_t i;

	if (!rs_name_parse(print, &hash))
		return NULL;
	i = rs_names_find(&r->names, hash);
	return i != SIZE_MAX ? &r->entry[i] : NULL;
}

/* Its name is that of no other entry. */
static struct rs_kept *
append(struct rs_registry *r, const struct rs_kept *x)
{
	uint64_t hash = 0;

	rs_name_parse(x->model, &hash);
	rs_names_add(&r->names, hash, r->n);
	rs_grow(&r->entry, &r->room, r->n + 1, sizeof(*r->entry));
	r->entry[r->n] = *x;
	return &r->entry[r->n++];
}

/* Whether it can stand in a list between TABs, and on a terminal. */
static bool
is_plain(const char *s)
{
	while (*s >= ' ' && *s <= '~')
		s++;
	return *s == '\0';
}

/* {"model": .., "algorithm": .., "train": .., "metrics": {..}} */
static int
read_entry(struct rs_registry *r, const json_t *line, struct rs_err *e)
{
	const char *model = json_string_value(json_object_get(line, "model"));
	const char *train = json_string_value(json_object_get(line, "train"));
	const char *algorithm =
	    json_string_value(json_object_get(line, "algorithm"));
	struct rs_kept x = { 0 };

	if (model == NULL || !is_print(model) || algorithm == NULL ||
	    !is_plain(algorithm) || (train != NULL && !is_print(train)))
		return rs_fail(e, "is no entry of a model");
	if (find(r, model) != NULL)
		return rs_fail(e, "%s is there twice", model);
	if (r->n == RS_REGISTRY_MAX)
		return rs_fail(e, "more than %d models", RS_REGISTRY_MAX);
	if (rs_figures_of_json(&x.figures, json_object_get(line, "metrics"),
	    e) < 0) {
		rs_figures_free(&x.figures);
		return -1;
	}
	memcpy(x.model, model, sizeof(x.model));
	if (train != NULL)
		memcpy(x.train, train, sizeof(x.train));
	x.algorithm = rs_strdup(algorithm);
	append(r, &x);
	return 0;
}

static int
read_line(struct rs_registry *r, const char *s, size_t n, struct rs_err *e)
{
	json_error_t why;
	json_t *line;
	int status;

	if (n > LINE_MAX)
		return rs_fail(e, "is longer than %d bytes", LINE_MAX);
	line = json_loadb(s, n, JSON_REJECT_DUPLICATES, &why);
	if (line == NULL)
		return rs_fail(e, "is no JSON: %.200s", why.text);
	status = read_entry(r, line, e);
	json_decref(line);
	return status;
}

static int
parse_index(struct rs_registry *r, const char *path, const struct rs_buf *b,
    struct rs_err *e)
{
	struct rs_err why;
	size_t number = 1;

	for (size_t i = 0; i < b->len; number++) {
		const char *end = memchr(b->data + i, '\n', b->len - i);
		const size_t n = end != NULL ? (size_t)(end - b->data) - i :
		    b->len - i;

		if (end == NULL)
			return rs_fail(e, "%s:%zu: ends inside a line", path,
			    number);
		if (read_line(r, b->data + i, n, &why) < 0)
			return rs_fail(e, "%s:%zu: %s", path, number,
			    why.text);
		i += n + 1;
	}
	return 0;
}

static int
read_index(struct rs_registry *r, struct rs_err *e)
{
	char *path = path_of(r, index_name);
	struct rs_buf b = { 0 };
	int status = 0;

	if (access(path, F_OK) == 0)
		status = rs_source_whole(path, RS_REGISTRY_BYTES_MAX, &b, e);
	if (status == 0)
		status = parse_index(r, path, &b, e);
	rs_buf_free(&b);
	free(path);
	return status;
}

static void
put_entry(struct rs_buf *b, const struct rs_kept *x)
{
	rs_buf_printf(b, "{\"model\": \"%s\", \"algorithm\": ", x->model);
	rs_text_json(b, x->algorithm, strlen(x->algorithm));
	if (x->train[0] != '\0')
		rs_buf_printf(b, ", \"train\": \"%s\"", x->train);
	rs_buf_str(b, ", \"metrics\": ");
	rs_figures_json(&x->figures, b);
	rs_buf_str(b, "}\n");
}

void
rs_registry_save(struct rs_registry *r)
{
	char *path = path_of(r, index_name);
	struct rs_sink *s = rs_sink_open(path);
	struct rs_buf b = { 0 };

	for (size_t i = 0; i < r->n; i++)
		put_entry(&b, &r->entry[i]);
	rs_sink_put(s, b.data, b.len);
	rs_sink_close(s);
	rs_buf_free(&b);
	free(path);
}

/* ---- Opening. ---- */

/* The folder, made with what stands in it where that is wanted. */
static int
open_folder(const char *dir, bool make)
{
	int fd;

	if (make && mkdir(dir, 0777) < 0 && errno != EEXIST)
		rs_die("%s: %s", dir, strerror(errno));
	fd = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (fd < 0)
		rs_die("%s: %s", dir, strerror(errno));
	if (make && mkdirat(fd, models, 0777) < 0 && errno != EEXIST)
		rs_die("%s/%s: %s", dir, models, strerror(errno));
	return fd;
}

/* Wait until nobody else writes here, nor, with LOCK_EX, looks closely. */
static void
lock(const struct rs_registry *r, int how)
{
	while (flock(r->fd, how) < 0) {
		if (errno != EINTR)
			rs_die("%s: %s", r->dir, strerror(errno));
	}
}

struct rs_registry *
rs_registry_open(const char *dir, bool to_write, struct rs_err *e)
{
	const int fd = open_folder(dir, to_write);
	const bool is_one = faccessat(fd, models, F_OK, 0) == 0;
	struct rs_registry *r = rs_zalloc(sizeof(*r));

	r->dir = rs_strdup(dir);
	r->fd = fd;
	if (to_write)
		lock(r, LOCK_EX);
	if (!is_one)
		rs_fail(e, "%s: is no registry of models", dir);
	if (!is_one || read_index(r, e) < 0) {
		rs_registry_close(r);
		return NULL;
	}
	return r;
}

static void
forget(struct rs_registry *r)
{
	for (size_t i = 0; i < r->n; i++)
		free_entry(&r->entry[i]);
	r->n = 0;
	rs_names_free(&r->names);
}

void
rs_registry_close(struct rs_registry *r)
{
	if (r == NULL)
		return;
	forget(r);
	close(r->fd);
	free(r->entry);
	free(r->dir);
	free(r);
}

size_t
rs_registry_size(const struct rs_registry *r)
{
	return r->n;
}

struct rs_kept *
rs_registry_at(struct rs_registry *r, size_t i)
{
	return &r->entry[i];
}

/* ---- Links. ---- */

/* Where a link of the folder leads; false, and errno, where there is none. */
static bool
read_link(const struct rs_registry *r, const char *name, char target[TARGET])
{
	const ssize_t n = readlinkat(r->fd, name, target, TARGET - 1);

	if (n < 0)
		return false;
	target[n] = '\0';
	return true;
}

/* The entry whose file is PRINT.model, or NULL. */
static struct rs_kept *
find_file(const struct rs_registry *r, const char *name)
{
	char print[RS_FINGERPRINT_TEXT] = "";
	const size_t n = sizeof(print) - 1;

	if (strlen(name) <= n || strcmp(name + n, ".model") != 0)
		return NULL;
	memcpy(print, name, n);
	return find(r, print);
}

/* The entry that a link leads to, or NULL. */
static struct rs_kept *
follow(const struct rs_registry *r, const char *name)
{
	const size_t n = sizeof(models) - 1;
	char target[TARGET];

	if (!read_link(r, name, target) || strncmp(target, models, n) != 0 ||
	    target[n] != '/')
		return NULL;
	return find_file(r, target + n + 1);
}

struct rs_kept *
rs_registry_find(struct rs_registry *r, const char *name, struct rs_err *e)
{
	struct rs_kept *x = is_print(name) ? find(r, name) :
	    rs_registry_check_name(name, e) == 0 ? follow(r, name) : NULL;

	if (x == NULL)
		rs_fail(e, "%s: has no model %.100s", r->dir, name);
	return x;
}

void
rs_registry_link(struct rs_registry *r, const char *name,
    const struct rs_kept *x)
{
	char target[TARGET];

	target_of(x, target);
	rs_link_turn(r->dir, name, target);
}

static int
is_visible(const struct dirent *d)
{
	return d->d_name[0] != '.';
}

/* The names in a folder, in the order of their bytes: yours. */
static struct dirent **
names(const char *path, int *n)
{
	struct dirent **list;

	*n = scandir(path, &list, is_visible, alphasort);
	if (*n < 0)
		rs_die("%s: %s", path, strerror(errno));
	return list;
}

static void
free_names(struct dirent **list, int n)
{
	for (int i = 0; i < n; i++)
		free(list[i]);
	free(list);
}

void
rs_registry_links(struct rs_registry *r, const struct rs_kept *x,
    struct rs_buf *text)
{
	struct dirent **list;
	const char *comma = "";
	int n;

	list = names(r->dir, &n);
	for (int i = 0; i < n; i++) {
		if (follow(r, list[i]->d_name) == x) {
			rs_buf_printf(text, "%s%s", comma, list[i]->d_name);
			comma = ",";
		}
	}
	free_names(list, n);
}

/* ---- Models. ---- */

/* The bytes of a model that was read whole, under its name. */
static void
store(const struct rs_registry *r, const struct rs_tensors *t,
    const struct rs_kept *x)
{
	char *path = file_of(r, x);
	struct rs_sink *s = rs_sink_open(path);
	size_t n;
	const void *p = rs_tensors_bytes(t, &n);

	rs_sink_put(s, p, n);
	rs_sink_close(s);
	free(path);
}

/* Whether a file is the model of an entry; false with a sentence. */
static bool
is_sound(const char *path, const struct rs_kept *x, struct rs_err *e)
{
	struct rs_tensors *t;
	char print[RS_FINGERPRINT_TEXT];

	if (access(path, F_OK) < 0) {
		rs_fail(e, "%s: is not there, though the index has it", path);
		return false;
	}
	t = rs_tensors_open(path, e);
	if (t == NULL)
		return false;
	snprintf(print, sizeof(print), "%016" PRIx64,
	    rs_tensors_fingerprint(t));
	rs_tensors_free(t);
	if (strcmp(print, x->model) != 0)
		rs_fail(e, "%s: its bytes do not match its name: they are those"
		    " of %s", path, print);
	return strcmp(print, x->model) == 0;
}

static void
describe(struct rs_kept *x, const struct rs_tensors *t)
{
	const char *algorithm = rs_tensors_meta_get(t, "algorithm");
	const char *train = rs_tensors_meta_get(t, "train_fingerprint");

	x->algorithm = rs_strdup(algorithm != NULL && is_plain(algorithm) ?
	    algorithm : "");
	if (train != NULL && is_print(train))
		memcpy(x->train, train, sizeof(x->train));
}

struct rs_kept *
rs_registry_add(struct rs_registry *r, const char *path, struct rs_err *e)
{
	struct rs_tensors *t = rs_tensors_open(path, e);
	struct rs_kept x = { 0 }, *old;
	char *own;

	if (t == NULL)
		return NULL;
	snprintf(x.model, sizeof(x.model), "%016" PRIx64,
	    rs_tensors_fingerprint(t));
	own = file_of(r, &x);
	old = find(r, x.model);
	if (access(own, F_OK) < 0) {
		store(r, t, &x);
	} else if (!is_sound(own, &x, e)) {
		old = NULL;
		goto done;
	}
	if (old == NULL) {
		describe(&x, t);
		old = append(r, &x);
	}
done:
	free(own);
	rs_tensors_free(t);
	return old;
}

/* Those behind it move up. */
static void
drop(struct rs_registry *r, const struct rs_kept *x)
{
	const size_t n = r->n, i = (size_t)(x - r->entry);

	free_entry(&r->entry[i]);
	rs_names_free(&r->names);
	r->n = 0;
	for (size_t k = 0; k < n; k++) {
		if (k != i)
			append(r, &r->entry[k]);
	}
}

int
rs_registry_remove(struct rs_registry *r, struct rs_kept *x,
    struct rs_err *e)
{
	struct rs_buf links = { 0 };
	char *path;

	rs_registry_links(r, x, &links);
	if (links.len > 0) {
		rs_fail(e, "%s: %s is linked to as %.200s", r->dir, x->model,
		    links.data);
		rs_buf_free(&links);
		return -1;
	}
	path = file_of(r, x);
	drop(r, x);
	rs_registry_save(r);
	if (unlink(path) < 0 && errno != ENOENT)
		rs_die("%s: %s", path, strerror(errno));
	free(path);
	return 0;
}

struct rs_kept *
rs_registry_best(struct rs_registry *r, const char *metric, struct rs_err *e)
{
	struct rs_kept *best = NULL;
	double top = 0, value;
	bool more;

	if (rs_figure_direction(metric, &more, e) < 0)
		return NULL;
	for (size_t i = 0; i < r->n; i++) {
		if (!rs_figures_get(&r->entry[i].figures, metric, &value))
			continue;
		if (best == NULL || (more ? value > top : value < top)) {
			best = &r->entry[i];
			top = value;
		}
	}
	if (best == NULL)
		rs_fail(e, "%s: no model has a value of %s", r->dir, metric);
	return best;
}

/* ---- Verifying. ---- */

/* Files that the index does not know. */
static size_t
look_for_strangers(struct rs_registry *r, void (*say)(const char *))
{
	char *path = path_of(r, models);
	struct rs_err e;
	size_t wrong = 0;
	int n;
	struct dirent **list = names(path, &n);

	for (int i = 0; i < n; i++) {
		const char *name = list[i]->d_name;

		if (find_file(r, name) != NULL)
			continue;
		rs_fail(&e, "%s/%.100s: is not in the index (add it again, or"
		    " remove it)", path, name);
		say(e.text);
		wrong++;
	}
	free_names(list, n);
	free(path);
	return wrong;
}

/* Links that lead to no model. */
static size_t
look_at_links(struct rs_registry *r, void (*say)(const char *))
{
	char target[TARGET];
	struct rs_err e;
	size_t wrong = 0;
	int n;
	struct dirent **list = names(r->dir, &n);

	for (int i = 0; i < n; i++) {
		const char *name = list[i]->d_name;

		if (!read_link(r, name, target) || follow(r, name) != NULL)
			continue;
		rs_fail(&e, "%s/%.100s: leads to no model of the index",
		    r->dir, name);
		say(e.text);
		wrong++;
	}
	free_names(list, n);
	return wrong;
}

size_t
rs_registry_verify(struct rs_registry *r, void (*say)(const char *))
{
	struct rs_err e;
	size_t wrong = 0;

	/* Somebody may have put a model there since the index was read. */
	lock(r, LOCK_SH);
	forget(r);
	if (read_index(r, &e) < 0) {
		say(e.text);
		return 1;
	}
	for (size_t i = 0; i < r->n; i++) {
		char *path = file_of(r, &r->entry[i]);

		if (!is_sound(path, &r->entry[i], &e)) {
			say(e.text);
			wrong++;
		}
		free(path);
	}
	return wrong + look_for_strangers(r, say) + look_at_links(r, say);
}
