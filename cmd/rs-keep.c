/* rs-keep: keep models by their fingerprints, and links to the ones in use. */
#include <stdio.h>
#include <string.h>

#include "base/buf.h"
#include "base/num.h"
#include "cli/tool.h"
#include "io/sink.h"
#include "trial/registry.h"

static struct {
	const char *dir, *figures, *best, *remove, *output;
	bool list, verify;
	struct rs_list names, models;
} o;

static void
check_usage(void)
{
	struct rs_err e;
	bool more;

	if (o.dir == NULL)
		rs_misuse("-R DIR is needed: the registry");
	if ((o.list || o.verify || o.remove != NULL) +
	    (o.models.n > 0 || o.best != NULL || o.names.n > 0) > 1 ||
	    o.list + o.verify + (o.remove != NULL) > 1)
		rs_misuse("--list, --verify and --remove stand alone");
	if ((o.figures != NULL || o.names.n > 0) && o.models.n != 1)
		rs_misuse("--metrics and --as are of one MODEL");
	if (o.best != NULL && rs_figure_direction(o.best, &more, &e) < 0)
		rs_misuse("%s", e.text);
	for (size_t i = 0; i < o.names.n; i++) {
		if (rs_registry_check_name(o.names.item[i], &e) < 0)
			rs_misuse("%s", e.text);
	}
}

static struct rs_registry *
open_registry(bool to_write)
{
	struct rs_err e;
	struct rs_registry *r = rs_registry_open(o.dir, to_write, &e);

	if (r == NULL)
		rs_bad("%s", e.text);
	return r;
}

/* What there is of figures, as NAME=VALUE. */
static void
put_figures(const struct rs_figures *f, struct rs_buf *b)
{
	const char *blank = "";
	char text[RS_NUM_MAX];
	double value;

	for (size_t i = 0; i < f->n; i++) {
		if (!rs_figures_get(f, f->figure[i].name, &value))
			continue;
		rs_buf_printf(b, "%s%s=", blank, f->figure[i].name);
		rs_buf_put(b, text, rs_format_f64(text, value));
		blank = " ";
	}
}

/* What is known of a model: its fingerprint, algorithm, links and figures. */
static void
put_entry(struct rs_registry *r, const struct rs_kept *x, struct rs_buf *b)
{
	rs_buf_printf(b, "%s\t%s\t", x->model, x->algorithm);
	rs_registry_links(r, x, b);
	rs_buf_char(b, '\t');
	put_figures(&x->figures, b);
	rs_buf_char(b, '\n');
}

static void
print_entries(struct rs_registry *r)
{
	struct rs_sink *s = rs_sink_open(o.output);
	struct rs_buf b = { 0 };

	for (size_t i = 0; i < rs_registry_size(r); i++)
		put_entry(r, rs_registry_at(r, i), &b);
	rs_sink_put(s, b.data, b.len);
	rs_sink_close(s);
	rs_buf_free(&b);
}

static void
say(const char *sentence)
{
	rs_say("%s", sentence);
}

static void
verify(struct rs_registry *r)
{
	const size_t wrong = rs_registry_verify(r, say);

	if (wrong > 0)
		rs_bad("%s: %zu of its files or links are not what they should"
		    " be", o.dir, wrong);
	rs_note("%s: %zu models, all sound", o.dir, rs_registry_size(r));
}

static void
remove_model(struct rs_registry *r)
{
	struct rs_err e;
	struct rs_kept *x = rs_registry_find(r, o.remove, &e);

	if (x == NULL || rs_registry_remove(r, x, &e) < 0)
		rs_bad("%s", e.text);
}

static void
add_figures(struct rs_kept *x)
{
	struct rs_figures f = { 0 };
	struct rs_err e;

	if (rs_figures_read(&f, o.figures, &e) < 0)
		rs_bad("%s", e.text);
	for (size_t i = 0; i < f.n; i++)
		rs_figures_set(&x->figures, f.figure[i].name,
		    f.figure[i].value);
	rs_figures_free(&f);
}

/* Copy models in: the last one is the latest. */
static void
add_models(struct rs_registry *r)
{
	struct rs_kept *x = NULL;
	struct rs_err e;

	for (size_t i = 0; i < o.models.n; i++) {
		x = rs_registry_add(r, o.models.item[i], &e);
		if (x == NULL)
			rs_bad("%s", e.text);
		if (o.figures != NULL)
			add_figures(x);
		printf("%s\n", x->model);
	}
	rs_registry_save(r);
	if (x != NULL)
		rs_registry_link(r, "latest", x);
	for (size_t i = 0; i < o.names.n; i++)
		rs_registry_link(r, o.names.item[i], x);
}

static void
link_best(struct rs_registry *r)
{
	struct rs_err e;
	const struct rs_kept *x = rs_registry_best(r, o.best, &e);

	if (x == NULL)
		rs_bad("%s", e.text);
	rs_registry_link(r, "best", x);
	rs_note("%s/best is %s", o.dir, x->model);
}

int
main(int argc, char **argv)
{
	const struct rs_opt opts[] = {
		RS_OPT_FILE('R', "records", "DIR", &o.dir,
		    "the registry; made where it is not there"),
		RS_OPT_FILE(0, "metrics", "FILE", &o.figures,
		    "what rs-eval said of MODEL"),
		RS_OPT_STR(0, "best", "METRIC", &o.best,
		    "let the link best point to the model with the best METRIC"),
		RS_OPT_LIST(0, "as", "NAME", &o.names,
		    "let a link NAME point to MODEL"),
		RS_OPT_FLAG(0, "list", &o.list,
		    "print what is kept (also without any other option)"),
		RS_OPT_FLAG(0, "verify", &o.verify,
		    "read every model; say what does not match its name"),
		RS_OPT_STR(0, "remove", "NAME", &o.remove,
		    "take out a model that no link needs"),
		RS_OPT_OUTPUT(&o.output),
		RS_OPT_OPERAND_FILES("MODEL", &o.models, 0, 1e6,
		    "models of rs-fit to keep"),
		RS_OPT_END
	};
	struct rs_registry *r;
	bool to_write;

	rs_begin(argc, argv, "keep models by their fingerprints", opts);
	check_usage();
	to_write = o.models.n > 0 || o.best != NULL || o.remove != NULL;
	r = open_registry(to_write);
	if (o.verify)
		verify(r);
	else if (o.remove != NULL)
		remove_model(r);
	else if (!to_write)
		print_entries(r);
	if (o.models.n > 0)
		add_models(r);
	if (o.best != NULL)
		link_best(r);
	rs_registry_close(r);
	return rs_end(NULL, NULL);
}
