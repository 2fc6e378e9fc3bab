/* rival: another contender in a file, a model or recommendations. */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "cli/evidence.h"
#include "cli/rival.h"
#include "cli/tool.h"

/* A model begins with the length of its JSON, which begins with a brace; no
 * stream, text or gzip has one there and a zero before it.  A model is mapped,
 * so it is a plain file; nothing is read of others, that could not be read
 * again. */
static bool
is_model(const char *path)
{
	unsigned char first[9] = { 0 };
	struct stat st;
	size_t n;
	FILE *f;

	if (stat(path, &st) < 0 || !S_ISREG(st.st_mode))
		return false;
	f = fopen(path, "rbe");
	if (f == NULL)
		rs_die("%s: %s", path, strerror(errno));
	n = fread(first, 1, sizeof(first), f);
	fclose(f);
	return n == sizeof(first) && first[7] == 0 && first[8] == '{';
}

/* Its indices must be those of the roster. */
static void
check_model(const struct rs_roster *r, const struct rs_model *m)
{
	static const char *const side[2] = { "user", "item" };
	struct rs_err e;

	if (r->model == NULL && r->dict[0] == NULL)
		rs_misuse("%s is a model: name the dictionaries of the others "
		    "with -D", rs_model_name(m));
	for (int s = 0; s < 2 && r->model == NULL; s++)
		if (rs_dict_check(r->dict[s], side[s], rs_model_lines(m),
		    &e) < 0)
			rs_bad("%s: %s", rs_model_name(m), e.text);
	for (int s = 0; s < 2 && r->model != NULL; s++)
		if (rs_dict_agree(side[s], rs_model_lines(m),
		    rs_model_lines(r->model), &e) < 0)
			rs_bad("%s and %s: %s", rs_model_name(m),
			    rs_model_name(r->model), e.text);
}

void
rs_rival_begin(struct rs_rival *v, struct rs_roster *r, const char *path)
{
	struct rs_err e;

	*v = (struct rs_rival){ .path = path };
	if (!is_model(path)) {
		v->scored = rs_evidence_lists(r, path, &v->lists);
		return;
	}
	v->model = rs_model_open(path, &e);
	if (v->model == NULL)
		rs_bad("%s", e.text);
	check_model(r, v->model);
}

void
rs_rival_end(struct rs_rival *v)
{
	if (v->model != NULL)
		rs_model_close(v->model);
	rs_lists_free(&v->lists);
	*v = (struct rs_rival){ 0 };
}
