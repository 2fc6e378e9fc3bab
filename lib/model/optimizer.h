/*
 * optimizer: how a gradient moves parameters.
 *
 * The names that algorithms with mini-batches share.
 */
#ifndef RS_MODEL_OPTIMIZER_H
#define RS_MODEL_OPTIMIZER_H

enum rs_optimizer_kind {
	RS_OPTIMIZER_SGD,
	RS_OPTIMIZER_MOMENTUM,
	RS_OPTIMIZER_ADAGRAD,
	RS_OPTIMIZER_ADAM,
	RS_OPTIMIZER_LAZY_ADAM,
	RS_OPTIMIZERS
};

/* Their names, ended by NULL. */
extern const char *const rs_optimizer_names[RS_OPTIMIZERS + 1];

#endif
