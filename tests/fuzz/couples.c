/* Any bytes as lines that name pairs; the first one tells whether the fields
 * have names. */
#include <assert.h>
#include <string.h>

#include "base/hash.h"
#include "io/couples.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Every byte of every cell is looked at. */
static uint64_t
look(const struct rs_couples *c)
{
	uint64_t sum = 0;

	assert(c->at[0] < c->width && c->at[1] < c->width);
	for (size_t i = 0; i < c->n * c->width; i++)
		sum ^= rs_hash(c->cell[i].p, c->cell[i].n);
	return sum;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static volatile uint64_t sum;
	struct rs_couples c = { .field = { NULL, NULL } };
	const char *p = (const char *)data;
	const char *end = p + size;
	bool begun = false;
	struct rs_err e;

	if (size == 0)
		return 0;
	if (*p++ == 'x') {
		c.field[0] = "u";
		c.field[1] = "i";
	}
	while (p < end) {
		const char *lf = memchr(p, '\n', (size_t)(end - p));
		const size_t n = (size_t)((lf != NULL ? lf : end) - p);

		if (!begun && rs_couples_begin(&c, p, n, &e) < 0)
			break;
		if ((begun || !c.header) && rs_couples_read(&c, p, n, &e) == 0)
			sum += look(&c);
		begun = true;
		p += n + (lf != NULL);
	}
	rs_couples_free(&c);
	(void)sum;
	return 0;
}
