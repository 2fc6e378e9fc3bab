/* surprise: how little a user could expect to be told of an item. */
#include "base/mem.h"
#include "base/real.h"
#include "rank/surprise.h"

double *
rs_surprise_new(const float *popularity, uint64_t items, uint64_t users)
{
	double *bits = rs_alloc(rs_size(items, sizeof(*bits)) + 1);
	const double ln2 = rs_log(2);
	float last = 0;

	for (uint64_t i = 0; i < items; i++) {
		const double n = popularity[i] > 1 ? popularity[i] : 1;

		/* Items are often by falling popularity: the same once more. */
		if (i > 0 && popularity[i] == last)
			bits[i] = bits[i - 1];
		else
			bits[i] = users > 0 ?
			    rs_log((double)users / n) / ln2 : 0;
		last = popularity[i];
	}
	return bits;
}
