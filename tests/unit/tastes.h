/*
 * tastes: a little train of two kinds of users.
 *
 *	struct rs_csr m = tastes(50, 70, 0.2, 0.05, true);
 *
 * Even users like the lower half of the items, odd ones the upper: a pair of
 * the half that they like is there with chance near, another with chance far.
 * User 5 has nothing, user 6 everything.  Weights are 1..5.
 */
#ifndef TASTES_H
#define TASTES_H

#include <stdbool.h>
#include <stdint.h>

#include "base/draw.h"
#include "base/mem.h"
#include "data/csr.h"

static struct rs_csr
tastes(uint32_t users, uint32_t items, double near, double far, bool weighted)
{
	struct rs_csr m = { .users = users, .items = items };

	m.start = rs_zalloc((users + 1) * sizeof(*m.start));
	m.item = rs_alloc(users * items * sizeof(*m.item));
	if (weighted)
		m.weight = rs_alloc(users * items * sizeof(*m.weight));
	for (uint32_t u = 0; u < users; u++) {
		for (uint32_t i = 0; i < items; i++) {
			const double p = u == 5 ? 0 : u == 6 ? 1 :
			    (u % 2 == 0) == (i < items / 2) ? near : far;

			if (!rs_chance(p, 17, RS_DRAW_SYNTH, u * items + i))
				continue;
			if (weighted)
				m.weight[m.nnz] = (float)(1 + (u + i) % 5);
			m.item[m.nnz++] = i;
		}
		m.start[u + 1] = m.nnz;
	}
	return m;
}

#endif
