/* couples: lines that name pairs of a user and an item. */
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/num.h"
#include "io/couples.h"

static const char *const SIDE[2] = { "user", "item" };
static const char *const ID[2] = { "user_id", "item_id" };

static bool
is_word(const struct rs_cell *c, const char *word)
{
	return c->n == strlen(word) && memcmp(c->p, word, c->n) == 0;
}

static bool
names(const struct rs_couples *c, int side, const struct rs_cell *cell)
{
	if (c->field[side] != NULL)
		return is_word(cell, c->field[side]);
	return is_word(cell, SIDE[side]) || is_word(cell, ID[side]);
}

/* Which columns are user and item, if the line is a header. */
static int
find_columns(struct rs_couples *c, struct rs_err *e)
{
	const struct rs_cells *s = &c->split;
	size_t found[2] = { 0, 0 };

	for (int side = 0; side < 2; side++)
		for (size_t i = 0; i < s->n; i++)
			if (names(c, side, &s->cell[i])) {
				found[side]++;
				c->at[side] = i;
			}
	for (int side = 0; side < 2; side++) {
		const char *field = c->field[side];

		if (found[side] > 1)
			return rs_fail(e, "two columns for the %s",
			    SIDE[side]);
		if (found[side] == 0 && field != NULL)
			return rs_fail(e, "the header has no column "
			    "%.100s", field);
		if (found[side] == 0 && found[!side] > 0)
			return rs_fail(e, "a column for the %s, and none for "
			    "the %s", SIDE[!side], SIDE[side]);
	}
	c->header = found[0] > 0;
	if (c->header)
		return 0;
	if (s->n < 2)
		return rs_fail(e, "one field, and a pair has two");
	c->at[0] = 0;
	c->at[1] = 1;
	return 0;
}

static void
name_columns(struct rs_couples *c)
{
	const struct rs_cells *s = &c->split;
	char name[RS_NUM_MAX + 8] = "column";

	c->width = s->n;
	c->column = rs_alloc(rs_size(c->width, sizeof(*c->column)));
	for (size_t i = 0; i < c->width; i++) {
		name[6 + rs_format_u64(name + 6, i + 1)] = '\0';
		c->column[i] = c->header ?
		    rs_memdup(s->cell[i].p, s->cell[i].n) :
		    rs_strdup(i < 2 ? ID[i] : name);
	}
}

void
rs_couples_none(struct rs_couples *c)
{
	c->form = RS_COUPLES_JSON;
	c->width = 2;
	c->column = rs_alloc(2 * sizeof(*c->column));
	for (size_t s = 0; s < 2; s++) {
		if (c->field[s] == NULL)
			c->field[s] = ID[s];
		c->column[s] = rs_strdup(c->field[s]);
		c->at[s] = s;
	}
}

static int
split(struct rs_couples *c, const char *line, size_t n, struct rs_err *e)
{
	if (n > RS_REQUEST_MAX)
		return rs_fail(e, "a line over %d bytes", RS_REQUEST_MAX);
	return rs_cells_split(&c->split, line, n,
	    c->form == RS_COUPLES_TSV ? '\t' : ',', e);
}

int
rs_couples_begin(struct rs_couples *c, const char *line, size_t n,
    struct rs_err *e)
{
	size_t blanks = 0;

	while (blanks < n && line[blanks] == ' ')
		blanks++;
	if (blanks < n && line[blanks] == '{') {
		rs_couples_none(c);
		return 0;
	}
	c->form = n > 0 && memchr(line, '\t', n) != NULL ? RS_COUPLES_TSV :
	    RS_COUPLES_CSV;
	if (split(c, line, n, e) < 0 || find_columns(c, e) < 0)
		return -1;
	name_columns(c);
	return 0;
}

static int
read_object(struct rs_couples *c, const char *line, size_t n,
    struct rs_err *e)
{
	struct rs_request *q = &c->request;

	if (rs_request_pairs(q, c->field, line, n, e) < 0)
		return -1;
	rs_grow(&c->pair, &c->room, rs_size(2, q->user.n), sizeof(*c->pair));
	for (size_t i = 0; i < q->user.n; i++) {
		c->pair[2 * i] = (struct rs_cell){ q->user.id[i].p,
			q->user.id[i].n };
		c->pair[2 * i + 1] = (struct rs_cell){ q->item.id[i].p,
			q->item.id[i].n };
	}
	c->shape = q->shape;
	c->cell = c->pair;
	c->n = q->user.n;
	return 0;
}

int
rs_couples_read(struct rs_couples *c, const char *line, size_t n,
    struct rs_err *e)
{
	c->n = 0;
	if (c->form == RS_COUPLES_JSON)
		return read_object(c, line, n, e);
	if (split(c, line, n, e) < 0)
		return -1;
	if (c->split.n != c->width)
		return rs_fail(e, "%zu fields where the first line has %zu",
		    c->split.n, c->width);
	c->shape = RS_REQUEST_ONE;
	c->cell = c->split.cell;
	c->n = 1;
	return 0;
}

bool
rs_couples_has(const struct rs_couples *c, const char *name)
{
	for (size_t i = 0; i < c->width; i++)
		if (strcmp(c->column[i], name) == 0)
			return true;
	return false;
}

void
rs_couples_free(struct rs_couples *c)
{
	for (size_t i = 0; i < c->width; i++)
		free(c->column[i]);
	free(c->column);
	free(c->pair);
	rs_request_free(&c->request);
	rs_cells_free(&c->split);
}
