/* stepwise: gradient descent sample by sample for mf. */
#include <stdlib.h>

#include "base/mem.h"
#include "model/stepwise.h"

struct rs_stepwise {
	const struct rs_fit *f;
};

struct rs_stepwise *
rs_stepwise_new(const struct rs_fit *f, struct rs_factors *x, struct rs_err *e)
{
	(void)f;
	(void)x;
	rs_fail(e, "gradient descent by samples is not there yet");
	return NULL;
}

int
rs_stepwise_epoch(struct rs_stepwise *s, uint64_t epoch, double *loss,
    struct rs_err *e)
{
	(void)s;
	(void)epoch;
	(void)loss;
	return rs_fail(e, "gradient descent by samples is not there yet");
}

void
rs_stepwise_keep(struct rs_stepwise *s, struct rs_tensors *t)
{
	(void)s;
	(void)t;
}

uint64_t
rs_stepwise_memory(const struct rs_fit *f, uint64_t users, uint64_t items,
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
rs_stepwise_free(struct rs_stepwise *s)
{
	free(s);
}
