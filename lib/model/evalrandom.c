/* evaluate: random order, which is one group of equal candidates. */
#include "data/ascending.h"
#include "model/catalogue.h"
#include "model/evaluate.h"

void
rs_evaluate_random(uint64_t items, const struct rs_eval_ask *ask,
    struct rs_eval *v)
{
	const struct rs_metrics *ms = ask->metrics;
	struct rs_catalogue *catalogue = rs_catalogue_new(ask, items);

	rs_eval_begin(v, ask);
	for (size_t u = 0; u < v->users; u++) {
		const uint32_t user = v->user[u];
		size_t tests, seens, hits = 0;
		const uint32_t *test = rs_eval_items(ask->test, user, items,
		    &tests);
		const uint32_t *seen = rs_eval_items(ask->seen, user, items,
		    &seens);
		struct rs_tie tie;
		struct rs_ranking r;

		for (size_t i = 0; i < tests; i++)
			hits += !rs_ascending_holds(seen, seens, test[i]);
		tie = (struct rs_tie){ 0, items - seens, hits };
		r = (struct rs_ranking){ &tie, hits > 0,
		    rs_csr_count(ask->test, user), items - seens };
		rs_eval_put(ms, &r, v->value + u * ms->n);
		for (size_t cut = 0; cut < rs_catalogue_cuts(catalogue); cut++)
			rs_catalogue_random(catalogue, cut, seen, seens,
			    v->value + u * ms->n);
	}
	rs_catalogue_values(catalogue, v->whole);
	rs_catalogue_free(catalogue);
}

