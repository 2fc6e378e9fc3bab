/* bitset: a set of u32, in memory where they lie only. */
#include <stdlib.h>

#include "base/mem.h"
#include "data/bitset.h"

enum { PAGES = 65536 };

void
rs_bitset_make(struct rs_bitset *s, uint32_t v)
{
	if (s->page == NULL)
		s->page = rs_zalloc(PAGES * sizeof(*s->page));
	if (s->page[v >> 16] == NULL)
		s->page[v >> 16] = rs_zalloc(RS_BITSET_WORDS *
		    sizeof(**s->page));
}

bool
rs_bitset_next(const struct rs_bitset *s, uint64_t *i)
{
	while (s->page != NULL && *i <= UINT32_MAX) {
		const uint64_t *page = s->page[*i >> 16];
		uint64_t word;

		if (page == NULL) {
			*i = ((*i >> 16) + 1) << 16;
			continue;
		}
		word = page[(*i & 0xffff) / 64] >> (*i & 63);
		if (word != 0) {
			*i += (uint64_t)__builtin_ctzll(word);
			return true;
		}
		*i = (*i / 64 + 1) * 64;
	}
	return false;
}

void
rs_bitset_free(struct rs_bitset *s)
{
	for (int p = 0; s->page != NULL && p < PAGES; p++)
		free(s->page[p]);
	free(s->page);
	s->page = NULL;
}
