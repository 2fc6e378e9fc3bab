/* optimizer: how a gradient moves parameters. */
#include <stddef.h>

#include "model/optimizer.h"

const char *const rs_optimizer_names[RS_OPTIMIZERS + 1] = {
	[RS_OPTIMIZER_SGD] = "sgd",
	[RS_OPTIMIZER_MOMENTUM] = "momentum",
	[RS_OPTIMIZER_ADAGRAD] = "adagrad",
	[RS_OPTIMIZER_ADAM] = "adam",
	[RS_OPTIMIZER_LAZY_ADAM] = "lazy-adam",
};
