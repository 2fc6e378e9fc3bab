/* gmf: the product of embeddings by element, and a weight for each. */
#include "model/newcomer.h"

extern const struct rs_algorithm rs_algorithm_gmf;

/* He and others' program, and what replications in 32 dimensions take. */
static const struct rs_preset PRESETS[] = {
	{ "ncf", "the program of He and others (2017)", 8, 20,
	  "embedding=plain init=normal:0.01 output-init=lecun negatives=4 "
	  "verify=yes batch=256 optimizer=adam learning-rate=0.001 "
	  "schedule=constant regularization=0" },
	{ "ncf-32", "the same with 32 factors", 32, 20,
	  "embedding=plain init=normal:0.01 output-init=lecun negatives=4 "
	  "verify=yes batch=256 optimizer=adam learning-rate=0.001 "
	  "schedule=constant regularization=0" },
	{ "ncf-ml1m", "as tuned on a validation part of MovieLens 1M", 32, 20,
	  "embedding=plain init=normal:0.01 output-init=lecun negatives=4 "
	  "verify=yes batch=256 optimizer=adam learning-rate=0.001 "
	  "schedule=linear regularization=1e-6" },
	{ 0 }
};

const struct rs_algorithm rs_algorithm_gmf = {
	.name = "gmf",
	.summary = "factors with a weight for each dimension, by log loss",
	.citation = "He, Liao, Zhang, Nie, Hu, Chua (2017), Neural "
	    "collaborative filtering",
	.params = rs_ncf_gmf,
	.presets = PRESETS,
	.factors = 32,
	.epochs = 20,
	RS_NCF_LEARNS,
	RS_NCF_ANSWERS,
};
