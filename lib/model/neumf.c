/* neumf: gmf and mlp side by side, under one output. */
#include "model/newcomer.h"

extern const struct rs_algorithm rs_algorithm_neumf;

/*
 * published: a notebook's network in TensorFlow 2, whose "embeddings" are
 * dense layers over one-hot vectors; it learns from a stream with fixed
 * negatives (rs-negsample -n 5).
 */
static const struct rs_preset PRESETS[] = {
	{ "published", "a TensorFlow 2 workflow's network, for a stream with "
	  "labels", 32, 3,
	  "mlp-factors=32 embedding=dense init=glorot layers=64,32,16,8 "
	  "dropout=0.25,0.25,0.25,0 layer-init=glorot output-init=glorot "
	  "negatives=5 verify=yes batch=256 last=keep optimizer=adam "
	  "learning-rate=0.001 schedule=constant regularization=0 "
	  "layer-regularization=0" },
	{ "ncf", "the program of He and others (2017)", 8, 20,
	  "mlp-factors=32 embedding=plain init=normal:0.01 layers=32,16,8 "
	  "dropout=none layer-init=glorot output-init=lecun negatives=4 "
	  "verify=yes batch=256 optimizer=adam learning-rate=0.001 "
	  "schedule=constant regularization=0 layer-regularization=0" },
	{ "ncf-32", "the same with 32 factors", 32, 20,
	  "mlp-factors=128 embedding=plain init=normal:0.01 "
	  "layers=128,64,32 dropout=none layer-init=glorot "
	  "output-init=lecun negatives=4 verify=yes batch=256 "
	  "optimizer=adam learning-rate=0.001 schedule=constant "
	  "regularization=0 layer-regularization=0" },
	{ "ncf-ml1m", "as tuned on a validation part of MovieLens 1M", 32, 10,
	  "mlp-factors=64 embedding=plain init=normal:0.01 layers=64,32,16 "
	  "dropout=none layer-init=glorot output-init=lecun negatives=4 "
	  "verify=yes batch=512 optimizer=adam learning-rate=0.002 "
	  "schedule=linear regularization=2e-6 layer-regularization=0" },
	{ "halves", "to go on from a gmf and an mlp by plain SGD, as they did",
	  0, 1, "optimizer=sgd learning-rate=0.001 schedule=constant "
	  "negatives=4 verify=yes batch=256 regularization=0 "
	  "layer-regularization=0" },
	{ 0 }
};

const struct rs_algorithm rs_algorithm_neumf = {
	.name = "neumf",
	.summary = "neural matrix factorization: gmf and mlp in one network",
	.citation = "He, Liao, Zhang, Nie, Hu, Chua (2017), Neural "
	    "collaborative filtering",
	.params = rs_ncf_neumf,
	.presets = PRESETS,
	.pretrains = true,
	.factors = 32,
	.epochs = 20,
	RS_NCF_LEARNS,
	RS_NCF_ANSWERS,
};
