/* tally: sums of the values of those who were drawn. */
#include "kernel/cpu.h"
#include "kernel/tally.h"

RS_PATHS(struct rs_tally_ops, rs_tally_ops)

void
rs_tally(const struct rs_tally *t, double *sum)
{
	RS_PICK(rs_tally_ops)->tally(t, sum);
}
