/* models: the model of -m, with the dictionaries of -D, for a tool. */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/hash.h"
#include "cli/dicts.h"
#include "cli/models.h"
#include "cli/tool.h"
#include "model/file.h"

static struct rs_dict *dict[2];
static const char *const SIDE[2] = { "user", "item" };

/* A pipe is left alone: what is read of it is gone. */
bool
rs_is_model(const char *path)
{
	char first[RS_TENSORS_BEGINNING];
	struct stat st;
	size_t n;
	FILE *f;

	if (strcmp(path, "-") == 0 ||
	    (stat(path, &st) == 0 && !S_ISREG(st.st_mode)))
		return false;
	f = fopen(path, "rbe");
	if (f == NULL)
		rs_die("%s: %s", path, strerror(errno));
	n = fread(first, 1, sizeof(first), f);
	fclose(f);
	return rs_tensors_begin(first, n);
}

static struct rs_model *
open_model(const char *path)
{
	struct rs_model *m;
	struct rs_err e;

	if (access(path, R_OK) < 0)
		rs_die("%s: %s", path, strerror(errno));
	m = rs_model_open(path, &e);
	if (m == NULL)
		rs_bad("%s", e.text);
	return m;
}

struct rs_model *
rs_model_begin(const char *path, const char *dir)
{
	struct rs_model *m;
	struct rs_err e;

	if (path == NULL)
		rs_misuse("no model: give -m FILE (rs-fit makes one)");
	m = open_model(path);
	for (int s = 0; dir != NULL && s < 2; s++) {
		dict[s] = rs_dict_side(dir, SIDE[s]);
		if (rs_model_use(m, (enum rs_side)s, dict[s], &e) < 0)
			rs_bad("%s", e.text);
	}
	return m;
}

static uint64_t
known(const struct rs_model *m, enum rs_side side)
{
	return side == RS_USER ? rs_model_users(m) : rs_model_items(m);
}

/* A dictionary of -D may have grown since either model was made. */
struct rs_model *
rs_model_beside(const char *path, const struct rs_model *first)
{
	struct rs_model *m = open_model(path);
	struct rs_err e;

	for (int s = 0; s < 2; s++) {
		const enum rs_side side = (enum rs_side)s;

		if (dict[s] != NULL) {
			if (rs_model_use(m, side, dict[s], &e) < 0)
				rs_bad("%s", e.text);
			continue;
		}
		if (rs_dict_agree(SIDE[s], rs_model_lines(m),
		    rs_model_lines(first), &e) < 0)
			rs_bad("%s and %s: %s", path, rs_model_name(first),
			    e.text);
		if (known(m, side) != known(first, side))
			rs_bad("%s has %" PRIu64 " %ss, but %s has %" PRIu64
			    ": name the dictionaries with -D", path,
			    known(m, side), SIDE[s], rs_model_name(first),
			    known(first, side));
	}
	return m;
}

void
rs_model_need_ids(const struct rs_model *m, enum rs_side side)
{
	if (rs_model_dict(m, side) == NULL)
		rs_misuse("%s has no ids: give -D DIR with its dictionaries",
		    rs_model_name(m));
}

void
rs_model_belongs(const struct rs_model *m, const struct rs_reader *in)
{
	const struct rs_lines *end = rs_reader_end(in);
	struct rs_err e;

	if (rs_model_agree(m, &rs_reader_head(in)->lines, &e) < 0 ||
	    (end != NULL && rs_model_agree(m, end, &e) < 0))
		rs_bad("%s: %s", rs_reader_name(in), e.text);
}

uint32_t
rs_model_find(const struct rs_model *m, enum rs_side side, const char *id,
    size_t n)
{
	const uint32_t i = rs_dict_find(rs_model_dict(m, side), id, n,
	    rs_hash(id, n));

	return i < known(m, side) ? i : RS_DICT_NONE;
}

void
rs_model_column(const struct rs_model *m, enum rs_side side,
    const struct rs_vec *v, size_t rows, uint32_t *out)
{
	const uint64_t n = known(m, side);

	if (v->type == RS_U32) {
		memcpy(out, v->u32, rows * sizeof(*out));
	} else {
		rs_model_need_ids(m, side);
		rs_dict_match(rs_model_dict(m, side), v, rows, out);
	}
	for (size_t i = 0; i < rows; i++)
		if (out[i] >= n)
			out[i] = RS_DICT_NONE;
}

void
rs_model_origin(struct rs_writer *out, const struct rs_model *m)
{
	const struct rs_lines *l = rs_model_lines(m);
	struct rs_lines *end = rs_writer_end(out);
	struct rs_buf b = { 0 };

	for (size_t i = 0; i < l->n; i++) {
		if (rs_lines_has(l->line[i], "dictionary") ||
		    rs_lines_has(l->line[i], "size")) {
			rs_lines_add_raw(end, l->line[i]);
			continue;
		}
		b.len = 0;
		rs_buf_printf(&b, "with\tmodel\t%s", l->line[i]);
		rs_lines_add_raw(end, b.data);
	}
	rs_buf_free(&b);
}

void
rs_model_end(struct rs_model *m)
{
	rs_model_close(m);
	for (int s = 0; s < 2; s++) {
		rs_dict_free(dict[s]);
		dict[s] = NULL;
	}
}
