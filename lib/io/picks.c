/* picks: which columns of a text become which columns of a stream. */
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "io/picks.h"

static bool
one_of(const char *s, const char *const *list)
{
	for (; *list != NULL; list++) {
		if (strcmp(s, *list) == 0)
			return true;
	}
	return false;
}

static enum rs_type
type_of(const char *name)
{
	static const char *const reals[] = {
		"value", "weight", "score", NULL,
	};

	if (one_of(name, reals))
		return RS_F32;
	return strcmp(name, "time") == 0 ? RS_I64 : RS_STR;
}

/* Takes name and from. */
static int
add(struct rs_picks *p, char *name, struct rs_word from, struct rs_err *e)
{
	static const char *const needed[] = { "user", "item", "event", NULL };
	struct rs_pick *k;

	rs_grow(&p->pick, &p->room, p->n + 1, sizeof(*p->pick));
	k = &p->pick[p->n++];
	*k = (struct rs_pick){ .name = name, .from = from };
	k->type = type_of(name);
	k->may_miss = k->type == RS_STR && !one_of(name, needed);
	if (p->n > RS_COLUMNS_MAX)
		return rs_fail(e, "more than %d columns", RS_COLUMNS_MAX);
	for (size_t i = 0; i + 1 < p->n; i++) {
		if (strcmp(p->pick[i].name, name) == 0)
			return rs_fail(e, "column '%s' is named twice", name);
	}
	return 0;
}

static const char *
wrong_name(const struct rs_word *w)
{
	if (w->n == 0)
		return "lacks its name";
	if (w->n > RS_NAME_MAX)
		return "has too long a name";
	for (size_t i = 0; i < w->n; i++) {
		if ((unsigned char)w->p[i] < 0x20)
			return "has a control character in its name";
	}
	return NULL;
}

int
rs_picks_parse(struct rs_picks *p, const char *text, struct rs_err *e)
{
	const char *s = text;

	for (;; s++) {
		struct rs_word name, from = { 0 };
		const char *wrong;

		if (rs_word_take(&s, "=,", &name, e) < 0)
			return -1;
		if (*s != '=')
			wrong = "is no NAME=COLUMN";
		else
			wrong = wrong_name(&name);
		if (wrong != NULL) {
			rs_fail(e, "'%s' %s", name.p, wrong);
			free(name.p);
			return -1;
		}
		s++;
		if (rs_word_take(&s, ",", &from, e) < 0) {
			free(name.p);
			return -1;
		}
		if (add(p, name.p, from, e) < 0)
			return -1;
		if (from.n == 0)
			return rs_fail(e, "'%s=' lacks its column", name.p);
		if (*s == '\0')
			return 0;
	}
}

/* A name of a header as it is compared: small letters and digits alone, and
 * without the type that RecBole appends.  room bytes at key. */
static void
fold(char *key, size_t room, const char *name)
{
	size_t n = 0;

	for (; *name != '\0' && *name != ':' && n + 1 < room; name++) {
		const char c = *name;

		if (c >= 'A' && c <= 'Z')
			key[n++] = (char)(c - 'A' + 'a');
		else if ((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9'))
			key[n++] = c;
	}
	key[n] = '\0';
}

static bool
guess_one(struct rs_picks *p, const struct rs_rows *r, const char *as,
    const char *const *known, struct rs_err *e)
{
	const size_t width = rs_rows_width(r);
	char key[64];

	for (size_t i = 0; i < width; i++) {
		const char *name = rs_rows_name(r, i);
		struct rs_word from;

		fold(key, sizeof(key), name);
		if (!one_of(key, known))
			continue;
		from = (struct rs_word){ rs_strdup(name), strlen(name), true };
		add(p, rs_strdup(as), from, e);
		return true;
	}
	return false;
}

int
rs_picks_guess(struct rs_picks *p, const struct rs_rows *r, struct rs_err *e)
{
	static const char *const users[] = {
		"user", "userid", "customerid", "visitorid", "reviewerid",
		NULL,
	};
	static const char *const items[] = {
		"item", "itemid", "movieid", "productid", "stockcode", "asin",
		"bookid", NULL,
	};
	static const char *const values[] = {
		"value", "rating", "starrating", "eventvalue", NULL,
	};
	static const char *const times[] = {
		"time", "timestamp", "datetime", "date", "invoicedate",
		"reviewdate", NULL,
	};
	static const char *const events[] = {
		"event", "eventtype", "feedbacktype", NULL,
	};
	static const char *const labels[] = {
		"label", "title", "itemname", "producttitle", "description",
		NULL,
	};
	bool user, item;

	if (rs_rows_width(r) == 0 || rs_rows_name(r, 0) == NULL)
		return rs_fail(e, "%s: without a header, -c must say which"
		    " columns: -c user=1,item=2", rs_rows_file(r));
	user = guess_one(p, r, "user", users, e);
	item = guess_one(p, r, "item", items, e);
	if (!user && !item)
		return rs_fail(e, "%s: no column has a usual name for users or"
		    " items: say which with -c", rs_rows_file(r));
	/* A table of items alone is read for their titles. */
	if (!user)
		guess_one(p, r, "label", labels, e);
	guess_one(p, r, "value", values, e);
	guess_one(p, r, "time", times, e);
	guess_one(p, r, "event", events, e);
	return 0;
}

int
rs_picks_find(struct rs_picks *p, struct rs_rows *r, struct rs_err *e)
{
	for (size_t i = 0; i < p->n; i++) {
		struct rs_pick *k = &p->pick[i];
		const int at = rs_rows_pick(r, k->from.p, k->from.quoted, e);

		if (at < 0)
			return -1;
		k->at = (size_t)at;
	}
	return 0;
}

void
rs_picks_free(struct rs_picks *p)
{
	for (size_t i = 0; i < p->n; i++) {
		free(p->pick[i].name);
		free(p->pick[i].from.p);
	}
	free(p->pick);
}
