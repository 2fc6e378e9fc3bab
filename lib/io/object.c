/* object: one line of JSON as the fields of a record. */
#include <inttypes.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/mem.h"
#include "base/num.h"
#include "io/object.h"

struct key {
	char *name;
	bool asked, seen;
	size_t at;			/* of the value in text */
	char number[RS_NUM_MAX];	/* where the value is one */
};

struct rs_object {
	json_t *root;
	struct rs_buf text;		/* fields point into it */
	struct key *key;
	struct rs_field *field;
	size_t keys, key_room, field_room;
};

struct rs_object *
rs_object_new(void)
{
	return rs_zalloc(sizeof(struct rs_object));
}

static const char nothing[RS_FIELD_PAD + 1];

static size_t
find_or_add(struct rs_object *o, const char *name)
{
	for (size_t i = 0; i < o->keys; i++) {
		if (strcmp(o->key[i].name, name) == 0)
			return i;
	}
	rs_grow(&o->key, &o->key_room, o->keys + 1, sizeof(*o->key));
	rs_grow(&o->field, &o->field_room, o->keys + 1, sizeof(*o->field));
	o->key[o->keys] = (struct key){ .name = rs_strdup(name) };
	o->field[o->keys] = (struct rs_field){ nothing, 0 };
	return o->keys++;
}

void
rs_object_all(struct rs_object *o)
{
	const char *name;
	json_t *value;

	json_object_foreach(o->root, name, value) {
		if (o->keys < RS_FIELDS_MAX)
			find_or_add(o, name);
	}
}

int
rs_object_ask(struct rs_object *o, const char *name)
{
	const size_t i = find_or_add(o, name);

	o->key[i].asked = true;
	return (int)i;
}

/* The value of a key as text; false where it has none. */
static bool
as_text(struct key *k, const json_t *v, struct rs_field *f)
{
	*f = (struct rs_field){ "", 0 };
	switch (v != NULL ? json_typeof(v) : JSON_NULL) {
	case JSON_STRING:
		f->p = json_string_value(v);
		f->n = json_string_length(v);
		return true;
	case JSON_INTEGER:
		f->n = rs_format_i64(k->number, json_integer_value(v));
		f->p = k->number;
		return true;
	case JSON_REAL:
		f->n = rs_format_f64(k->number, json_real_value(v));
		f->p = k->number;
		return true;
	case JSON_TRUE:
		*f = (struct rs_field){ "true", 4 };
		return true;
	case JSON_FALSE:
		*f = (struct rs_field){ "false", 5 };
		return true;
	case JSON_NULL:
		return true;
	case JSON_OBJECT:
	case JSON_ARRAY:
		break;
	}
	return false;
}

int
rs_object_parse(struct rs_object *o, const char *p, size_t n, char *why,
    size_t room)
{
	json_error_t e;

	json_decref(o->root);
	o->root = json_loadb(p, n, JSON_ALLOW_NUL | JSON_REJECT_DUPLICATES,
	    &e);
	if (o->root == NULL) {
		snprintf(why, room, "is no JSON: %.160s", e.text);
		return -1;
	}
	if (!json_is_object(o->root)) {
		snprintf(why, room, "is no JSON object");
		return -1;
	}
	o->text.len = 0;
	for (size_t i = 0; i < o->keys; i++) {
		struct key *k = &o->key[i];
		struct rs_field *f = &o->field[i];
		const json_t *v;

		if (!k->asked)
			continue;
		v = json_object_get(o->root, k->name);
		k->seen = k->seen || v != NULL;
		if (!as_text(k, v, f)) {
			snprintf(why, room, "key '%.100s' holds %s, where a"
			    " string or number is wanted", k->name,
			    json_is_array(v) ? "an array" : "an object");
			return -1;
		}
		k->at = o->text.len;
		rs_buf_put(&o->text, f->p, f->n);
	}
	rs_buf_room(&o->text, RS_FIELD_PAD);
	for (size_t i = 0; i < o->keys; i++) {
		if (o->key[i].asked)
			o->field[i].p = o->text.data + o->key[i].at;
	}
	return 0;
}

const struct rs_field *
rs_object_fields(const struct rs_object *o, size_t *n)
{
	*n = o->keys > 0 ? o->keys : 1;		/* it is a record, even so */
	return o->field;
}

size_t
rs_object_width(const struct rs_object *o)
{
	return o->keys;
}

const char *
rs_object_name(const struct rs_object *o, size_t c)
{
	return o->key[c].name;
}

const char *
rs_object_unseen(const struct rs_object *o)
{
	for (size_t i = 0; i < o->keys; i++) {
		if (o->key[i].asked && !o->key[i].seen)
			return o->key[i].name;
	}
	return NULL;
}

void
rs_object_free(struct rs_object *o)
{
	if (o == NULL)
		return;
	json_decref(o->root);
	rs_buf_free(&o->text);
	for (size_t i = 0; i < o->keys; i++)
		free(o->key[i].name);
	free(o->key);
	free(o->field);
	free(o);
}
