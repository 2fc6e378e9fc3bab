/* weight: from what was observed to how much it counts. */
#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/num.h"
#include "base/real.h"
#include "data/weight.h"

/* An index may not cost more than this without rows to show for it. */
static const uint64_t INDEX_FREE = UINT64_C(1) << 24;
static const uint64_t INDEX_PER_ROW = 4096;

static int
add_event(struct rs_events *v, const char *p, size_t n, struct rs_err *e)
{
	const char *equals = memrchr(p, '=', n);
	struct rs_event *event;
	double weight;
	size_t len;

	if (equals == NULL || equals == p)
		return rs_fail(e, "%.*s: is not NAME=WEIGHT", (int)n, p);
	len = (size_t)(equals - p);
	if (!rs_parse_real(equals + 1, n - len - 1, &weight))
		return rs_fail(e, "%.*s: the weight is no number", (int)n, p);
	if (rs_events_find(v, p, len) != NULL)
		return rs_fail(e, "%.*s has two weights", (int)len, p);
	rs_grow(&v->event, &v->room, v->n + 1, sizeof(*v->event));
	event = &v->event[v->n++];
	event->name = rs_memdup(p, len);
	event->len = len;
	event->weight = weight;
	return 0;
}

int
rs_events_parse(struct rs_events *v, const char *text, struct rs_err *e)
{
	for (;;) {
		const size_t n = strcspn(text, ",");

		if (add_event(v, text, n, e) < 0)
			return -1;
		if (text[n] == '\0')
			return 0;
		text += n + 1;
	}
}

const double *
rs_events_find(const struct rs_events *v, const char *p, size_t n)
{
	for (size_t i = 0; i < v->n; i++) {
		if (v->event[i].len == n &&
		    memcmp(v->event[i].name, p, n) == 0)
			return &v->event[i].weight;
	}
	return NULL;
}

void
rs_events_free(struct rs_events *v)
{
	for (size_t i = 0; i < v->n; i++)
		free(v->event[i].name);
	free(v->event);
	*v = (struct rs_events){ 0 };
}

/* 2^-n exactly, for normal numbers; less is nothing. */
static double
half_to_the(int64_t n)
{
	uint64_t bits;
	double x;

	if (n > 1022)
		return 0;
	bits = (uint64_t)(1023 - n) << 52;
	memcpy(&x, &bits, sizeof(x));
	return x;
}

double
rs_weight_decay(int64_t age, int64_t half_life)
{
	static const double ln2 = 0x1.62e42fefa39efp-1;
	double part;

	if (age <= 0)
		return 1;
	part = (double)(age % half_life) / (double)half_life;
	return half_to_the(age / half_life) * rs_exp(-ln2 * part);
}

double
rs_weight_aged(struct rs_ageing *a, double weight, int64_t time)
{
	int64_t age;

	if (a->half_life == 0)
		return weight;
	if (__builtin_sub_overflow(a->now, time, &age))
		age = a->now > time ? INT64_MAX : 0;
	a->future += age < 0;
	return weight * rs_weight_decay(age, a->half_life);
}

bool
rs_scale_needs_totals(enum rs_scale s)
{
	return s == RS_SCALE_BM25 || s == RS_SCALE_TFIDF;
}

/* Make room for element index and zero what is new. */
static void
reach(void *list, size_t *n, size_t *room, size_t index, size_t size)
{
	char *p;

	if (index < *n)
		return;
	rs_grow(list, room, index + 1, size);
	memcpy(&p, list, sizeof(p));
	memset(p + *n * size, 0, (index + 1 - *n) * size);
	*n = index + 1;
}

int
rs_totals_add(struct rs_totals *t, uint32_t user, uint32_t item, double r,
    struct rs_err *e)
{
	const uint32_t most = user > item ? user : item;

	t->all++;
	if (most >= INDEX_FREE && most / INDEX_PER_ROW > t->all)
		return rs_fail(e, "row %" PRIu64 ": index %" PRIu32
		    " is out of all proportion to the rows", t->all, most);
	reach(&t->rows, &t->users, &t->users_room, user, sizeof(*t->rows));
	reach(&t->length, &t->items, &t->items_room, item,
	    sizeof(*t->length));
	t->rows[user]++;
	t->length[item] += r;
	t->sum += r;
	return 0;
}

void
rs_totals_done(struct rs_totals *t, uint64_t items)
{
	t->documents = (double)(items > t->items ? items : t->items);
	t->mean = t->documents > 0 ? t->sum / t->documents : 0;
}

void
rs_totals_free(struct rs_totals *t)
{
	free(t->rows);
	free(t->length);
	*t = (struct rs_totals){ 0 };
}

const char *
rs_weight_refused(const struct rs_scaling *s, double r)
{
	if (!isfinite(r))
		return "is not finite";
	if (r < 0 && s->scale != RS_SCALE_NONE && s->scale != RS_SCALE_ALPHA)
		return "is negative, which this scale has no meaning for";
	return NULL;
}

/* A user of everything would come out below 0. */
static double
rarity(const struct rs_totals *t, uint32_t user)
{
	const double x = rs_log(t->documents) -
	    rs_log(1 + (double)t->rows[user]);

	return x > 0 ? x : 0;
}

double
rs_weight_scaled(const struct rs_scaling *s, const struct rs_totals *t,
    uint32_t user, uint32_t item, double r)
{
	double norm;

	switch (s->scale) {
	case RS_SCALE_NONE:
		return r;
	case RS_SCALE_ALPHA:
		return s->alpha * r;
	case RS_SCALE_LINEAR:
		return 1 + s->alpha * r;
	case RS_SCALE_LOG:
		return 1 + s->alpha * rs_log(1 + r / s->eps);
	case RS_SCALE_BM25:
		norm = 1 - s->b + s->b * (t->length[item] / t->mean);
		/* No weight at all: 0 / 0 where k1 is 0 too. */
		if (!(r > 0))
			return 0;
		return r * (s->k1 + 1) / (s->k1 * norm + r) * rarity(t, user);
	case RS_SCALE_TFIDF:
		return sqrt(r) * rarity(t, user);
	}
	return r;
}
