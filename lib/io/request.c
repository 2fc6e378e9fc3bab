/* request: what somebody asks on one line. */
#include <assert.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include <jansson.h>

#include "base/mem.h"
#include "base/num.h"
#include "io/request.h"

/* The ids lie one behind the other in q->text, which moves while it grows: an
 * id is an offset until all are there. */
static void
add_id(struct rs_request *q, struct rs_request_ids *ids, const char *p, size_t n)
{
	rs_grow(&ids->id, &ids->room, ids->n + 1, sizeof(*ids->id));
	ids->id[ids->n].p = NULL;
	ids->id[ids->n++].n = n;
	rs_buf_put(&q->text, p, n);
}

static void
settle(struct rs_request_ids *ids, const char **p)
{
	for (size_t i = 0; i < ids->n; i++) {
		ids->id[i].p = *p;
		*p += ids->id[i].n;
	}
}

static int
read_id(struct rs_request *q, struct rs_request_ids *ids, const char *key,
    const json_t *v, struct rs_err *e)
{
	char text[RS_NUM_MAX];

	if (json_is_string(v)) {
		if (json_string_length(v) == 0)
			return rs_fail(e, "an empty id in \"%s\"", key);
		add_id(q, ids, json_string_value(v), json_string_length(v));
		return 0;
	}
	if (!json_is_integer(v))
		return rs_fail(e,
		    "\"%s\" is neither a string nor a whole number", key);
	add_id(q, ids, text, rs_format_i64(text, json_integer_value(v)));
	return 0;
}

static int
read_ids(struct rs_request *q, struct rs_request_ids *ids, const char *key,
    const json_t *v, struct rs_err *e)
{
	if (v == NULL)
		return 0;
	ids->given = true;
	ids->list = json_is_array(v);
	if (!ids->list)
		return read_id(q, ids, key, v, e);
	for (size_t i = 0; i < json_array_size(v); i++)
		if (read_id(q, ids, key, json_array_get(v, i), e) < 0)
			return -1;
	return 0;
}

static int
read_top_n(struct rs_request *q, const json_t *v, struct rs_err *e)
{
	uint64_t n = 0;
	bool good = false;

	if (v == NULL)
		return 0;
	if (json_is_integer(v) && json_integer_value(v) > 0) {
		n = (uint64_t)json_integer_value(v);
		good = true;
	} else if (json_is_string(v))
		good = rs_parse_u64(json_string_value(v),
		    json_string_length(v), &n);
	if (!good || n < 1 || n > RS_TOP_N_MAX)
		return rs_fail(e, "\"top_n\" is no whole number from 1 to %"
		    PRIu32, RS_TOP_N_MAX);
	q->top_n = n;
	return 0;
}

/* jansson's words for what a person would say otherwise. */
static int
fail_json(const json_error_t *j, struct rs_err *e)
{
	switch (json_error_code(j)) {
	case json_error_null_byte_in_key:
	case json_error_null_character:
		return rs_fail(e, "bad JSON at byte %d: an id with a NUL",
		    j->position);
	case json_error_numeric_overflow:
		return rs_fail(e, "bad JSON at byte %d: a number over 64 bits",
		    j->position);
	case json_error_duplicate_key:
		return rs_fail(e, "bad JSON at byte %d: a key given twice",
		    j->position);
	case json_error_stack_overflow:
		return rs_fail(e, "bad JSON at byte %d: nested too deep",
		    j->position);
	default:
		return rs_fail(e, "bad JSON at byte %d: %.100s", j->position,
		    j->text);
	}
}

static int
parse_json(struct rs_request *q, const char *line, size_t n, struct rs_err *e)
{
	json_error_t j;
	json_t *o = json_loadb(line, n, JSON_REJECT_DUPLICATES, &j);
	int result;

	if (o == NULL)
		return fail_json(&j, e);
	result = read_ids(q, &q->user, "user_id", json_object_get(o,
	    "user_id"), e) < 0 ||
	    read_ids(q, &q->item, "item_id", json_object_get(o, "item_id"),
	    e) < 0 ||
	    read_ids(q, &q->items, "items", json_object_get(o, "items"),
	    e) < 0 ||
	    read_top_n(q, json_object_get(o, "top_n"), e) < 0 ? -1 : 0;
	json_decref(o);
	if (result == 0 && q->items.given && !q->items.list)
		return rs_fail(e, "\"items\" is no list");
	if (result == 0 && !q->user.given && !q->item.given && !q->items.given)
		return rs_fail(e,
		    "the object has none of user_id, item_id and items");
	return result;
}

static void
clear(struct rs_request_ids *ids)
{
	ids->n = 0;
	ids->given = ids->list = false;
}

static size_t
skip_blanks(const char *p, size_t n)
{
	size_t i = 0;

	while (i < n && (p[i] == ' ' || p[i] == '\t'))
		i++;
	return i;
}

int
rs_request_parse(struct rs_request *q, const char *line, size_t n,
    struct rs_err *e)
{
	const size_t blanks = skip_blanks(line, n);
	const char *p;

	clear(&q->user);
	clear(&q->item);
	clear(&q->items);
	q->text.len = 0;
	q->top_n = 0;
	q->bare = false;
	if (n > RS_REQUEST_MAX)
		return rs_fail(e, "a line over %d bytes", RS_REQUEST_MAX);
	if (blanks < n && line[blanks] == '{') {
		if (parse_json(q, line, n, e) < 0)
			return -1;
	} else {
		if (n > 0 && memchr(line, '\0', n) != NULL)
			return rs_fail(e, "an id with a NUL");
		q->bare = q->user.given = q->item.given = true;
		add_id(q, &q->user, line, n);
		add_id(q, &q->item, line, n);
	}
	p = q->text.data;
	settle(&q->user, &p);
	settle(&q->item, &p);
	settle(&q->items, &p);
	return 0;
}

void
rs_request_free(struct rs_request *q)
{
	free(q->user.id);
	free(q->item.id);
	free(q->items.id);
	rs_buf_free(&q->text);
}
