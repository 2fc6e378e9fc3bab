/* mlp: layers over the embeddings of user and item side by side. */
#include "model/newcomer.h"

extern const struct rs_algorithm rs_algorithm_mlp;

static const struct rs_preset PRESETS[] = {
	{ "ncf", "the program of He and others (2017)", 32, 20,
	  "embedding=plain init=normal:0.01 layers=32,16,8 dropout=none "
	  "layer-init=glorot output-init=lecun negatives=4 verify=yes "
	  "batch=256 optimizer=adam learning-rate=0.001 schedule=constant "
	  "regularization=0 layer-regularization=0" },
	{ "ncf-32", "the same with 32 factors", 128, 20,
	  "embedding=plain init=normal:0.01 layers=128,64,32 dropout=none "
	  "layer-init=glorot output-init=lecun negatives=4 verify=yes "
	  "batch=256 optimizer=adam learning-rate=0.001 schedule=constant "
	  "regularization=0 layer-regularization=0" },
	{ "ncf-ml1m", "as tuned on a validation part of MovieLens 1M", 64, 10,
	  "embedding=plain init=normal:0.01 layers=64,32,16 dropout=none "
	  "layer-init=glorot output-init=lecun negatives=4 verify=yes "
	  "batch=512 optimizer=adam learning-rate=0.002 schedule=linear "
	  "regularization=4e-6 layer-regularization=0" },
	{ 0 }
};

const struct rs_algorithm rs_algorithm_mlp = {
	.name = "mlp",
	.summary = "a multi-layer network over embeddings, by log loss",
	.citation = "He, Liao, Zhang, Nie, Hu, Chua (2017), Neural "
	    "collaborative filtering",
	.params = rs_ncf_mlp,
	.presets = PRESETS,
	.factors = 128,
	.epochs = 20,
	RS_NCF_LEARNS,
	RS_NCF_ANSWERS,
};
