/*
 * file: named arrays in one safetensors file (rs-model(5)).
 *
 *	out = rs_tensors_new();
 *	rs_tensors_meta(out, "algorithm", "als");
 *	rs_tensors_add(out, "user_factors", RS_TENSOR_F32, rows, d, p, stride);
 *	rs_tensors_write(out, sink);
 *
 *	in = rs_tensors_open("shop.safetensors", &err);
 *	t = rs_tensors_get(in, "user_factors");
 *
 * A set of tensors is either gathered in memory (the arrays are borrowed) or
 * opened from a file (they point into its mapping).  Opening checks the whole
 * file before it answers: the header's length and JSON, every name, type,
 * shape and extent, that no byte lies outside a tensor or in two, and the
 * checksum in the last tensor, "xxh3", of all bytes before it.  What numbers
 * mean (indices in range, offsets that ascend) is for the reader of each
 * tensor: model.c.
 *
 * The bytes depend on what was added, not on the order of adding metadata or
 * on the machine.  One thread while it is built; any number while it is read.
 */
#ifndef RS_MODEL_FILE_H
#define RS_MODEL_FILE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/die.h"
#include "io/sink.h"

enum rs_tensor_type {
	RS_TENSOR_F32, RS_TENSOR_I64, RS_TENSOR_U64, RS_TENSOR_U32,
	RS_TENSOR_U8,
};

enum {
	RS_TENSORS_HEADER_MAX = 16 << 20,	/* bytes of JSON */
	RS_TENSORS_MAX = 4096,			/* tensors in a file */
	RS_TENSOR_DIMS = 4,
};

struct rs_tensor {
	char *name;
	enum rs_tensor_type type;
	int dims;
	uint64_t shape[RS_TENSOR_DIMS];
	uint64_t count;		/* product of the shape */
	const void *data;	/* aligned to its element in a file of ours */
	size_t row, stride;	/* bytes of a row, and from row to row: equal
				 * in what was opened */
};

size_t rs_tensor_size(enum rs_tensor_type t);	/* bytes of an element */

struct rs_tensors;

struct rs_tensors *rs_tensors_new(void);		/* yours */

/* Text about the whole.  A key given again replaces. */
void rs_tensors_meta(struct rs_tensors *t, const char *key, const char *value);
const char *rs_tensors_meta_get(const struct rs_tensors *t, const char *key);
size_t rs_tensors_meta_count(const struct rs_tensors *t);
const char *rs_tensors_meta_key(const struct rs_tensors *t, size_t i);

/* An array of rows x cols (cols 0: a vector of rows), borrowed until the set
 * is freed.  Row r begins stride elements behind row r - 1. */
void rs_tensors_add(struct rs_tensors *t, const char *name,
    enum rs_tensor_type type, uint64_t rows, uint64_t cols, const void *data,
    size_t stride);

/* Hand the set memory to free() with it. */
void rs_tensors_keep(struct rs_tensors *t, void *p);

/* Bytes of the file that rs_tensors_write makes. */
uint64_t rs_tensors_size(const struct rs_tensors *t);

/* Whether a file that begins with these n bytes is one of ours: first comes the
 * length of its JSON, then a brace; no stream and no gzip has one there. */
enum { RS_TENSORS_BEGINNING = 9 };
bool rs_tensors_begin(const void *p, size_t n);

/* Everything, with the checksum.  The sink stays open: close or abort it. */
void rs_tensors_write(const struct rs_tensors *t, struct rs_sink *s);

/* NULL with a sentence that names the file. */
struct rs_tensors *rs_tensors_open(const char *path, struct rs_err *e);

/* The same from memory, borrowed (8-byte aligned). */
struct rs_tensors *rs_tensors_memory(const char *name, const void *p,
    size_t n, struct rs_err *e);

const char *rs_tensors_name(const struct rs_tensors *t);	/* borrowed */

/* Of a set that was opened: the number in "xxh3", by which a file is called,
 * and all its bytes, borrowed. */
uint64_t rs_tensors_fingerprint(const struct rs_tensors *t);
const void *rs_tensors_bytes(const struct rs_tensors *t, size_t *n);
const struct rs_tensor *rs_tensors_get(const struct rs_tensors *t,
    const char *name);					/* or NULL */
size_t rs_tensors_count(const struct rs_tensors *t);
const struct rs_tensor *rs_tensors_at(const struct rs_tensors *t, size_t i);

/* The tensor of that name, type and shape (cols 0: a vector), or NULL with a
 * sentence.  UINT64_MAX for rows or cols: any number. */
const struct rs_tensor *rs_tensors_want(const struct rs_tensors *t,
    const char *name, enum rs_tensor_type type, uint64_t rows, uint64_t cols,
    struct rs_err *e);

void rs_tensors_free(struct rs_tensors *t);

#endif
