/* labelled: rows of a stream that say of a pair how much it was wanted. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "data/labelled.h"
#include "test.h"

enum { ROWS = 5 };

/* A block whose labels are x, of a type. */
struct made {
	struct rs_head *head;
	struct rs_vec col[3];
	uint32_t user[ROWS], item[ROWS], u32[ROWS];
	uint8_t u8[ROWS];
	int64_t i64[ROWS];
	float f32[ROWS];
	struct rs_block block;
};

static void
make(struct made *m, enum rs_type type, const double x[ROWS], uint64_t first)
{
	m->head = rs_head_new();
	rs_head_column(m->head, "label", type);
	rs_head_column(m->head, "item", RS_U32);
	rs_head_column(m->head, "user", RS_U32);
	for (uint32_t i = 0; i < ROWS; i++) {
		m->user[i] = UINT32_MAX - i;
		m->item[i] = 7 * i;
		m->u8[i] = (uint8_t)fabs(x[i]);
		m->u32[i] = (uint32_t)fabs(x[i]);
		m->i64[i] = isnan(x[i]) ? 0 : (int64_t)x[i];
		m->f32[i] = (float)x[i];
	}
	m->col[0] = (struct rs_vec){ .type = type, .any =
	    type == RS_U8 ? (void *)m->u8 : type == RS_U32 ? (void *)m->u32 :
	    type == RS_I64 ? (void *)m->i64 : (void *)m->f32 };
	m->col[1] = (struct rs_vec){ .type = RS_U32, .u32 = m->item };
	m->col[2] = (struct rs_vec){ .type = RS_U32, .u32 = m->user };
	m->block = (struct rs_block){ .head = m->head, .rows = ROWS,
		.first = first, .col = m->col };
}

static const enum rs_type TYPES[] = { RS_U8, RS_U32, RS_I64, RS_F32 };

static void
test_rows_stand_as_they_came(void)
{
	static const double whole[ROWS] = { 1, 0, 0, 1, 1 };
	static const double part[ROWS] = { 0.5, 0, 1, 0.125, 1e-30 };
	struct rs_labelled l = { 0 };
	struct rs_err e = { "" };

	for (size_t k = 0; k < 5; k++) {
		const double *x = k < 4 ? whole : part;
		struct made m;

		make(&m, TYPES[k < 4 ? k : 3], x, k * ROWS);
		ok(rs_labelled_put(&l, &m.block, &e) == 0, "%s", e.text);
		ok(l.n == (k + 1) * ROWS, "%zu rows", l.n);
		for (size_t i = 0; i < ROWS; i++)
			ok(l.user[k * ROWS + i] == m.user[i] &&
			    l.item[k * ROWS + i] == m.item[i] &&
			    l.label[k * ROWS + i] - (float)x[i] == 0,
			    "row %zu of block %zu", i, k);
		rs_head_free(m.head);
	}
	rs_labelled_free(&l);
	ok(l.n == 0 && l.user == NULL, "nothing is left");
}

static void
test_what_is_no_label_is_refused_by_its_row(void)
{
	static const double bad[] = { -1, 2, 255, -1e-9, 1.0000001, NAN,
		INFINITY, -INFINITY };

	for (size_t k = 0; k < sizeof(bad) / sizeof(*bad); k++)
		for (size_t type = 0; type < 4; type++) {
			const double x[ROWS] = { 1, 0, 1, bad[k], 1 };
			struct rs_labelled l = { 0 };
			struct rs_err e = { "" };
			struct made m;

			/* What other types than f32 can say. */
			if (type < 3 && (k > 2 || (type < 2 && bad[k] < 0) ))
				continue;
			make(&m, TYPES[type], x, 100);
			ok(rs_labelled_put(&l, &m.block, &e) == -1, "%g",
			    bad[k]);
			ok(strncmp(e.text, "row 104 has the label ", 22) == 0,
			    "%s", e.text);
			ok(l.n == 0, "and nothing was taken");
			rs_head_free(m.head);
			rs_labelled_free(&l);
		}
}

int
main(void)
{
	test_rows_stand_as_they_came();
	test_what_is_no_label_is_refused_by_its_row();
	return test_end();
}
