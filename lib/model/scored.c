/* scored: pairs with a score, and the truths that they are judged by. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "model/scored.h"

void
rs_scored_add(struct rs_scored *p, uint32_t user, uint32_t item,
    double score, double value, double label)
{
	const size_t n = p->n + 1;

	if (score != score) {
		p->empty++;
		return;
	}
	rs_grow(&p->user, &p->room[0], n, sizeof(*p->user));
	rs_grow(&p->item, &p->room[1], n, sizeof(*p->item));
	rs_grow(&p->score, &p->room[2], n, sizeof(*p->score));
	rs_grow(&p->value, &p->room[3], n, sizeof(*p->value));
	rs_grow(&p->label, &p->room[4], n, sizeof(*p->label));
	p->user[p->n] = user;
	p->item[p->n] = item;
	p->score[p->n] = score;
	p->value[p->n] = value;
	p->label[p->n] = label;
	p->n = n;
}

void
rs_scored_join(const struct rs_scored *p, const struct rs_csr *m,
    double *truth)
{
	for (size_t i = 0; i < p->n; i++) {
		const uint64_t at = rs_csr_find(m, p->user[i], p->item[i]);

		truth[i] = at == RS_CSR_NONE ? (double)NAN :
		    m->weight != NULL ? (double)m->weight[at] : 1;
	}
}

const char *
rs_scored_metrics(const struct rs_scored *p)
{
	if (!p->has_label)
		return "rmse,mae,mse";
	if (!p->has_value)
		return "logloss,accuracy";
	return "rmse,mae,mse,logloss,accuracy";
}

/* Whether any metric is of labels, or any of values. */
static bool
wants(const struct rs_metrics *ms, bool label)
{
	for (size_t m = 0; m < ms->n; m++)
		if (ms->metric[m].def->of_labels == label)
			return true;
	return false;
}

static void
move(struct rs_scored *p, size_t to, size_t from)
{
	p->user[to] = p->user[from];
	p->item[to] = p->item[from];
	p->score[to] = p->score[from];
	p->value[to] = p->value[from];
	p->label[to] = p->label[from];
}

int
rs_scored_keep(struct rs_scored *p, const struct rs_metrics *ms,
    struct rs_err *e)
{
	const bool value = wants(ms, false), label = wants(ms, true);
	size_t kept = 0;

	for (size_t m = 0; m < ms->n; m++) {
		const struct rs_metric_def *d = ms->metric[m].def;

		if (d->of_labels ? !p->has_label : !p->has_value)
			return rs_fail(e, "%s needs a column %s", d->name,
			    d->of_labels ? "label" : "value");
	}
	for (size_t i = 0; i < p->n; i++) {
		if ((value && p->value[i] != p->value[i]) ||
		    (label && p->label[i] != p->label[i]))
			p->stray++;
		else
			move(p, kept++, i);
	}
	p->n = kept;
	return 0;
}

/* A pair, and where it stands. */
struct spot {
	struct rs_scored_pair pair;
	size_t at;
};

static int
by_pair(const void *a, const void *b)
{
	const struct rs_scored_pair *p = &((const struct spot *)a)->pair;
	const struct rs_scored_pair *q = &((const struct spot *)b)->pair;

	if (p->user != q->user)
		return p->user > q->user ? 1 : -1;
	return (p->item > q->item) - (p->item < q->item);
}

/* The pairs in order: yours, or NULL where *twice is there twice. */
static struct spot *
spots_of(const struct rs_scored *p, struct rs_scored_pair *twice)
{
	struct spot *s = rs_alloc(rs_size(p->n, sizeof(*s)) + 1);

	for (size_t i = 0; i < p->n; i++)
		s[i] = (struct spot){ { p->user[i], p->item[i] }, i };
	if (p->n > 0)
		qsort(s, p->n, sizeof(*s), by_pair);
	for (size_t i = 1; i < p->n; i++)
		if (by_pair(&s[i - 1], &s[i]) == 0) {
			*twice = s[i].pair;
			free(s);
			return NULL;
		}
	return s;
}

/* Keep the pairs of p that q has; the scores that q gives them, yours. */
static double *
take_shared(struct rs_scored *p, const struct rs_scored *q,
    const struct spot *spot)
{
	double *score = rs_alloc(rs_size(p->n, sizeof(*score)) + 1);
	size_t kept = 0;

	for (size_t i = 0; i < p->n; i++) {
		const struct spot key = { { p->user[i], p->item[i] }, 0 };
		const struct spot *s = q->n == 0 ? NULL :
		    bsearch(&key, spot, q->n, sizeof(*spot), by_pair);

		if (s == NULL)
			continue;
		score[kept] = q->score[s->at];
		move(p, kept++, i);
	}
	p->n = kept;
	return score;
}

int64_t
rs_scored_match(struct rs_scored *p, struct rs_scored *q,
    struct rs_scored_pair *twice)
{
	const size_t before = p->n + q->n;
	struct spot *mine = spots_of(p, twice);
	struct spot *theirs = mine != NULL ? spots_of(q, twice) : NULL;
	double *score;

	free(mine);
	if (theirs == NULL)
		return -1;
	score = take_shared(p, q, theirs);
	free(theirs);
	for (size_t i = 0; i < p->n; i++) {
		q->user[i] = p->user[i];
		q->item[i] = p->item[i];
		q->value[i] = p->value[i];
		q->label[i] = p->label[i];
		q->score[i] = score[i];
	}
	q->n = p->n;
	q->has_value = p->has_value;
	q->has_label = p->has_label;
	free(score);
	return (int64_t)(before - 2 * p->n);
}

void
rs_scored_without(struct rs_scored *p, const struct rs_csr *m)
{
	size_t kept = 0;

	for (size_t i = 0; i < p->n; i++)
		if (rs_csr_find(m, p->user[i], p->item[i]) == RS_CSR_NONE)
			move(p, kept++, i);
	p->n = kept;
}

size_t
rs_scored_improbable(const struct rs_scored *p, const struct rs_metrics *ms)
{
	bool needed = false;
	size_t i = 0;

	for (size_t m = 0; m < ms->n; m++)
		needed |= strcmp(ms->metric[m].def->name, "logloss") == 0;
	if (!needed)
		return p->n;
	while (i < p->n && p->score[i] >= 0 && p->score[i] <= 1)
		i++;
	return i;
}

/* The mean of each metric's loss over a user's pairs to value, and how many
 * pairs a user has to weight. */
static void
judge(const struct rs_scored *p, const double *score,
    const struct rs_metrics *ms, double threshold, struct rs_eval *v,
    double **weight)
{
	uint32_t *at, users = 0, top = 0;

	for (size_t i = 0; i < p->n; i++)
		if (p->user[i] >= top)
			top = p->user[i] + 1;
	at = rs_zalloc(rs_size(top, sizeof(*at)) + 1);
	for (size_t i = 0; i < p->n; i++)
		at[p->user[i]] = 1;
	for (uint32_t u = 0; u < top; u++)
		users += at[u];
	rs_eval_new(v, ms, users);
	for (uint32_t u = 0; u < top; u++)
		if (at[u] != 0) {
			at[u] = (uint32_t)v->users;
			v->user[v->users++] = u;
		}
	memset(v->value, 0, users * ms->n * sizeof(*v->value));
	*weight = rs_zalloc(rs_size(users, sizeof(**weight)) + 1);
	for (size_t i = 0; i < p->n; i++) {
		double *sum = v->value + (size_t)at[p->user[i]] * ms->n;

		(*weight)[at[p->user[i]]]++;
		for (size_t m = 0; m < ms->n; m++) {
			const struct rs_metric_def *d = ms->metric[m].def;

			sum[m] += d->pair(score[i], d->of_labels ?
			    p->label[i] : p->value[i], threshold);
		}
	}
	for (size_t u = 0; u < v->users; u++)
		for (size_t m = 0; m < ms->n; m++)
			v->value[u * ms->n + m] /= (*weight)[u];
	free(at);
}

void
rs_scored_judge(const struct rs_scored *p, const struct rs_metrics *ms,
    double threshold, struct rs_eval *v, double **weight)
{
	judge(p, p->score, ms, threshold, v, weight);
}

/* Values and labels get different scores: two evaluations, of which each
 * metric takes the one that is its own. */
void
rs_scored_constant(const struct rs_scored *p, const struct rs_metrics *ms,
    double threshold, double value, double label, struct rs_eval *v)
{
	double *score = rs_alloc(rs_size(p->n, sizeof(*score)) + 1);
	struct rs_eval labels;
	double *weight;

	for (size_t i = 0; i < p->n; i++)
		score[i] = label;
	judge(p, score, ms, threshold, &labels, &weight);
	free(weight);
	for (size_t i = 0; i < p->n; i++)
		score[i] = value;
	judge(p, score, ms, threshold, v, &weight);
	free(weight);
	for (size_t u = 0; u < v->users; u++)
		for (size_t m = 0; m < ms->n; m++)
			if (ms->metric[m].def->of_labels)
				v->value[u * ms->n + m] =
				    labels.value[u * ms->n + m];
	rs_eval_free(&labels);
	free(score);
}

void
rs_scored_free(struct rs_scored *p)
{
	free(p->user);
	free(p->item);
	free(p->score);
	free(p->value);
	free(p->label);
	*p = (struct rs_scored){ 0 };
}
