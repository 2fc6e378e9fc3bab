/* metrics: a list of metrics, by their names. */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/mem.h"
#include "base/num.h"
#include "base/real.h"
#include "rank/metric.h"

/* Split off ":sN" from the end of a name of n bytes: the bytes that are left,
 * or 0 where N is no number. */
static size_t
take_sampled(const char *name, size_t n, uint64_t *sampled)
{
	for (size_t i = n; i > 1; i--) {
		if (name[i - 1] != 's' || name[i - 2] != ':')
			continue;
		if (!rs_parse_u64(name + i, n - i, sampled) || *sampled == 0)
			return 0;
		return i - 2;
	}
	return n;
}

/* The number that n bytes begin with, from 1 on and without zeros in front;
 * how many bytes it has, 0: none. */
static size_t
take_number(const char *p, size_t n, uint64_t *v)
{
	size_t digits = 0;

	while (digits < n && p[digits] >= '0' && p[digits] <= '9')
		digits++;
	return digits > 0 && p[0] != '0' && rs_parse_u64(p, digits, v) &&
	    *v <= RS_METRIC_K_MAX ? digits : 0;
}

/* Whether name is def's with numbers in the places of @k and of a last N. */
static bool
is_name_of(const char *name, size_t n, const char *def, uint64_t *k,
    uint64_t *first)
{
	const char *at = strstr(def, "@k");
	size_t stem, digits, rest;

	*k = *first = 0;
	if (at == NULL)
		return strlen(def) == n && memcmp(def, name, n) == 0;
	stem = (size_t)(at - def) + 1;
	if (n <= stem || memcmp(def, name, stem) != 0)
		return false;
	digits = take_number(name + stem, n - stem, k);
	name += stem + digits;
	n -= stem + digits;
	def = at + 2;
	rest = strlen(def);
	if (rest > 0 && def[rest - 1] == 'N')
		return digits > 0 && n >= rest &&
		    memcmp(def, name, rest - 1) == 0 &&
		    take_number(name + rest - 1, n - rest + 1, first) ==
		    n - rest + 1;
	return digits > 0 && n == rest && memcmp(def, name, n) == 0;
}

static int
unknown(const char *name, size_t n, struct rs_err *e)
{
	struct rs_buf known = { 0 };

	for (const struct rs_metric_def *d = rs_metric_defs; d->name; d++)
		rs_buf_printf(&known, " %s", d->name);
	rs_fail(e, "no metric is called '%.*s'; there are%s (k from 1 to %d, "
	    "and :sN behind any where candidates are sampled)",
	    (int)(n < 60 ? n : 60), name, known.data, RS_METRIC_K_MAX);
	rs_buf_free(&known);
	return -1;
}

void
rs_metrics_add(struct rs_metrics *ms, const struct rs_metric_def *d,
    uint64_t k)
{
	struct rs_metric *m;

	rs_grow(&ms->metric, &ms->room, ms->n + 1, sizeof(*ms->metric));
	m = &ms->metric[ms->n++];
	memset(m, 0, sizeof(*m));
	m->def = d;
	m->k = k;
	if (k > ms->k)
		ms->k = k;
}

static int
add(struct rs_metrics *ms, const char *name, size_t n, struct rs_err *e)
{
	uint64_t sampled = 0, k, first;
	const size_t bare = take_sampled(name, n, &sampled);
	const struct rs_metric_def *d = rs_metric_defs;
	struct rs_metric *m;

	if (bare == 0 || bare >= RS_METRIC_NAME_MAX)
		return unknown(name, n, e);
	while (d->name != NULL && !is_name_of(name, bare, d->name, &k,
	    &first))
		d++;
	if (d->name == NULL || (sampled != 0 && d->kind > RS_METRIC_FULL))
		return unknown(name, n, e);
	if (sampled != 0 && ms->sampled != 0 && ms->sampled != sampled)
		return rs_fail(e, "metrics of both :s%" PRIu64 " and :s%"
		    PRIu64, ms->sampled, sampled);
	if (sampled != 0)
		ms->sampled = sampled;
	for (size_t i = 0; i < ms->n; i++)
		if (ms->metric[i].def == d && ms->metric[i].k == k &&
		    ms->metric[i].first == first)
			return rs_fail(e, "metric '%.*s' is asked for twice",
			    (int)bare, name);
	rs_metrics_add(ms, d, k);
	m = &ms->metric[ms->n - 1];
	m->first = first;
	m->whole = d->kind == RS_METRIC_CATALOGUE || first > 0;
	memcpy(m->name, name, bare);
	return 0;
}

void
rs_metrics_tabulate(struct rs_metrics *ms)
{
	const double ln2 = rs_log(2);

	ms->discount = rs_alloc(rs_size(ms->k + 1, sizeof(*ms->discount)));
	ms->ideal = rs_alloc(rs_size(ms->k + 1, sizeof(*ms->ideal)));
	ms->discount[0] = ms->ideal[0] = 0;
	for (uint64_t p = 1; p <= ms->k; p++) {
		ms->discount[p] = ln2 / rs_log((double)p + 1);
		ms->ideal[p] = ms->ideal[p - 1] + ms->discount[p];
	}
}

int
rs_metrics_parse(struct rs_metrics *ms, const char *list, struct rs_err *e)
{
	memset(ms, 0, sizeof(*ms));
	for (;;) {
		const size_t n = strcspn(list, ",");

		if (add(ms, list, n, e) != 0)
			return -1;
		if (list[n] == '\0')
			break;
		list += n + 1;
	}
	rs_metrics_tabulate(ms);
	return 0;
}

void
rs_metrics_free(struct rs_metrics *ms)
{
	free(ms->metric);
	free(ms->discount);
	free(ms->ideal);
	memset(ms, 0, sizeof(*ms));
}

bool
rs_metrics_have(const struct rs_metrics *ms, enum rs_metric_kind kind)
{
	for (size_t i = 0; i < ms->n; i++)
		if (ms->metric[i].def->kind == kind)
			return true;
	return false;
}

uint64_t
rs_metrics_longest(const struct rs_metrics *ms, enum rs_metric_kind kind)
{
	uint64_t k = 0;

	for (size_t i = 0; i < ms->n; i++)
		if (ms->metric[i].def->kind == kind && ms->metric[i].k > k)
			k = ms->metric[i].k;
	return k;
}

uint64_t
rs_metrics_depth(const struct rs_metrics *ms)
{
	return rs_metrics_have(ms, RS_METRIC_FULL) ? UINT64_MAX : ms->k;
}
