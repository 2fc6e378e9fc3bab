/* lineage: how a model came to be, from the streams it was made of. */
#include <stdbool.h>
#include <stdlib.h>

#include "base/buf.h"
#include "cli/lineage.h"
#include "cli/tool.h"

const char *
rs_lineage_line(const struct rs_reader *in, const char *key)
{
	const char *text = rs_lines_get(rs_reader_end(in), key);

	return text != NULL ? text :
	    rs_lines_get(&rs_reader_head(in)->lines, key);
}

/* Whether a line has one of these keys. */
static bool
has_key(const char *line, const char *const *key)
{
	for (; *key != NULL; key++)
		if (rs_lines_has(line, *key))
			return true;
	return false;
}

static void
add_lines(struct rs_lines *lines, const struct rs_lines *from,
    const char *const *without)
{
	for (size_t i = 0; i < from->n; i++)
		if (!has_key(from->line[i], without))
			rs_lines_add_raw(lines, from->line[i]);
}

/* Dictionaries that only the header knows, or only -D, are as good. */
static void
add_dict(struct rs_lines *lines, struct rs_reader *in, const char *side,
    const struct rs_dict *dict)
{
	struct rs_buf key = { 0 };

	rs_buf_printf(&key, "dictionary\t%s", side);
	const char *said = rs_lineage_line(in, key.data);
	if (said == NULL && dict != NULL) {
		rs_dict_note(dict, side, lines);
	} else if (said != NULL && rs_lines_get(lines, key.data) == NULL) {
		rs_buf_printf(&key, "\t%s", said);
		rs_lines_add_raw(lines, key.data);
	}
	rs_buf_free(&key);
}

void
rs_lineage_gather(struct rs_lines *lines, struct rs_reader *in,
    struct rs_dict *const *dict)
{
	/* The stream's own, which a model has otherwise. */
	static const char *const in_head[] = { "rows", "blocks",
	    "fingerprint", "sorted", "size", "dictionary", NULL };
	static const char *const in_end[] = { "rows", "blocks",
	    "fingerprint", "sorted", NULL };
	char *by = rs_by_line();

	add_lines(lines, &rs_reader_head(in)->lines, in_head);
	rs_lines_add_raw(lines, by);
	free(by);
	add_lines(lines, rs_reader_end(in), in_end);
	add_lines(lines, rs_side_lines(), in_end);
	add_dict(lines, in, "user", dict[0]);
	add_dict(lines, in, "item", dict[1]);
}

void
rs_lineage_model(struct rs_lines *lines, const char *role,
    const struct rs_model *m)
{
	static const char *const ours[] = { "by", "part", "input", "with",
	    NULL };
	const struct rs_lines *from = rs_model_lines(m);

	for (size_t i = 0; i < from->n; i++) {
		struct rs_buf b = { 0 };

		if (!has_key(from->line[i], ours))
			continue;
		rs_buf_printf(&b, "with\t%s\t%s", role, from->line[i]);
		rs_lines_add_raw(lines, b.data);
		rs_buf_free(&b);
	}
}
