/*
 * net: a small network of layers that scores a user with an item.
 *
 *	net = rs_net_new(users, items);
 *	u = rs_net_embedding(net, RS_USER, "user_mlp", 32);
 *	i = rs_net_embedding(net, RS_ITEM, "item_mlp", 32);
 *	x = rs_net_dropout(net, rs_net_concat(net, u, i), 0.25);
 *	x = rs_net_relu(net, rs_net_dense(net, x, "layer_1", 16));
 *	rs_net_end(net, rs_net_dense(net, x, "output", 1));
 *	rs_net_alloc(net);
 *	rs_net_draw(net, ...);			(each of its parameters)
 *
 *	p = rs_net_pass_new(net, 64);		(one a thread)
 *	rs_net_forward(p, user, item, n, key, score);
 *	rs_net_backward(p, slope, &gradient);
 *
 * Layers are numbered as they are made, and draws go by the number: one that
 * has parameters is made in a statement of its own, as C does not say which of
 * a call's arguments comes first.
 *
 * Layers make a tree: what a layer gives goes into exactly one other, and at
 * the end stands one number, the score.  In x and y for what goes into a layer
 * and comes out, n samples each, and g for the derivative of the loss by y:
 *
 *	embedding	y = the row of the sample's user or item
 *	bias		y = x + b
 *	dense		y = x W + b;	dW = x'g, db = sum g, dx = g W'
 *	relu		y = max(x, 0);	dx = g where y > 0, else 0
 *	dropout		y = x / (1 - p) or, with chance p, 0;	dx likewise
 *	product		y = a * b by element;	da = g * b, db = g * a
 *	concat		y = a and b, one behind the other
 *	sum		y = the sum of x over its width
 *
 * (Goodfellow, Bengio and Courville (2016), Deep Learning, chapter 6; dropout:
 * Srivastava and others (2014), JMLR 15, scaled while learning.)
 *
 * Parameters are of three kinds, each one array: the rows of all embeddings of
 * a side one behind the other in row r (so a user is met and moved once,
 * however many embeddings there are), the weights of all dense layers, and
 * the biases of all layers.  Everything is in whole lanes of 16 floats; what a
 * width leaves of its last lane is 0 and stays so.
 *
 * Sums have the order of kernel/dense.h over the samples of one call, so it is
 * the caller that fixes how a batch is cut; a dense layer of one output is b +
 * rs_dot, the sum over a width goes by lanes too, and where a product of two
 * dropouts is mostly 0, the dense layers below it give no more than it wants
 * (kernel/chosen.h).  Dropout is a function of
 * the sample's key, the layer and the place (kernel/layer.h), and its p is
 * rounded to a 65536th.  A net may be read by any number of threads; a pass
 * has one.
 */
#ifndef RS_MODEL_NET_H
#define RS_MODEL_NET_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/die.h"
#include "base/pool.h"
#include "model/file.h"
#include "model/model.h"

/* How first values are drawn, of a matrix with in inputs and out outputs; an
 * embedding is one of as many inputs as there are rows. */
enum rs_net_law {
	RS_NET_GLOROT,	/* uniform within sqrt(6 / (in + out)): Glorot and
			 * Bengio (2010), equation 16 */
	RS_NET_LECUN,	/* uniform within sqrt(3 / in): LeCun and others
			 * (1998), Efficient BackProp, equation 16 */
	RS_NET_NORMAL,	/* N(0, S^2) */
	RS_NET_XAVIER,	/* uniform within sqrt(M / ((in + out) / 2)), as MXNet
			 * has it; M = 3 is glorot */
	RS_NET_LAWS
};

/* For a parameter of kind RS_PARAM_LAW: "glorot", "lecun", "normal:0.01",
 * "xavier:3", in the order above, ended by NULL. */
extern const char *const rs_net_laws[RS_NET_LAWS + 1];

enum rs_net_kind { RS_NET_ROWS, RS_NET_WEIGHTS, RS_NET_BIASES };

/* One parameter as its file has it: ROWS (users or items, width), WEIGHTS
 * (in, width), BIASES (width). */
struct rs_net_param {
	char name[64];		/* "user_mlp", "layer_1_weight", "layer_1_bias" */
	enum rs_net_kind kind;
	enum rs_side side;	/* of ROWS */
	uint64_t in;		/* inputs, padding left out; ROWS: rows;
				 * BIASES: 1 */
	size_t width;
	size_t at;		/* where it begins: within a row, or within
				 * weights or biases */
	size_t layer;		/* its layer's number */
};

struct rs_net {
	uint64_t rows[2];	/* users, items */
	size_t stride[2];	/* floats of a row, whole lanes */
	float *row[2];		/* (rows, stride) */
	size_t weights, biases;	/* floats, whole lanes */
	size_t turned;		/* floats of rs_net_turn */
	float *weight, *bias;
	struct rs_net_param *param;
	size_t params;
	struct rs_net_layers *layers;	/* layer.h's */
};

/* A layer's number, to be the input of exactly one other. */
typedef size_t rs_layer;

struct rs_net *rs_net_new(uint64_t users, uint64_t items);	/* yours */

/* Parameters are called name; those of a dense layer name_weight, name_bias. */
rs_layer rs_net_embedding(struct rs_net *net, enum rs_side side,
    const char *name, size_t width);
rs_layer rs_net_bias(struct rs_net *net, rs_layer x, const char *name);
rs_layer rs_net_dense(struct rs_net *net, rs_layer x, const char *name,
    size_t width);
rs_layer rs_net_relu(struct rs_net *net, rs_layer x);
rs_layer rs_net_dropout(struct rs_net *net, rs_layer x, double p);
rs_layer rs_net_product(struct rs_net *net, rs_layer a, rs_layer b);
rs_layer rs_net_concat(struct rs_net *net, rs_layer a, rs_layer b);
rs_layer rs_net_sum(struct rs_net *net, rs_layer x);

/* The layer whose one number is the score.  From here on sizes are known. */
void rs_net_end(struct rs_net *net, rs_layer score);

void rs_net_alloc(struct rs_net *net);	/* parameters, all 0 */
void rs_net_free(struct rs_net *net);

/* A parameter by its name, which there is. */
const struct rs_net_param *rs_net_find(const struct rs_net *net,
    const char *name);

/* Element k of row r of a parameter is draw r width + k of (seed, purpose,
 * its number), the purpose being that of the users' or items' factors, or of
 * layers. */
void rs_net_draw(struct rs_net *net, struct rs_pool *pool,
    const struct rs_net_param *p, enum rs_net_law law, double number,
    uint64_t seed);

/* Parameters as tensors by their names, [rows, width], [in, width], [width]:
 * rows are borrowed, the rest are copies that the tensors own.  And back: the
 * first rows of a smaller model of the same widths where grown is true.  -1
 * with a sentence. */
void rs_net_export(const struct rs_net *net, struct rs_tensors *t);
int rs_net_load(struct rs_net *net, const struct rs_tensors *t, bool grown,
    struct rs_err *e);

/* One parameter likewise. */
int rs_net_load_param(struct rs_net *net, const struct rs_net_param *p,
    const struct rs_tensors *t, const char *name, bool grown,
    struct rs_err *e);

/* -1 with a sentence that names the first user, item or layer that is no
 * longer finite, and hint: what one may do. */
int rs_net_finite(const struct rs_net *net, struct rs_pool *pool,
    const char *hint, struct rs_err *e);

/* Whether parameters that are finite give no score that is not, with whatever
 * user and item. */
bool rs_net_bounded(const struct rs_net *net);

/* Bytes of parameters in memory, and as tensors in a file. */
uint64_t rs_net_memory(const struct rs_net *net);
uint64_t rs_net_bytes(const struct rs_net *net);

/* Samples on their way through the layers. */
struct rs_net_pass;

/* Where a shard's gradients go: overwritten, not added to. */
struct rs_net_gradient {
	float *row[2];		/* (n, stride[side]) of each sample's rows */
	float *weight, *bias;	/* as in the net */
};

struct rs_net_pass *rs_net_pass_new(const struct rs_net *net,
    size_t samples);	/* yours */
void rs_net_pass_free(struct rs_net_pass *p);
uint64_t rs_net_pass_memory(const struct rs_net *net, size_t samples);

/* turned (net->turned): the weights as some products read them; shared by the
 * threads, as it is the same for all shards of a batch. */
void rs_net_turn(const struct rs_net *net, float *turned);

/* Scores of n samples, n at most those of the pass.  key (n): draws of each
 * sample for its dropout; NULL: none, as in answering, and then turned may be
 * NULL too. */
void rs_net_forward(struct rs_net_pass *p, const uint32_t *user,
    const uint32_t *item, size_t n, const uint64_t *key, const float *turned,
    float *score);

/* The gradients of what was forwarded last, slope (n) being the derivatives of
 * the loss by the scores. */
void rs_net_backward(struct rs_net_pass *p, const float *slope,
    const float *turned, struct rs_net_gradient *g);

/* What a layer gives that hangs on one side alone, for each of that side's
 * rows, without dropout: its width in out (rows, ld), then zeros. */
void rs_net_side(const struct rs_net *net, struct rs_pool *pool,
    rs_layer layer, float *out, size_t ld);

/* Floats that a layer gives, padding left out. */
size_t rs_net_width(const struct rs_net *net, rs_layer layer);

#endif
