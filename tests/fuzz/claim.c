/* Any bytes as what is asserted of figures: what was understood and whose
 * figures are there holds or does not, and no more. */
#include <assert.h>
#include <stdlib.h>

#include "base/mem.h"
#include "cli/claim.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const struct rs_verdict_row row[] = {
		{ "ndcg@10", 0.5, 0.25, 0.75, 9 },
		{ "pop:ndcg@10", 0.25, 0, 1, 9 },
		{ "p@2", 0, 0, 0, 0 },
		{ "p:p@2", __builtin_nan(""), -1e308, 1e308, 3 },
		{ "agree-map@3:s99", 1e-300, 0, 0, UINT64_MAX },
	};
	char *text = rs_memdup(data, size);
	struct rs_err e;
	struct rs_claim *c = rs_claim_parse(text, &e);
	double left, right;

	if (c != NULL && rs_claim_bind(c, row, sizeof(row) / sizeof(row[0]),
	    &e) == 0) {
		const bool holds = rs_claim_holds(c, row, &left, &right);

		assert(!holds || (left - left == 0 && right - right == 0));
	}
	rs_claim_free(c);
	free(text);
	return 0;
}
