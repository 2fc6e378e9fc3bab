/*
 * names: which place a name of 16 digits has.
 *
 * Why a table: a ledger may have 10^5 trials, and each is looked for.
 */
#include <stdlib.h>

#include "base/mem.h"
#include "trial/names.h"

static struct rs_name *
find(const struct rs_names *m, uint64_t hash)
{
	size_t i = (size_t)hash & (m->slots - 1);

	while (m->slot[i].at != 0 && m->slot[i].hash != hash)
		i = (i + 1) & (m->slots - 1);
	return &m->slot[i];
}

static void
grow(struct rs_names *m)
{
	struct rs_names old = *m;

	if (m->n * 2 < m->slots)
		return;
	m->slots = m->slots > 0 ? rs_size(m->slots, 2) : 64;
	m->slot = rs_zalloc(rs_size(m->slots, sizeof(*m->slot)));
	for (size_t i = 0; i < old.slots; i++) {
		if (old.slot[i].at != 0)
			*find(m, old.slot[i].hash) = old.slot[i];
	}
	free(old.slot);
}

bool
rs_names_add(struct rs_names *m, uint64_t hash, size_t at)
{
	struct rs_name *x;

	grow(m);
	x = find(m, hash);
	if (x->at != 0)
		return false;
	*x = (struct rs_name){ .hash = hash, .at = at + 1 };
	m->n++;
	return true;
}

size_t
rs_names_find(const struct rs_names *m, uint64_t hash)
{
	const struct rs_name *x = m->slots > 0 ? find(m, hash) : NULL;

	return x != NULL && x->at != 0 ? x->at - 1 : SIZE_MAX;
}

void
rs_names_free(struct rs_names *m)
{
	free(m->slot);
	*m = (struct rs_names){ 0 };
}

bool
rs_name_parse(const char *name, uint64_t *hash)
{
	*hash = 0;
	for (int i = 0; i < 16; i++) {
		const char c = name[i];

		if (!(c >= '0' && c <= '9') && !(c >= 'a' && c <= 'f'))
			return false;
		*hash = *hash << 4 | (uint64_t)(c <= '9' ? c - '0' :
		    c - 'a' + 10);
	}
	return name[16] == '\0';
}
