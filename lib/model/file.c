/* file: named arrays in one safetensors file. */
#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <jansson.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/again.h"
#include "base/buf.h"
#include "base/hash.h"
#include "base/mem.h"
#include "model/file.h"

enum {
	ALIGN = 64,		/* the data begins on a cache line */
	CHUNK = 1 << 20,	/* bytes hashed and written at a time */
};

static const struct {
	const char *name;
	size_t size;
} TYPE[] = {
	[RS_TENSOR_F32] = { "F32", 4 },
	[RS_TENSOR_I64] = { "I64", 8 },
	[RS_TENSOR_U64] = { "U64", 8 },
	[RS_TENSOR_U32] = { "U32", 4 },
	[RS_TENSOR_U8] = { "U8", 1 },
};

enum { TYPES = sizeof(TYPE) / sizeof(TYPE[0]) };

struct pair {
	char *key, *value;
};

struct rs_tensors {
	char *name;			/* of the file */
	struct pair *meta;		/* ascending by key */
	size_t metas, meta_room;
	struct rs_tensor *tensor;
	size_t n, room;
	void **kept;
	size_t keeps, keep_room;
	void *map;			/* the file, where it is mapped */
	size_t mapped;
	const void *bytes;		/* the file, wherever it is */
	size_t size;
};

size_t
rs_tensor_size(enum rs_tensor_type t)
{
	return TYPE[t].size;
}

struct rs_tensors *
rs_tensors_new(void)
{
	struct rs_tensors *t = rs_zalloc(sizeof(*t));

	t->name = rs_strdup("memory");
	return t;
}

void
rs_tensors_free(struct rs_tensors *t)
{
	if (t == NULL)
		return;
	for (size_t i = 0; i < t->metas; i++) {
		free(t->meta[i].key);
		free(t->meta[i].value);
	}
	for (size_t i = 0; i < t->n; i++)
		free(t->tensor[i].name);
	for (size_t i = 0; i < t->keeps; i++)
		free(t->kept[i]);
	if (t->map != NULL)
		munmap(t->map, t->mapped);
	free(t->meta);
	free(t->tensor);
	free(t->kept);
	free(t->name);
	free(t);
}

void
rs_tensors_keep(struct rs_tensors *t, void *p)
{
	rs_grow(&t->kept, &t->keep_room, t->keeps + 1, sizeof(*t->kept));
	t->kept[t->keeps++] = p;
}

/* Where key is, or would be. */
static size_t
meta_place(const struct rs_tensors *t, const char *key)
{
	size_t lo = 0, hi = t->metas;

	while (lo < hi) {
		const size_t mid = (lo + hi) / 2;

		if (strcmp(t->meta[mid].key, key) < 0)
			lo = mid + 1;
		else
			hi = mid;
	}
	return lo;
}

void
rs_tensors_meta(struct rs_tensors *t, const char *key, const char *value)
{
	const size_t i = meta_place(t, key);

	if (i < t->metas && strcmp(t->meta[i].key, key) == 0) {
		char *copy = rs_strdup(value);

		free(t->meta[i].value);
		t->meta[i].value = copy;
		return;
	}
	rs_grow(&t->meta, &t->meta_room, t->metas + 1, sizeof(*t->meta));
	memmove(t->meta + i + 1, t->meta + i,
	    (t->metas - i) * sizeof(*t->meta));
	t->meta[i] = (struct pair){ rs_strdup(key), rs_strdup(value) };
	t->metas++;
}

const char *
rs_tensors_meta_get(const struct rs_tensors *t, const char *key)
{
	const size_t i = meta_place(t, key);

	return i < t->metas && strcmp(t->meta[i].key, key) == 0 ?
	    t->meta[i].value : NULL;
}

size_t
rs_tensors_meta_count(const struct rs_tensors *t)
{
	return t->metas;
}

const char *
rs_tensors_meta_key(const struct rs_tensors *t, size_t i)
{
	return t->meta[i].key;
}

void
rs_tensors_add(struct rs_tensors *t, const char *name,
    enum rs_tensor_type type, uint64_t rows, uint64_t cols, const void *data,
    size_t stride)
{
	const size_t size = TYPE[type].size;

	assert(rs_tensors_get(t, name) == NULL && strcmp(name, "xxh3") != 0);
	assert(t->n + 1 < RS_TENSORS_MAX);
	rs_grow(&t->tensor, &t->room, t->n + 1, sizeof(*t->tensor));
	t->tensor[t->n++] = (struct rs_tensor){
		.name = rs_strdup(name),
		.type = type,
		.dims = cols > 0 ? 2 : 1,
		.shape = { rows, cols },
		.count = rs_size(rows, cols > 0 ? cols : 1),
		.data = data,
		.row = rs_size(cols > 0 ? cols : 1, size),
		.stride = rs_size(cols > 0 ? stride : 1, size),
	};
}

size_t
rs_tensors_count(const struct rs_tensors *t)
{
	return t->n;
}

const struct rs_tensor *
rs_tensors_at(const struct rs_tensors *t, size_t i)
{
	return &t->tensor[i];
}

const struct rs_tensor *
rs_tensors_get(const struct rs_tensors *t, const char *name)
{
	for (size_t i = 0; i < t->n; i++)
		if (strcmp(t->tensor[i].name, name) == 0)
			return &t->tensor[i];
	return NULL;
}

const char *
rs_tensors_name(const struct rs_tensors *t)
{
	return t->name;
}

static size_t
bytes_of(const struct rs_tensor *t)
{
	return rs_size(t->count, TYPE[t->type].size);
}

/*
 * Writing.  safetensors allows no gaps between tensors, so instead of padding
 * they are put in an order in which each is aligned to its element: whole
 * cache lines first (rows of factors where D is a multiple of 16, which are
 * then used where they lie), then elements of 8, 4 and 1 bytes.  The checksum
 * stands at the very end, aligned or not.
 */
static int
rank(const struct rs_tensor *t)
{
	switch (TYPE[t->type].size) {
	case 8:
		return 1;
	case 4:
		return bytes_of(t) % ALIGN == 0 ? 0 : 2;
	default:
		return 3;
	}
}

/* The tensors in file order: yours. */
static const struct rs_tensor **
order(const struct rs_tensors *t)
{
	const struct rs_tensor **list = rs_alloc(rs_size(t->n + 1,
	    sizeof(struct rs_tensor *)));
	size_t n = 0;

	for (int r = 0; r <= 3; r++)
		for (size_t i = 0; i < t->n; i++)
			if (rank(&t->tensor[i]) == r)
				list[n++] = &t->tensor[i];
	return list;
}

/* Escapes are the only part of JSON that needs care: left to jansson. */
static json_t *
text(const char *s)
{
	json_t *j = json_string(s);

	/* Provenance may hold names that are not UTF-8: their bytes are kept
	 * apart as one escape each. */
	if (j == NULL) {
		struct rs_buf b = { 0 };

		for (; *s != '\0'; s++)
			if ((unsigned char)*s < 0x80)
				rs_buf_char(&b, *s);
			else
				rs_buf_printf(&b, "\\x%02x",
				    (unsigned)(unsigned char)*s);
		j = json_string(b.data != NULL ? b.data : "");
		rs_buf_free(&b);
	}
	return j;
}

static void
describe(json_t *root, const char *name, enum rs_tensor_type type, int dims,
    const uint64_t *shape, uint64_t from, uint64_t to)
{
	json_t *j = json_object(), *s = json_array(), *o = json_array();

	for (int i = 0; i < dims; i++)
		json_array_append_new(s, json_integer((json_int_t)shape[i]));
	json_array_append_new(o, json_integer((json_int_t)from));
	json_array_append_new(o, json_integer((json_int_t)to));
	json_object_set_new(j, "dtype", json_string(TYPE[type].name));
	json_object_set_new(j, "shape", s);
	json_object_set_new(j, "data_offsets", o);
	json_object_set_new(root, name, j);
}

/* Length and JSON, blanks up to a whole number of cache lines: yours.
 * *data is how many bytes of tensors follow. */
static char *
header(const struct rs_tensors *t, const struct rs_tensor **list, size_t *n,
    uint64_t *data)
{
	json_t *root = json_object(), *meta = json_object();
	uint64_t at = 0;

	for (size_t i = 0; i < t->metas; i++)
		json_object_set_new(meta, t->meta[i].key,
		    text(t->meta[i].value));
	json_object_set_new(root, "__metadata__", meta);
	for (size_t i = 0; i < t->n; i++) {
		describe(root, list[i]->name, list[i]->type, list[i]->dims,
		    list[i]->shape, at, at + bytes_of(list[i]));
		at += bytes_of(list[i]);
	}
	describe(root, "xxh3", RS_TENSOR_U64, 1, (const uint64_t[]){ 1 }, at,
	    at + 8);
	*data = at + 8;

	char *json = json_dumps(root, JSON_COMPACT);
	if (json == NULL)
		rs_die("out of memory");
	json_decref(root);
	const size_t len = strlen(json);
	const size_t all = (8 + len + ALIGN - 1) / ALIGN * ALIGN;
	const uint64_t json_len = all - 8;
	char *p = rs_alloc(all);
	memcpy(p, &json_len, 8);
	memcpy(p + 8, json, len);
	memset(p + 8 + len, ' ', all - 8 - len);
	free(json);
	*n = all;
	return p;
}

uint64_t
rs_tensors_size(const struct rs_tensors *t)
{
	const struct rs_tensor **list = order(t);
	size_t n;
	uint64_t data;

	free(header(t, list, &n, &data));
	free(list);
	return n + data;
}

struct hashed {
	struct rs_sink *sink;
	struct rs_digest sum;
};

static void
put(struct hashed *h, const void *p, size_t n)
{
	for (size_t i = 0; i < n; i += CHUNK) {
		const size_t part = n - i < CHUNK ? n - i : CHUNK;

		rs_digest_put(&h->sum, (const char *)p + i, part);
		rs_sink_put(h->sink, (const char *)p + i, part);
	}
}

void
rs_tensors_write(const struct rs_tensors *t, struct rs_sink *s)
{
	struct hashed h = { .sink = s };
	const struct rs_tensor **list = order(t);
	size_t n;
	uint64_t data;
	char *head = header(t, list, &n, &data);

	rs_digest_init(&h.sum);
	put(&h, head, n);
	for (size_t i = 0; i < t->n; i++) {
		const struct rs_tensor *x = list[i];

		if (x->row == x->stride) {
			put(&h, x->data, bytes_of(x));
			continue;
		}
		for (uint64_t r = 0; r < x->shape[0]; r++)
			put(&h, (const char *)x->data + r * x->stride,
			    x->row);
	}
	const uint64_t sum = rs_digest_value(&h.sum);
	rs_sink_put(s, &sum, sizeof(sum));
	free(head);
	free(list);
}

/* Reading: nothing of the file is believed. */
struct opening {
	struct rs_tensors *t;
	const char *p;		/* the whole file */
	size_t n;
	size_t data;		/* where the tensors begin */
	struct rs_err *e;
};

static int __attribute__((format(printf, 2, 3)))
refuse(struct opening *o, const char *fmt, ...)
{
	char why[400];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(why, sizeof(why), fmt, ap);
	va_end(ap);
	return rs_fail(o->e, "%s: %s", o->t->name, why);
}

static int
read_meta(struct opening *o, json_t *meta)
{
	const char *key;
	json_t *value;

	if (!json_is_object(meta))
		return refuse(o, "__metadata__ is no object");
	json_object_foreach(meta, key, value) {
		if (!json_is_string(value))
			return refuse(o, "metadata %.60s is no string", key);
		rs_tensors_meta(o->t, key, json_string_value(value));
	}
	return 0;
}

static int
read_type(struct opening *o, const char *name, json_t *j,
    enum rs_tensor_type *type)
{
	const char *dtype = json_string_value(json_object_get(j, "dtype"));

	for (int i = 0; dtype != NULL && i < TYPES; i++)
		if (strcmp(TYPE[i].name, dtype) == 0) {
			*type = (enum rs_tensor_type)i;
			return 0;
		}
	return refuse(o, "tensor %.60s: dtype %.20s is none of F32 I64 U64 "
	    "U32 U8", name, dtype != NULL ? dtype : "(none)");
}

static int
read_shape(struct opening *o, json_t *j, struct rs_tensor *t)
{
	json_t *shape = json_object_get(j, "shape");
	const size_t dims = json_array_size(shape);

	if (!json_is_array(shape) || dims > RS_TENSOR_DIMS)
		return refuse(o, "tensor %.60s: no shape of up to %d numbers",
		    t->name, RS_TENSOR_DIMS);
	t->dims = (int)dims;
	t->count = 1;
	for (size_t i = 0; i < dims; i++) {
		json_t *x = json_array_get(shape, i);
		const json_int_t v = json_integer_value(x);

		if (!json_is_integer(x) || v < 0 ||
		    __builtin_mul_overflow(t->count, (uint64_t)v, &t->count))
			return refuse(o, "tensor %.60s: its shape is "
			    "impossible", t->name);
		t->shape[i] = (uint64_t)v;
	}
	return 0;
}

static int
read_extent(struct opening *o, json_t *j, struct rs_tensor *t)
{
	const size_t room = o->n - o->data;
	json_t *off = json_object_get(j, "data_offsets");
	json_t *a = json_array_get(off, 0), *b = json_array_get(off, 1);
	const json_int_t from = json_integer_value(a);
	const json_int_t to = json_integer_value(b);
	uint64_t bytes;

	if (!json_is_array(off) || json_array_size(off) != 2 ||
	    !json_is_integer(a) || !json_is_integer(b) || from < 0 ||
	    to < from)
		return refuse(o, "tensor %.60s: its data_offsets are no two "
		    "ascending numbers", t->name);
	if (__builtin_mul_overflow(t->count, TYPE[t->type].size, &bytes) ||
	    bytes != (uint64_t)(to - from))
		return refuse(o, "tensor %.60s: its shape wants another "
		    "number of bytes than its data_offsets", t->name);
	if ((uint64_t)to > room)
		return refuse(o, "tensor %.60s ends at byte %" PRId64 " of %zu"
		    " (is the file cut off?)", t->name, (int64_t)to, room);
	t->data = o->p + o->data + from;
	t->row = t->dims == 2 ? t->shape[1] * TYPE[t->type].size :
	    TYPE[t->type].size;
	t->stride = t->row;
	return 0;
}

static int
read_tensor(struct opening *o, const char *name, json_t *j)
{
	struct rs_tensors *t = o->t;

	if (t->n == RS_TENSORS_MAX)
		return refuse(o, "more than %d tensors", RS_TENSORS_MAX);
	if (!json_is_object(j) || json_object_size(j) != 3)
		return refuse(o, "tensor %.60s: no object of dtype, shape and "
		    "data_offsets", name);
	rs_grow(&t->tensor, &t->room, t->n + 1, sizeof(*t->tensor));
	struct rs_tensor *x = &t->tensor[t->n++];
	*x = (struct rs_tensor){ .name = rs_strdup(name) };
	if (read_type(o, name, j, &x->type) < 0 ||
	    read_shape(o, j, x) < 0 || read_extent(o, j, x) < 0)
		return -1;
	return 0;
}

static int
by_data(const void *a, const void *b)
{
	const struct rs_tensor *const x = *(const struct rs_tensor *const *)a;
	const struct rs_tensor *const y = *(const struct rs_tensor *const *)b;

	if (x->data != y->data)
		return x->data < y->data ? -1 : 1;
	return x->count < y->count ? -1 : x->count > y->count;
}

/* Each byte belongs to one tensor, the last eight to the checksum. */
static int
check_extents(struct opening *o)
{
	struct rs_tensors *t = o->t;
	const struct rs_tensor **list = rs_alloc(rs_size(t->n + 1,
	    sizeof(struct rs_tensor *)));
	const char *at = o->p + o->data;
	int r = 0;

	for (size_t i = 0; i < t->n; i++)
		list[i] = &t->tensor[i];
	qsort(list, t->n, sizeof(struct rs_tensor *), by_data);
	for (size_t i = 0; i < t->n && r == 0; i++) {
		if ((const char *)list[i]->data != at)
			r = refuse(o, "tensor %.60s overlaps another or "
			    "leaves a gap", list[i]->name);
		at += bytes_of(list[i]);
	}
	if (r == 0 && at != o->p + o->n)
		r = refuse(o, "%zu bytes behind the last tensor",
		    (size_t)(o->p + o->n - at));
	free(list);
	return r;
}

static int
check_sum(struct opening *o)
{
	const struct rs_tensor *sum = rs_tensors_get(o->t, "xxh3");
	uint64_t want;

	if (sum == NULL || sum->type != RS_TENSOR_U64 || sum->count != 1 ||
	    (const char *)sum->data != o->p + o->n - 8)
		return refuse(o, "no checksum: the last tensor is not xxh3 "
		    "[1] U64 (is it a model of rs-fit?)");
	memcpy(&want, sum->data, 8);
	if (rs_hash(o->p, o->n - 8) != want)
		return refuse(o, "checksum mismatch: the file is damaged");
	return 0;
}

bool
rs_tensors_begin(const void *p, size_t n)
{
	uint64_t len;

	if (n < RS_TENSORS_BEGINNING)
		return false;
	memcpy(&len, p, sizeof(len));
	return len <= RS_TENSORS_HEADER_MAX && ((const char *)p)[8] == '{';
}

/* The JSON object of the header: yours, or NULL. */
static json_t *
read_header(struct opening *o)
{
	json_error_t why;
	uint64_t len;

	if (o->n < 16) {
		refuse(o, "%zu bytes are no model", o->n);
		return NULL;
	}
	memcpy(&len, o->p, 8);
	if (len > o->n - 8 || !rs_tensors_begin(o->p, o->n)) {
		refuse(o, "not a safetensors file, or cut off");
		return NULL;
	}
	o->data = 8 + (size_t)len;
	json_t *root = json_loadb(o->p + 8, (size_t)len,
	    JSON_REJECT_DUPLICATES, &why);
	if (root == NULL || !json_is_object(root)) {
		refuse(o, "header: %s", root == NULL ? why.text :
		    "no object");
		json_decref(root);
		return NULL;
	}
	return root;
}

static int
read_all(struct opening *o)
{
	json_t *root = read_header(o);
	const char *name;
	json_t *j;
	int r = 0;

	if (root == NULL)
		return -1;
	json_object_foreach(root, name, j) {
		if (r < 0)
			break;
		r = strcmp(name, "__metadata__") == 0 ? read_meta(o, j) :
		    read_tensor(o, name, j);
	}
	json_decref(root);
	if (r < 0 || check_extents(o) < 0)
		return -1;
	return check_sum(o);
}

/* t->map, or memory that is kept, holds the file. */
static struct rs_tensors *
opened(struct rs_tensors *t, const void *p, size_t n, struct rs_err *e)
{
	struct opening o = { .t = t, .p = p, .n = n, .e = e };

	t->bytes = p;
	t->size = n;
	if (read_all(&o) < 0) {
		rs_tensors_free(t);
		return NULL;
	}
	return t;
}

struct rs_tensors *
rs_tensors_memory(const char *name, const void *p, size_t n, struct rs_err *e)
{
	struct rs_tensors *t = rs_tensors_new();

	free(t->name);
	t->name = rs_strdup(name);
	return opened(t, p, n, e);
}

/* What cannot be mapped (a pipe) is read whole, if only it begins as a model
 * does: what comes out of a device has no end.  0, or -1 and errno. */
static int
slurp(int fd, struct rs_buf *b)
{
	while (b->len < RS_TENSORS_BEGINNING ||
	    rs_tensors_begin(b->data, b->len)) {
		char *to = rs_buf_room(b, CHUNK);
		const ssize_t n = read(fd, to, CHUNK);

		if (n < 0 && rs_again(fd, POLLIN))
			continue;
		if (n <= 0)
			return n < 0 ? -1 : 0;
		b->len += (size_t)n;
	}
	return 0;
}

static struct rs_tensors *
open_fd(struct rs_tensors *t, int fd, struct rs_err *e)
{
	struct stat st;

	if (fstat(fd, &st) == 0 && S_ISREG(st.st_mode) && st.st_size > 0) {
		t->mapped = (size_t)st.st_size;
		t->map = mmap(NULL, t->mapped, PROT_READ, MAP_PRIVATE, fd, 0);
		if (t->map != MAP_FAILED)
			return opened(t, t->map, t->mapped, e);
		t->map = NULL;
	}
	struct rs_buf b = { 0 };
	if (slurp(fd, &b) < 0)
		rs_die("%s: %s", t->name, strerror(errno));
	/* Once more, so that the data is aligned as in a mapping. */
	void *p = rs_aligned(b.len + 1);
	if (b.len > 0)
		memcpy(p, b.data, b.len);
	rs_tensors_keep(t, p);
	const size_t n = b.len;
	rs_buf_free(&b);
	return opened(t, p, n, e);
}

struct rs_tensors *
rs_tensors_open(const char *path, struct rs_err *e)
{
	const int fd = open(path, O_RDONLY | O_CLOEXEC);

	if (fd < 0)
		rs_die("%s: %s", path, strerror(errno));
	struct rs_tensors *t = rs_tensors_new();
	free(t->name);
	t->name = rs_strdup(path);
	t = open_fd(t, fd, e);
	close(fd);
	return t;
}

uint64_t
rs_tensors_fingerprint(const struct rs_tensors *t)
{
	const struct rs_tensor *x = rs_tensors_get(t, "xxh3");
	uint64_t sum;

	assert(x != NULL);	/* nothing is opened without it */
	memcpy(&sum, x->data, sizeof(sum));
	return sum;
}

const void *
rs_tensors_bytes(const struct rs_tensors *t, size_t *n)
{
	*n = t->size;
	return t->bytes;
}

static const char *
shape_text(char p[64], uint64_t rows, uint64_t cols)
{
	if (cols == 0)
		snprintf(p, 64, "[%" PRIu64 "]", rows);
	else
		snprintf(p, 64, "[%" PRIu64 ", %" PRIu64 "]", rows, cols);
	return p;
}

const struct rs_tensor *
rs_tensors_want(const struct rs_tensors *t, const char *name,
    enum rs_tensor_type type, uint64_t rows, uint64_t cols, struct rs_err *e)
{
	const struct rs_tensor *x = rs_tensors_get(t, name);
	char want[64], is[64];

	if (x == NULL) {
		rs_fail(e, "%s: no tensor %s", t->name, name);
		return NULL;
	}
	if (x->type != type) {
		rs_fail(e, "%s: tensor %s is %s, not %s", t->name, name,
		    TYPE[x->type].name, TYPE[type].name);
		return NULL;
	}
	if (x->dims != (cols > 0 ? 2 : 1)) {
		rs_fail(e, "%s: tensor %s has %d dimensions, not %d",
		    t->name, name, x->dims, cols > 0 ? 2 : 1);
		return NULL;
	}
	if ((rows != UINT64_MAX && x->shape[0] != rows) ||
	    (cols > 0 && cols != UINT64_MAX && x->shape[1] != cols)) {
		rs_fail(e, "%s: tensor %s is %s, not %s", t->name, name,
		    shape_text(is, x->shape[0], cols > 0 ? x->shape[1] : 0),
		    shape_text(want, rows == UINT64_MAX ? x->shape[0] : rows,
		    cols == UINT64_MAX ? x->shape[1] : cols));
		return NULL;
	}
	if ((uintptr_t)x->data % TYPE[type].size != 0) {
		rs_fail(e, "%s: tensor %s is not aligned", t->name, name);
		return NULL;
	}
	return x;
}
