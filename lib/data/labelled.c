/* labelled: rows of a stream that say of a pair how much it was wanted. */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "data/labelled.h"

int
rs_labelled_put(struct rs_labelled *l, const struct rs_block *block,
    struct rs_err *e)
{
	const size_t need = l->n + block->rows;
	const struct rs_vec *label = rs_block_get(block, "label");

	for (size_t i = 0; i < block->rows; i++) {
		const double x = rs_vec_real(label, i);

		if (!(x >= 0 && x <= 1))
			return rs_fail(e, "row %" PRIu64 " has the label %g, "
			    "which is not in 0..1", block->first + i + 1, x);
	}
	rs_grow(&l->user, &l->room[0], need, sizeof(*l->user));
	rs_grow(&l->item, &l->room[1], need, sizeof(*l->item));
	rs_grow(&l->label, &l->room[2], need, sizeof(*l->label));
	memcpy(l->user + l->n, rs_block_get(block, "user")->u32,
	    block->rows * sizeof(*l->user));
	memcpy(l->item + l->n, rs_block_get(block, "item")->u32,
	    block->rows * sizeof(*l->item));
	for (size_t i = 0; i < block->rows; i++)
		l->label[l->n + i] = (float)rs_vec_real(label, i);
	l->n = need;
	return 0;
}

void
rs_labelled_free(struct rs_labelled *l)
{
	free(l->user);
	free(l->item);
	free(l->label);
	*l = (struct rs_labelled){ 0 };
}
