/*
 * layer: how net.c has built a net, for param.c, which fills it, and pass.c,
 * which runs it.
 *
 * A layer's width may leave places of its last lane unused, and a concat has
 * such holes between its parts too: place says where number k of a width
 * stands.  In memory a layer's samples are rows of span floats, or part of the
 * rows of the layer that it goes into: what a relu or dropout gets is
 * overwritten by what it gives, and the parts of a concat are written where
 * the whole is wanted.  So a buffer is named by its base, in floats a sample,
 * among all buffers of a pass, where within its rows one begins, and how far
 * these are apart.
 */
#ifndef RS_MODEL_LAYER_H
#define RS_MODEL_LAYER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "model/net.h"

enum rs_layer_kind {
	RS_LAYER_EMBEDDING, RS_LAYER_BIAS, RS_LAYER_DENSE, RS_LAYER_RELU,
	RS_LAYER_DROPOUT, RS_LAYER_PRODUCT, RS_LAYER_CONCAT, RS_LAYER_SUM,
};

struct rs_layer_place {
	size_t base, within, ld;
};

struct rs_layer_at {
	enum rs_layer_kind kind;
	rs_layer a, b;		/* what goes in; b: product, concat */
	bool used;		/* goes into another */
	size_t width, span;	/* span: with what pads it, whole lanes */
	enum rs_side side;	/* embedding */
	size_t weight, bias;	/* where its parameters begin; embedding:
				 * weight within the row */
	uint32_t chance;	/* dropout, of RS_LAYER_CHANCES */
	float scale;
	size_t keep;		/* dropout: bytes a sample before its own */
	bool chosen;		/* product: what goes in is only formed where
				 * neither dropout makes it 0 */
	size_t rows;		/* dense below such: its weights by rows of
				 * outputs, in what is turned */
	struct rs_layer_place y, g;	/* values, slopes */
};

struct rs_net_layers {
	struct rs_layer_at *at;
	size_t n, room;
	size_t param_room;
	rs_layer score;
	/* Of a pass, a sample: floats of values, slopes, of the widest dense
	 * layer, and bytes of what dropouts keep and products choose. */
	size_t values, slopes, widest, keeps, wants;
};

/* Where number k of a layer's width stands in its row. */
size_t rs_layer_place(const struct rs_net *net, rs_layer layer, size_t k);

/* Whether no hole is between them. */
bool rs_layer_whole(const struct rs_net *net, rs_layer layer);

/* Whether a dense layer's weights are one row: of one output, (in); else
 * they are panels of kernel/dense.h. */
static inline bool
rs_layer_thin(const struct rs_layer_at *l)
{
	return l->width == 1;
}

#endif
