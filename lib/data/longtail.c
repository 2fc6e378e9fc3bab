/* longtail: how rows spread over the ids of a column. */
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "data/dict.h"
#include "data/longtail.h"

struct rs_longtail {
	struct rs_dict *dict;
	uint32_t *index;	/* of the rows of a block */
	size_t room;
	uint64_t *sorted;	/* counts, once they are asked for */
};

struct rs_longtail *
rs_longtail_new(void)
{
	struct rs_longtail *l = rs_zalloc(sizeof(*l));

	l->dict = rs_dict_new();
	return l;
}

int
rs_longtail_put(struct rs_longtail *l, const struct rs_vec *v, size_t rows)
{
	uint64_t *count;

	rs_grow(&l->index, &l->room, rows, sizeof(*l->index));
	if (rs_dict_map(l->dict, v, rows, l->index) < 0)
		return -1;
	count = rs_dict_counts(l->dict);
	for (size_t i = 0; i < rows; i++)
		count[l->index[i]]++;
	free(l->sorted);
	l->sorted = NULL;
	return 0;
}

uint32_t
rs_longtail_ids(const struct rs_longtail *l)
{
	return rs_dict_size(l->dict);
}

static int
by_size(const void *a, const void *b)
{
	const uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;

	return x < y ? -1 : x > y;
}

double
rs_longtail_quantile(struct rs_longtail *l, double percent)
{
	const uint32_t n = rs_dict_size(l->dict);
	double place, below;
	size_t i;

	if (n == 0)
		return 0;
	if (l->sorted == NULL) {
		l->sorted = rs_memdup(rs_dict_counts(l->dict),
		    rs_size(n, sizeof(*l->sorted)));
		qsort(l->sorted, n, sizeof(*l->sorted), by_size);
	}
	place = (double)(n - 1) * percent / 100;
	i = (size_t)place;
	below = (double)l->sorted[i];
	if (i + 1 == n)
		return below;
	return below + (place - (double)i) *
	    ((double)l->sorted[i + 1] - below);
}

void
rs_longtail_free(struct rs_longtail *l)
{
	if (l == NULL)
		return;
	rs_dict_free(l->dict);
	free(l->index);
	free(l->sorted);
	free(l);
}
