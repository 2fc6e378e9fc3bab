/* rival: another contender in a file, a model or recommendations. */
#include "cli/evidence.h"
#include "cli/models.h"
#include "cli/rival.h"
#include "cli/tool.h"

/* A model of the dictionaries of -D, where the roster has no model. */
static struct rs_model *
open_alone(const struct rs_roster *r, const char *path)
{
	static const char *const side[2] = { "user", "item" };
	struct rs_model *m;
	struct rs_err e;

	if (r->dict[0] == NULL)
		rs_misuse("%s is a model: name the dictionaries of the others "
		    "with -D", path);
	m = rs_model_open(path, &e);
	if (m == NULL)
		rs_bad("%s", e.text);
	for (int s = 0; s < 2; s++)
		if (rs_dict_check(r->dict[s], side[s], rs_model_lines(m),
		    &e) < 0)
			rs_bad("%s: %s", path, e.text);
	return m;
}

void
rs_rival_begin(struct rs_rival *v, struct rs_roster *r, const char *path)
{
	*v = (struct rs_rival){ .path = path };
	if (!rs_is_model(path)) {
		v->scored = rs_evidence_lists(r, path, &v->lists);
		return;
	}
	v->model = r->model != NULL ? rs_model_beside(path, r->model) :
	    open_alone(r, path);
}

void
rs_rival_end(struct rs_rival *v)
{
	if (v->model != NULL)
		rs_model_close(v->model);
	rs_lists_free(&v->lists);
	*v = (struct rs_rival){ 0 };
}
