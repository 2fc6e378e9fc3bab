/*
 * names: which place a name of 16 digits has, in the trials of a search, its
 * ledger and costs, or among the models of a registry.
 *
 *	if (!rs_names_add(&names, hash, i))
 *		... it was there ...
 *	i = rs_names_find(&names, hash);	(SIZE_MAX: it is not there)
 *
 * Names are digests already, and whoever makes two of them meet on purpose
 * only slows his own search down.  Zeroed is empty.  One thread.
 */
#ifndef RS_TRIAL_NAMES_H
#define RS_TRIAL_NAMES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct rs_names {
	struct rs_name {
		uint64_t hash;
		size_t at;	/* + 1; 0: nothing here */
	} *slot;
	size_t slots, n;
};

bool rs_names_add(struct rs_names *m, uint64_t hash, size_t at);
size_t rs_names_find(const struct rs_names *m, uint64_t hash);
void rs_names_free(struct rs_names *m);

/* A name's digits as a number; false: it is no name. */
bool rs_name_parse(const char *name, uint64_t *hash);

#endif
