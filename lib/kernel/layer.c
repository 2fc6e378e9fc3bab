/* layer: what a net's layers do element by element. */
#include "kernel/cpu.h"
#include "kernel/layer.h"

RS_PATHS(struct rs_layer_ops, rs_layer_ops)

const struct rs_layer_ops *
rs_layer_kernels(void)
{
	return RS_PICK(rs_layer_ops);
}
