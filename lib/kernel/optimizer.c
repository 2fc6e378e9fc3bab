/* optimizer: the steps of gradient descent over a row of parameters. */
#include "kernel/cpu.h"
#include "kernel/optimizer.h"

RS_PATHS(struct rs_optimizer_ops, rs_optimizer_ops)

const struct rs_optimizer_ops *
rs_optimizer_kernels(void)
{
	return RS_PICK(rs_optimizer_ops);
}
