/* batch: synchronous mini-batches for mf. */
#include <stdlib.h>

#include "base/mem.h"
#include "model/batch.h"

struct rs_batch {
	const struct rs_fit *f;
};

struct rs_batch *
rs_batch_new(const struct rs_fit *f, struct rs_factors *x, struct rs_err *e)
{
	(void)f;
	(void)x;
	rs_fail(e, "mini-batches are not there yet");
	return NULL;
}

int
rs_batch_epoch(struct rs_batch *b, uint64_t epoch, double *loss,
    struct rs_err *e)
{
	(void)b;
	(void)epoch;
	(void)loss;
	return rs_fail(e, "mini-batches are not there yet");
}

void
rs_batch_keep(struct rs_batch *b, struct rs_tensors *t)
{
	(void)b;
	(void)t;
}

uint64_t
rs_batch_memory(const struct rs_fit *f, uint64_t users, uint64_t items,
    uint64_t pairs, int threads)
{
	(void)f;
	(void)users;
	(void)items;
	(void)pairs;
	(void)threads;
	return 0;
}

void
rs_batch_free(struct rs_batch *b)
{
	free(b);
}
