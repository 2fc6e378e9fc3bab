/* adagrad: one step whose rate each coordinate has for itself. */
#include "kernel/adagrad.h"
#include "kernel/cpu.h"

RS_PATHS(struct rs_adagrad_ops, rs_adagrad_ops)

void
rs_adagrad_step(const struct rs_adagrad *a)
{
	RS_PICK(rs_adagrad_ops)->step(a);
}
