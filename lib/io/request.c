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

/* What is wrong with an id, NULL if nothing is. */
static const char *
fault(const json_t *v)
{
	if (json_is_string(v))
		return json_string_length(v) > 0 ? NULL : "is empty";
	return json_is_integer(v) ? NULL :
	    "is neither a string nor a whole number";
}

static void
take_id(struct rs_request *q, struct rs_request_ids *ids, const json_t *v)
{
	char text[RS_NUM_MAX];

	if (json_is_string(v))
		add_id(q, ids, json_string_value(v), json_string_length(v));
	else
		add_id(q, ids, text,
		    rs_format_i64(text, json_integer_value(v)));
}

static int
read_ids(struct rs_request *q, struct rs_request_ids *ids, const char *key,
    const json_t *o, struct rs_err *e)
{
	const json_t *v = json_object_get(o, key);
	const char *why;

	if (v == NULL)
		return 0;
	ids->given = true;
	ids->list = json_is_array(v);
	if (!ids->list) {
		why = fault(v);
		if (why != NULL)
			return rs_fail(e, "\"%.100s\" %s", key, why);
		take_id(q, ids, v);
		return 0;
	}
	for (size_t i = 0; i < json_array_size(v); i++) {
		why = fault(json_array_get(v, i));
		if (why != NULL)
			return rs_fail(e, "id %zu of \"%.100s\" %s", i + 1,
			    key, why);
		take_id(q, ids, json_array_get(v, i));
	}
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

static json_t *
load(const char *line, size_t n, struct rs_err *e)
{
	json_error_t j;
	json_t *o = json_loadb(line, n, JSON_REJECT_DUPLICATES, &j);

	if (o == NULL)
		fail_json(&j, e);
	return o;
}

static int
parse_json(struct rs_request *q, const char *line, size_t n, struct rs_err *e)
{
	json_t *o = load(line, n, e);
	int result;

	if (o == NULL)
		return -1;
	result = read_ids(q, &q->user, "user_id", o, e) < 0 ||
	    read_ids(q, &q->item, "item_id", o, e) < 0 ||
	    read_ids(q, &q->items, "items", o, e) < 0 ||
	    read_top_n(q, json_object_get(o, "top_n"), e) < 0 ? -1 : 0;
	json_decref(o);
	if (result == 0 && q->items.given && !q->items.list)
		return rs_fail(e, "\"items\" is no list");
	if (result == 0 && !q->user.given && !q->item.given && !q->items.given)
		return rs_fail(e,
		    "the object has none of user_id, item_id and items");
	return result;
}

/* One pair, or lists of the same length. */
static int
read_columns(struct rs_request *q, const char *const field[2],
    const json_t *o, struct rs_err *e)
{
	for (int s = 0; s < 2; s++)
		if (json_object_get(o, field[s]) == NULL)
			return rs_fail(e, "the object has no \"%.100s\"",
			    field[s]);
	if (read_ids(q, &q->user, field[0], o, e) < 0 ||
	    read_ids(q, &q->item, field[1], o, e) < 0)
		return -1;
	if (q->user.list != q->item.list)
		return rs_fail(e, "\"%.100s\" is a list and \"%.100s\" is "
		    "not", field[q->item.list], field[q->user.list]);
	if (q->user.n != q->item.n)
		return rs_fail(e, "\"%.100s\" has %zu ids and \"%.100s\" "
		    "has %zu", field[0], q->user.n, field[1], q->item.n);
	q->shape = q->user.list ? RS_REQUEST_LISTS : RS_REQUEST_ONE;
	return 0;
}

static int
check_instance(const char *const field[2], const json_t *o, size_t number,
    struct rs_err *e)
{
	if (!json_is_object(o))
		return rs_fail(e, "instance %zu is no object", number);
	for (int s = 0; s < 2; s++) {
		const json_t *v = json_object_get(o, field[s]);
		const char *why = v != NULL ? fault(v) : NULL;

		if (v == NULL)
			return rs_fail(e, "instance %zu has no \"%.100s\"",
			    number, field[s]);
		if (why != NULL)
			return rs_fail(e, "instance %zu: \"%.100s\" %s",
			    number, field[s], why);
	}
	return 0;
}

static int
read_instances(struct rs_request *q, const char *const field[2],
    const json_t *o, struct rs_err *e)
{
	struct rs_request_ids *const ids[2] = { &q->user, &q->item };
	const json_t *list = json_object_get(o, "instances");

	for (int s = 0; s < 2; s++)
		if (json_object_get(o, field[s]) != NULL)
			return rs_fail(e, "both \"instances\" and "
			    "\"%.100s\"", field[s]);
	if (!json_is_array(list))
		return rs_fail(e, "\"instances\" is no list");
	for (size_t i = 0; i < json_array_size(list); i++)
		if (check_instance(field, json_array_get(list, i), i + 1, e) <
		    0)
			return -1;
	for (int s = 0; s < 2; s++)
		for (size_t i = 0; i < json_array_size(list); i++)
			take_id(q, ids[s], json_object_get(json_array_get(list,
			    i), field[s]));
	q->shape = RS_REQUEST_INSTANCES;
	return 0;
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

static bool
is_object(const char *line, size_t n)
{
	const size_t blanks = skip_blanks(line, n);

	return blanks < n && line[blanks] == '{';
}

static int
begin(struct rs_request *q, size_t n, struct rs_err *e)
{
	clear(&q->user);
	clear(&q->item);
	clear(&q->items);
	q->text.len = 0;
	q->top_n = 0;
	q->bare = false;
	q->shape = RS_REQUEST_ONE;
	return n <= RS_REQUEST_MAX ? 0 : rs_fail(e, "a line over %d bytes",
	    RS_REQUEST_MAX);
}

static void
finish(struct rs_request *q)
{
	const char *p = q->text.data;

	settle(&q->user, &p);
	settle(&q->item, &p);
	settle(&q->items, &p);
}

int
rs_request_parse(struct rs_request *q, const char *line, size_t n,
    struct rs_err *e)
{
	if (begin(q, n, e) < 0)
		return -1;
	if (is_object(line, n)) {
		if (parse_json(q, line, n, e) < 0)
			return -1;
	} else {
		if (n > 0 && memchr(line, '\0', n) != NULL)
			return rs_fail(e, "an id with a NUL");
		q->bare = q->user.given = q->item.given = true;
		add_id(q, &q->user, line, n);
		add_id(q, &q->item, line, n);
	}
	finish(q);
	return 0;
}

int
rs_request_pairs(struct rs_request *q, const char *const field[2],
    const char *line, size_t n, struct rs_err *e)
{
	json_t *o;
	int result;

	if (begin(q, n, e) < 0)
		return -1;
	if (!is_object(line, n))
		return rs_fail(e, "no JSON object, and the first line is");
	o = load(line, n, e);
	if (o == NULL)
		return -1;
	result = json_object_get(o, "instances") != NULL ?
	    read_instances(q, field, o, e) : read_columns(q, field, o, e);
	json_decref(o);
	finish(q);
	return result;
}

void
rs_request_free(struct rs_request *q)
{
	free(q->user.id);
	free(q->item.id);
	free(q->items.id);
	rs_buf_free(&q->text);
}
