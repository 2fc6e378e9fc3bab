/*
 * recipe: provenance as a shell script.
 *
 * A lineage is what the "by", "part" and "input" lines of one stream say, and
 * under "with ROLE" the lineages of the streams that options named.  Several
 * tools of a pipe may have a stream of one role each; their lineages stand one
 * after the other, in the order of the tools, and one begins where "by" or
 * "part" comes after "input" or "with".  Each lineage becomes a few commands:
 * the streams that its options name first, each into a file of the script's own
 * directory; then the tools in their order, joined by pipes where the next one
 * needs no file that the one before it writes.
 */
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "cli/recipe.h"
#include "trial/script.h"

/* What a script must know of a tool.  Lists of long options have blanks
 * around each word. */
static const struct tool {
	const char *name;
	const char *plain;	/* taken as they are */
	const char *side;	/* name a stream to read */
	const char *part;	/* name a stream to write */
	const char *dir;	/* names the dictionaries */
	bool makes_dir;		/* may write them */
	bool is_source;		/* reads the raw inputs */
	bool joins;		/* reads more streams behind stdin */
	bool is_last;		/* writes a file, by -o, and no stream */
} tools[] = {
	{ .name = "rs-clean", .is_source = true,
	    .plain = " columns delimiter quote no-header jsonl from"
		" time-format where integer-ids max-errors ragged " },
	{ .name = "rs-index", .makes_dir = true,
	    .plain = " order min-user min-item rounds frozen unknown"
		" extend ",
	    .side = " labels ", .dir = " dictionaries " },
	{ .name = "rs-split", .dir = " dictionaries ",
	    .plain = " random mask per-user latest leave-one-out after fold"
		" unit order short overlap seed ",
	    .part = " test valid " },
	{ .name = "rs-negsample",
	    .plain = " negatives by power distinct per-user unverified seed ",
	    .side = " exclude ", .dir = " dictionaries " },
	{ .name = "rs-confidence",
	    .plain = " events combine scale alpha eps k1 b half-life now " },
	{ .name = "rs-cat", .joins = true,
	    .plain = " head user format ", .dir = " dictionaries " },
	{ .name = "rs-fit", .is_last = true,
	    .plain = " factors epochs param preset metrics keep-seen every"
		" patience no-seen seed ",
	    .side = " valid warm gmf mlp ", .dir = " dictionaries " },
	{ .name = NULL }
};

struct lineage {
	struct rs_lines lines;		/* by, part, input */
	struct side {
		char *role;
		struct lineage *of;
		unsigned tool;	/* that took it, from 1; 0: none yet */
	} *side;
	size_t sides, room;
};

struct maker {
	struct rs_buf commands, checks;
	unsigned files;		/* "$work/1" .. */
	struct rs_lines inputs;	/* fingerprints of "$1" .. */
	unsigned dirs;		/* "$work/ids1" .. */
	struct rs_err *e;
};

enum {
	DEPTH_MAX = 16,		/* side streams of side streams */
	ROLES_MAX = 256,	/* side streams of one stream */
	PARTS_MAX = 4,
};

/* The commands of one lineage while they are written. */
struct pipe {
	struct maker *m;
	struct lineage *l;
	struct rs_buf line;	/* goes behind the commands that it needs */
	bool open;		/* a tool's output waits */
	unsigned from;		/* else the file that it is in; 0: no tool yet */
	unsigned dir;		/* the dictionaries; 0: not made yet */
	struct part {
		char name[16];
		unsigned file;
	} part[PARTS_MAX];	/* that the last tool writes */
	size_t parts;
	unsigned tools;		/* so far */
	char *wanted;		/* the part of the next tool; NULL: stdout */
};

/* ---- Lineages. ---- */

static void
free_lineage(struct lineage *l)
{
	if (l == NULL)
		return;
	for (size_t i = 0; i < l->sides; i++) {
		free_lineage(l->side[i].of);
		free(l->side[i].role);
	}
	free(l->side);
	rs_lines_free(&l->lines);
	free(l);
}

/* The first stream of a role that this tool took; of tool 0, that none did. */
static struct side *
find_side(struct lineage *l, const char *role, unsigned tool)
{
	for (size_t i = 0; i < l->sides; i++) {
		if (l->side[i].tool == tool &&
		    strcmp(l->side[i].role, role) == 0)
			return &l->side[i];
	}
	return NULL;
}

static struct lineage *parse(const struct rs_lines *lines, int depth,
    struct rs_err *e);

/* A lineage of one role; its lines are taken. */
static int
add_side(struct lineage *l, const char *role, struct rs_lines *of, int depth,
    struct rs_err *e)
{
	struct side s = { 0 };

	if (l->sides == ROLES_MAX)
		return rs_fail(e, "its provenance has too many streams");
	s.of = parse(of, depth + 1, e);
	rs_lines_free(of);
	*of = (struct rs_lines){ 0 };
	if (s.of == NULL)
		return -1;
	s.role = rs_strdup(role);
	rs_grow(&l->side, &l->room, l->sides + 1, sizeof(*l->side));
	l->side[l->sides++] = s;
	return 0;
}

/* Whether a lineage begins with this line, which comes behind another. */
static bool
begins_lineage(const char *before, const char *line)
{
	return (rs_lines_has(line, "by") || rs_lines_has(line, "part")) &&
	    !rs_lines_has(before, "by") && !rs_lines_has(before, "part");
}

/* The lineages of one role from all lines "with ROLE ...". */
static int
parse_sides(struct lineage *l, const char *role, const struct rs_lines *lines,
    int depth, struct rs_err *e)
{
	struct rs_lines of = { 0 };
	struct rs_buf key = { 0 };
	int status = 0;

	rs_buf_printf(&key, "with\t%s\t", role);
	for (size_t i = 0; i < lines->n && status == 0; i++) {
		const char *line = lines->line[i];

		if (strncmp(line, key.data, key.len) != 0)
			continue;
		line += key.len;
		if (of.n > 0 && begins_lineage(of.line[of.n - 1], line))
			status = add_side(l, role, &of, depth, e);
		rs_lines_add_raw(&of, line);
	}
	if (status == 0)
		status = add_side(l, role, &of, depth, e);
	rs_lines_free(&of);
	rs_buf_free(&key);
	return status;
}

static int
parse_line(struct lineage *l, const struct rs_lines *lines, size_t i,
    int depth, struct rs_err *e)
{
	const char *s = lines->line[i];
	char *role;
	int status = 0;

	if (rs_lines_has(s, "by") || rs_lines_has(s, "part") ||
	    rs_lines_has(s, "input"))
		rs_lines_add_raw(&l->lines, s);
	if (!rs_lines_has(s, "with") || s[4] != '\t')
		return 0;
	if (depth == DEPTH_MAX)
		return rs_fail(e, "its provenance has too many streams");
	role = rs_memdup(s + 5, strcspn(s + 5, "\t"));
	if (find_side(l, role, 0) == NULL)
		status = parse_sides(l, role, lines, depth, e);
	free(role);
	return status;
}

static struct lineage *
parse(const struct rs_lines *lines, int depth, struct rs_err *e)
{
	struct lineage *l = rs_zalloc(sizeof(*l));

	for (size_t i = 0; i < lines->n; i++) {
		if (parse_line(l, lines, i, depth, e) < 0) {
			free_lineage(l);
			return NULL;
		}
	}
	return l;
}

/* ---- Words. ---- */

static bool
is_listed(const char *list, const char *word, size_t n)
{
	if (list == NULL || n == 0)
		return false;
	for (const char *p = list + 1; *p != '\0'; ) {
		const size_t len = strcspn(p, " ");

		if (len == n && memcmp(p, word, n) == 0)
			return true;
		p += len + (p[len] == ' ');
	}
	return false;
}

static int
put_text(struct pipe *p, const char *s)
{
	for (const char *c = s; *c != '\0'; c++) {
		if ((unsigned char)*c < ' ' || *c == 127)
			return rs_fail(p->m->e, "a control character in its"
			    " provenance, which no recipe will have");
	}
	rs_script_quote(s, &p->line);
	return 0;
}

static void
put_file(struct pipe *p, unsigned file)
{
	rs_buf_printf(&p->line, "\"$work/%u\"", file);
}

static int make(struct maker *m, struct lineage *l, struct pipe *p);

/* Make the stream of a role that no tool took yet: a second --exclude of this
 * one is exclude2.  Returns its pipe's dictionaries and file in *made. */
static int
make_side(struct pipe *p, const char *role, struct pipe *made)
{
	struct rs_buf name = { 0 };
	struct side *s;

	rs_buf_str(&name, role);
	for (unsigned i = 2; find_side(p->l, name.data, p->tools) != NULL; i++) {
		name.len = 0;
		rs_buf_printf(&name, "%s%u", role, i);
	}
	s = find_side(p->l, name.data, 0);
	rs_buf_free(&name);
	if (s == NULL)
		return rs_fail(p->m->e, "it does not say what made the stream"
		    " of --%.100s", role);
	s->tool = p->tools;
	return make(p->m, s->of, made);
}

static int
put_side(struct pipe *p, const char *name, size_t n)
{
	char *role = rs_memdup(name, n);
	struct pipe made;
	const int status = make_side(p, role, &made);

	free(role);
	if (status == 0)
		put_file(p, made.from);
	return status;
}

static int
put_part(struct pipe *p, const char *name, size_t n)
{
	struct part *part = &p->part[p->parts];

	if (p->parts == PARTS_MAX)
		return rs_fail(p->m->e, "more than %d --test and --valid",
		    PARTS_MAX);
	part->file = ++p->m->files;
	snprintf(part->name, sizeof(part->name), "%.*s", (int)n, name);
	p->parts++;
	put_file(p, part->file);
	return 0;
}

/* The dictionaries: new ones, those of this lineage, or of another. */
static int
put_dir(struct pipe *p, bool made_here)
{
	struct pipe made;

	if (made_here)
		p->dir = ++p->m->dirs;
	if (p->dir == 0) {
		if (make_side(p, "dictionary", &made) < 0)
			return -1;
		p->dir = made.dir;
	}
	if (p->dir == 0)
		return rs_fail(p->m->e, "nothing says what made its"
		    " dictionaries");
	rs_buf_printf(&p->line, "\"$work/ids%u\"", p->dir);
	return 0;
}

static int
put_word(struct pipe *p, const struct tool *t, const char *word,
    bool makes_dir)
{
	const char *name = word + 2;
	size_t n;

	rs_buf_char(&p->line, ' ');
	if (strncmp(word, "--", 2) != 0) {
		if (t->is_last && *word != '-')		/* the algorithm */
			return put_text(p, word);
		return rs_fail(p->m->e, "%s with the word %.100s, which no"
		    " recipe knows", t->name, word);
	}
	n = strcspn(name, "=");
	if (is_listed(t->plain, name, n))
		return put_text(p, word);
	if (name[n] == '=')
		rs_buf_printf(&p->line, "--%.*s=", (int)n, name);
	if (name[n] == '=' && is_listed(t->side, name, n))
		return put_side(p, name, n);
	if (name[n] == '=' && is_listed(t->part, name, n))
		return put_part(p, name, n);
	if (name[n] == '=' && is_listed(t->dir, name, n))
		return put_dir(p, makes_dir);
	return rs_fail(p->m->e, "%s with %.100s, which no recipe knows",
	    t->name, word);
}

/* rs-index makes new dictionaries unless it is told to take old ones. */
static bool
makes_dir(const struct tool *t, char *const *word)
{
	for (; *word != NULL; word++) {
		if (strcmp(*word, "--frozen") == 0 ||
		    strcmp(*word, "--extend") == 0)
			return false;
	}
	return t->makes_dir;
}

/* The argument of the script that has this fingerprint: equal ones are one. */
static size_t
input(struct maker *m, const char *print)
{
	char hex[17];

	snprintf(hex, sizeof(hex), "%s", print);
	for (size_t i = 0; i < m->inputs.n; i++) {
		if (strcmp(m->inputs.line[i], hex) == 0)
			return i + 1;
	}
	rs_lines_add_raw(&m->inputs, hex);
	rs_buf_printf(&m->checks, "check %s \"${%zu}\"\n", hex, m->inputs.n);
	return m->inputs.n;
}

/* The raw inputs of a lineage. */
static int
put_inputs(struct pipe *p)
{
	for (size_t i = 0; i < p->l->lines.n; i++) {
		const char *s = p->l->lines.line[i];

		if (!rs_lines_has(s, "input"))
			continue;
		s += strlen("input");
		s += *s == '\t';
		if (strspn(s, "0123456789abcdef") != 16 ||
		    (s[16] != '\t' && s[16] != '\0'))
			return rs_fail(p->m->e, "an input without a fingerprint");
		rs_buf_printf(&p->line, " \"${%zu}\"", input(p->m, s));
	}
	return 0;
}

/* What rs-cat put behind its first stream: input2, input3, ... */
static int
put_joined(struct pipe *p)
{
	struct pipe made;
	char role[16];

	for (unsigned i = 2; ; i++) {
		snprintf(role, sizeof(role), "input%u", i);
		if (find_side(p->l, role, 0) == NULL)
			return 0;
		if (make_side(p, role, &made) < 0)
			return -1;
		rs_buf_str(&p->line, i == 2 ? " - " : " ");
		put_file(p, made.from);
	}
}

/* ---- Commands. ---- */

/* End the pipe: what came out of it is in a file. */
static void
end_pipe(struct pipe *p, const char *to, unsigned file)
{
	rs_buf_str(&p->line, to);
	if (file != 0)
		put_file(p, file);
	rs_buf_str(&p->line, "\n");
	rs_buf_put(&p->m->commands, p->line.data, p->line.len);
	p->line.len = 0;
	p->open = false;
}

/* The dictionary of one side, which rs-index leaves in its directory. */
static int
take_dictionary(struct pipe *p)
{
	end_pipe(p, " > /dev/null", 0);
	rs_buf_printf(&p->line, "cp \"$work/ids%u/%s.rsi\"", p->dir,
	    p->wanted);
	p->from = ++p->m->files;
	end_pipe(p, " ", p->from);
	return 0;
}

/* Go on with what the last tool wrote besides its stdout. */
static int
take_part(struct pipe *p, const struct tool *t)
{
	const bool is_side = strcmp(p->wanted, "user") == 0 ||
	    strcmp(p->wanted, "item") == 0;

	if (strcmp(p->wanted, "train") == 0)
		return 0;
	if (t->makes_dir && is_side)
		return take_dictionary(p);
	for (size_t i = 0; i < p->parts; i++) {
		if (strcmp(p->wanted, p->part[i].name) != 0)
			continue;
		end_pipe(p, " > /dev/null", 0);
		p->from = p->part[i].file;
		return 0;
	}
	return rs_fail(p->m->e, "%s made no part %.100s", t->name, p->wanted);
}

static const struct tool *
find_tool(const char *name)
{
	for (const struct tool *t = tools; t->name != NULL; t++) {
		if (strcmp(t->name, name) == 0)
			return t;
	}
	return NULL;
}

static void
save(struct pipe *p)
{
	if (!p->open)
		return;
	p->from = ++p->m->files;
	end_pipe(p, " > ", p->from);
}

static bool
reads_dir(const struct tool *t, char *const *word)
{
	for (; *word != NULL; word++) {
		if (strncmp(*word, "--", 2) == 0 &&
		    is_listed(t->dir, *word + 2, strcspn(*word + 2, "=")))
			return true;
	}
	return false;
}

/* "by TOOL WORD..." */
static int
put_tool(struct pipe *p, char *const *word)
{
	const struct tool *t = word[0] != NULL ? find_tool(word[0]) : NULL;
	const bool first = !p->open && p->from == 0;

	if (t == NULL)
		return rs_fail(p->m->e, "it was made by %.100s, which no recipe"
		    " knows", word[0] != NULL ? word[0] : "nobody");
	if (first != t->is_source)
		return rs_fail(p->m->e, first ? "nothing says where the rows"
		    " of %s came from" : "%s stands in mid-pipe", t->name);
	p->parts = 0;
	p->tools++;
	if (p->dir != 0 && reads_dir(t, word))
		save(p);	/* they are not there before it has ended */
	if (p->open)
		rs_buf_str(&p->line, " |\n    ");
	rs_buf_str(&p->line, t->name);
	for (size_t i = 1; word[i] != NULL; i++) {
		if (put_word(p, t, word[i], makes_dir(t, word)) < 0)
			return -1;
	}
	if (t->is_source) {
		rs_buf_str(&p->line, " --");
		if (put_inputs(p) < 0)
			return -1;
	}
	if (t->joins && put_joined(p) < 0)
		return -1;
	if (!first && !p->open) {
		rs_buf_str(&p->line, " < ");
		put_file(p, p->from);
	}
	p->open = true;
	if (t->is_last) {
		p->from = ++p->m->files;
		end_pipe(p, " -o ", p->from);
	}
	return p->wanted != NULL ? take_part(p, t) : 0;
}

/* The commands that leave the stream of a lineage in the file p->from. */
static int
make(struct maker *m, struct lineage *l, struct pipe *p)
{
	int status = 0;

	*p = (struct pipe){ .m = m, .l = l };
	for (size_t i = 0; i < l->lines.n && status == 0; i++) {
		const char *line = l->lines.line[i];
		size_t n;
		char **f = rs_lines_fields(line, &n);

		if (rs_lines_has(line, "by"))
			status = put_tool(p, f + 1);
		free(p->wanted);
		p->wanted = rs_lines_has(line, "part") && n > 1 ?
		    rs_strdup(f[1]) : NULL;
		free(f);
	}
	if (status == 0)
		save(p);
	rs_buf_free(&p->line);
	free(p->wanted);
	if (status == 0 && p->from == 0)
		return rs_fail(m->e, "it does not say what made it");
	return status;
}

static const char preamble[] =
    "#!/bin/sh\n"
    "# Makes a stream of rs-tools again: written by rs-cat --recipe.\n"
    "set -eu\n";

static void
put_script(struct rs_buf *b, const struct maker *m, unsigned file,
    const struct rs_lines *lines)
{
	const char *print = rs_lines_get(lines, "fingerprint");

	rs_buf_str(b, preamble);
	rs_buf_printf(b, "if [ $# -ne %zu ]; then\n"
	    "\techo \"usage: $0%s > OUTPUT\" >&2\n\texit 2\nfi\n",
	    m->inputs.n, m->inputs.n > 1 ? " INPUT..." : " INPUT");
	rs_buf_str(b, "check() {\n"
	    "\tgot=$(rs-cat --fingerprint -- \"$2\")\n"
	    "\t[ \"$got\" = \"$1\" ] && return\n"
	    "\techo \"$0: $2: its fingerprint is $got, that of the original"
	    " was $1\" >&2\n"
	    "\texit 1\n}\n");
	rs_buf_put(b, m->checks.data, m->checks.len);
	rs_buf_str(b, "work=$(mktemp -d)\n"
	    "trap 'rm -rf \"$work\"' EXIT\n"
	    "trap 'exit 1' HUP INT TERM\n");
	rs_buf_put(b, m->commands.data, m->commands.len);
	if (print != NULL && strspn(print, "0123456789abcdef") == 16 &&
	    print[16] == '\0')
		rs_buf_printf(b, "[ \"$(rs-cat --verify -- \"$work/%u\" |"
		    " cut -f 3)\" = %s ] || {\n"
		    "\techo \"$0: the result differs from the original\" >&2\n"
		    "\texit 1\n}\n", file, print);
	rs_buf_printf(b, "cat \"$work/%u\"\n", file);
}

int
rs_recipe(const struct rs_lines *lines, struct rs_buf *script,
    struct rs_err *e)
{
	struct lineage *l = parse(lines, 0, e);
	struct maker m = { .e = e };
	struct pipe made;
	int status = l == NULL ? -1 : make(&m, l, &made);

	if (status == 0)
		put_script(script, &m, made.from, lines);
	rs_buf_free(&m.commands);
	rs_buf_free(&m.checks);
	rs_lines_free(&m.inputs);
	free_lineage(l);
	return status;
}
