/*
 * sides: the score of a user and an item from what was prepared for each.
 *
 *	s = rs_sides_open(m, &err);			(gmf, mlp, neumf)
 *	rs_sides_score(s, user, item, n, score);
 *	rs_sides_close(s);
 *
 * The first dense layer's product with (p, q) is one with p and one with q.
 * So what comes before its rectifier is the sum of a part that only the user
 * has (with the bias) and one that only the item has, and both are formed for
 * all rows when the model is opened: a pair costs an addition, the layers
 * behind it, and the product of the gmf half, whose output weights the items'
 * rows have taken in.  Layers run over blocks of pairs (kernel/dense.h).
 *
 * A score does not depend on which others are asked for with it.
 *
 * Memory beside the file: (users + items) (G + H) floats, G being the width
 * of gmf's embedding and H that of the first layer, both in whole lanes; the
 * weights twice; and a block of pairs a call.  Any number of threads.
 */
#ifndef RS_MODEL_SIDES_H
#define RS_MODEL_SIDES_H

#include "kernel/dense.h"
#include "model/ncf.h"

enum { RS_SIDES_BLOCK = 48 };	/* pairs: eight register tiles of six, whose
				 * inputs stay in the second cache */

/* A dense layer, and where its output stands in a block's room. */
struct rs_sides_layer {
	struct rs_dense_shape shape;
	float *w, *b;		/* NULL in what the first layer adds */
	float *turned;		/* as rs_dense_turn makes it */
	size_t at;		/* floats a pair */
};

struct rs_sides {
	const struct rs_model *m;
	struct rs_ncf x;
	size_t g, h;		/* G, H; the stride of a row is their sum */
	float *row[2];		/* (U, G + H), (I, G + H) */
	float *shared[2][2];	/* embedding=dense: the c of a side's gmf and
				 * mlp tables, in whole lanes */
	struct rs_sides_layer first[2];		/* of one side alone */
	struct rs_sides_layer layer[RS_PARAM_LIST_MAX];	/* [0]: only at */
	size_t room;		/* floats a pair */
	float *weight;		/* (G) that items take in */
	float *out;		/* the last layer's, in whole lanes */
	float bias;
	float *biases;		/* (I) all bias, where linear */

	/* Of those who are new: newcomer.c's. */
	size_t negatives;
	bool verify;
	uint64_t seed, pairs;
	double lambda;
	float *mean;		/* (gmf + mlp) of the users' embeddings */
	double scale[2];	/* and how far they are from it, of each half */
};

/* NULL with a sentence.  yours */
void *rs_sides_open(const struct rs_model *m, struct rs_err *e);
void rs_sides_close(void *sides);

/* gmf alone is an inner product. */
bool rs_sides_linear(const void *sides, struct rs_linear *lin);

/* Of one user and n items (NULL: items 0..n-1); of n pairs. */
void rs_sides_score(const void *sides, uint32_t user, const uint32_t *item,
    size_t n, float *score);
void rs_sides_pairs(const void *sides, const uint32_t *user,
    const uint32_t *item, size_t n, float *score);

/* Someone new, by rs_newcomer_fold: a row is what is prepared of a user, and
 * behind that 16 floats, where a linear model's bias stands. */
size_t rs_sides_row(const void *sides);
void rs_sides_score_row(const void *sides, const float *row,
    const uint32_t *item, size_t n, float *score);

/* Prepare n rows of a side: to (n, G + H). */
struct rs_sides_raw {
	const float *part[2];	/* of gmf and mlp, or NULL */
	size_t stride[2];	/* floats */
};
void rs_sides_prepare(const struct rs_sides *s, enum rs_side side,
    const struct rs_sides_raw *raw, size_t n, float *to);

/* Scores of n <= RS_SIDES_BLOCK pairs of prepared rows; room (block, room)
 * keeps what each layer gave, layer k from n layer[k].at on. */
void rs_sides_block(const struct rs_sides *s, const float *const *user,
    const float *const *item, size_t n, float *room, float *score);

#endif
