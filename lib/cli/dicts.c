/* dicts: the dictionaries of -D DIR, for a tool. */
#include <inttypes.h>
#include <stdlib.h>

#include "cli/dicts.h"
#include "cli/tool.h"

struct rs_dict *
rs_dict_side(const char *dir, const char *name)
{
	char *path = rs_dict_path(dir, name);
	struct rs_reader *r = rs_side("dictionary", path,
	    "id:str count:i64 ?label:str");
	struct rs_dict *d = rs_dict_new();
	struct rs_err e;

	for (struct rs_block *b; (b = rs_read(r)) != NULL; )
		if (rs_dict_take(d, b, &e) < 0)
			rs_bad("%s: %s", path, e.text);
	rs_reader_close(r);
	free(path);
	return d;
}

void
rs_dict_belongs(const struct rs_dict *d, const char *name,
    const struct rs_reader *in)
{
	struct rs_err e;

	if (rs_dict_check(d, name, &rs_reader_head(in)->lines, &e) < 0 ||
	    rs_dict_check(d, name, rs_reader_end(in), &e) < 0)
		rs_bad("%s: %s", rs_reader_name(in), e.text);
}

void
rs_dict_beyond(const struct rs_dict *d, const char *name,
    struct rs_reader *in, uint64_t row, uint32_t index)
{
	while (rs_read(in) != NULL)
		continue;
	rs_dict_belongs(d, name, in);
	rs_bad("%s: row %" PRIu64 ": %s %" PRIu32 " is not in the dictionary "
	    "of %" PRIu32 " %ss", rs_reader_name(in), row, name, index,
	    rs_dict_size(d), name);
}
