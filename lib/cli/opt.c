/* opt: a tool's options as a table. */
#include <errno.h>
#include <getopt.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/mem.h"
#include "base/num.h"
#include "cli/parse.h"
#include "cli/tool.h"
#include "io/lines.h"

enum { OPTIONS_MAX = 64, FIRST_LONG = 256 };

/* What is known of each row of the table besides the table. */
static struct {
	bool given;
	char *was;	/* its default as text; NULL where it has none */
	const char **list;	/* what its list holds, as long as we live */
} state[OPTIONS_MAX];

static const struct rs_opt *table;
static const char *about;
bool rs_progress_wanted;
bool rs_quiet_wanted;
bool rs_verbose_wanted;

static const struct rs_opt everywhere[] = {
	RS_OPT_FLAG('v', "verbose", &rs_verbose_wanted,
	    "closing summary: rows, time, CPU, peak memory"),
	RS_OPT_FLAG('q', "quiet", &rs_quiet_wanted, "errors only"),
	RS_OPT_FLAG('h', "help", NULL, "show this help"),
	RS_OPT_FLAG('V', "version", NULL, "show the version"),
	RS_OPT_END
};

/* The value of an option as text, as --help and provenance show it; NULL for
 * flags, lists and values that are not there. */
static char *
show(const struct rs_opt *o)
{
	char text[RS_NUM_MAX];

	switch (o->kind) {
	case RS_KIND_REAL:
		if (isnan(*(double *)o->value))
			return NULL;
		rs_format_f64(text, *(double *)o->value);
		return rs_strdup(text);
	case RS_KIND_COUNT:
		rs_format_u64(text, *(uint64_t *)o->value);
		return rs_strdup(text);
	case RS_KIND_SPAN:
		if (*(int64_t *)o->value == 0)
			return NULL;
		rs_format_i64(text, *(int64_t *)o->value);
		return rs_strdup(text);
	case RS_KIND_CHOICE:
		if (*(int *)o->value < 0)
			return NULL;
		return rs_strdup(o->choices[*(int *)o->value]);
	case RS_KIND_STR:
		if (*(const char **)o->value == NULL)
			return NULL;
		return rs_strdup(*(const char **)o->value);
	default:
		return NULL;
	}
}

/* Print "  -s, --seed N          what it does (default 1)". */
static void
print_option(const struct rs_opt *o, const char *was)
{
	char left[80];
	int n = 0;

	if (o->letter != 0)
		n = snprintf(left, sizeof(left), "-%c, ", o->letter);
	else
		n = snprintf(left, sizeof(left), "    ");
	n += snprintf(left + n, sizeof(left) - (size_t)n, "--%s", o->name);
	if (o->kind == RS_KIND_CHOICE) {
		for (size_t i = 0; o->choices[i] != NULL; i++)
			n += snprintf(left + n, sizeof(left) - (size_t)n,
			    "%s%s", i > 0 ? "|" : " ", o->choices[i]);
	} else if (o->arg != NULL) {
		n += snprintf(left + n, sizeof(left) - (size_t)n, " %s",
		    o->arg);
	}
	if (n > 24)
		printf("  %s\n  %24s", left, "");
	else
		printf("  %-24s", left);
	printf("  %s", o->help);
	if (o->letter == 'j')
		printf(" (default: the CPUs it may use)");
	else if (was != NULL && o->kind != RS_KIND_FLAG)
		printf(" (default %s)", was);
	printf("\n");
}

static _Noreturn void
print_help(void)
{
	printf("usage: %s [option...]", rs_prog);
	for (const struct rs_opt *o = table; o->kind != RS_KIND_END; o++) {
		if (o->kind == RS_KIND_OPERANDS)
			printf(o->lo > 0 ? " %s" : " [%s]", o->arg);
	}
	printf("\n%s: %s\n\n", rs_prog, about);
	for (const struct rs_opt *o = table; o->kind != RS_KIND_END; o++) {
		if (o->kind == RS_KIND_OPERANDS)
			printf("  %-24s  %s\n", o->arg, o->help);
		else
			print_option(o, state[o - table].was);
	}
	for (const struct rs_opt *o = everywhere; o->kind != RS_KIND_END; o++)
		print_option(o, NULL);
	printf("\nSizes and counts take k M G (and Ki Mi Gi).  See %s(1).\n",
	    rs_prog);
	if (fflush(stdout) != 0 || ferror(stdout))
		rs_die("stdout: %s", strerror(errno));
	exit(RS_OK);
}

static _Noreturn void
print_version(void)
{
	printf("%s (rs-tools) %s\n", rs_prog, RS_VERSION);
	if (fflush(stdout) != 0)
		rs_die("stdout: %s", strerror(errno));
	exit(RS_OK);
}

static void
add(const struct rs_opt *o, const char *s)
{
	struct rs_list *l = o->value;

	rs_grow(&l->item, &l->room, l->n + 1, sizeof(*l->item));
	l->item[l->n++] = s;
	state[o - table].list = l->item;
}

static void
set_count(const struct rs_opt *o, const char *s)
{
	char lo[RS_NUM_MAX], hi[RS_NUM_MAX];
	uint64_t v;

	if (rs_parse_count(s, strlen(s), &v) &&
	    (double)v >= o->lo && (double)v <= o->hi) {
		*(uint64_t *)o->value = v;
		return;
	}
	if (o->hi >= 1e15)
		rs_misuse("--%s: %s is not a whole number of %s at least",
		    o->name, s, rs_commas(lo, (uint64_t)o->lo));
	rs_misuse("--%s: %s is not a whole number from %s to %s", o->name, s,
	    rs_commas(lo, (uint64_t)o->lo), rs_commas(hi, (uint64_t)o->hi));
}

static void
set_choice(const struct rs_opt *o, const char *s)
{
	struct rs_buf all = { 0 };

	for (int i = 0; o->choices[i] != NULL; i++) {
		if (strcmp(o->choices[i], s) == 0) {
			*(int *)o->value = i;
			rs_buf_free(&all);
			return;
		}
		rs_buf_printf(&all, "%s%s", i > 0 ? ", " : "", o->choices[i]);
	}
	rs_misuse("--%s: %s is none of %s", o->name, s, all.data);
}

static void
set_value(const struct rs_opt *o, const char *s)
{
	double real;

	switch (o->kind) {
	case RS_KIND_FLAG:
		*(bool *)o->value = true;
		break;
	case RS_KIND_REAL:
		if (!rs_parse_real(s, strlen(s), &real) || real < o->lo ||
		    real > o->hi)
			rs_misuse("--%s: %s is not a number from %g to %g",
			    o->name, s, o->lo, o->hi);
		*(double *)o->value = real;
		break;
	case RS_KIND_COUNT:
		set_count(o, s);
		break;
	case RS_KIND_SPAN:
		if (!rs_parse_span(s, strlen(s), o->value))
			rs_misuse("--%s: %s is not a length of time"
			    " (seconds, or 30m 12h 7d 2w)", o->name, s);
		break;
	case RS_KIND_STR:
		*(const char **)o->value = s;
		break;
	case RS_KIND_LIST:
		add(o, s);
		break;
	case RS_KIND_CHOICE:
		set_choice(o, s);
		break;
	case RS_KIND_OPERANDS:
	case RS_KIND_END:
		break;
	}
}

static void
set_operands(int argc, char **argv)
{
	const size_t n = (size_t)(argc - optind);
	const struct rs_opt *o = table;

	while (o->kind != RS_KIND_END && o->kind != RS_KIND_OPERANDS)
		o++;
	if (o->kind == RS_KIND_END && n > 0)
		rs_misuse("takes no operands, and %s is one", argv[optind]);
	if (o->kind == RS_KIND_END)
		return;
	if ((double)n < o->lo)
		rs_misuse("%s is missing (see %s --help)", o->arg, rs_prog);
	if ((double)n > o->hi)
		rs_misuse("one operand too many: %s", argv[argc - 1]);
	for (; optind < argc; optind++)
		add(o, argv[optind]);
}

/* getopt's tables: row i of ours is value FIRST_LONG + i. */
static void
add_getopt(const struct rs_opt *o, int value, struct option *lng, char *shrt)
{
	const bool takes = o->kind != RS_KIND_FLAG;
	char *end = shrt + strlen(shrt);

	*lng = (struct option){ o->name,
		takes ? required_argument : no_argument, NULL, value };
	if (o->letter != 0) {
		*end++ = (char)o->letter;
		if (takes)
			*end++ = ':';
		*end = '\0';
	}
}

static _Noreturn void
complain(int what, char **argv)
{
	const char *word = argv[optind - 1];

	if (what == ':' && optopt >= FIRST_LONG)
		rs_misuse("%s needs a value", word);
	if (what == ':')
		rs_misuse("-%c needs a value", optopt);
	if (optopt != 0 && optopt < FIRST_LONG)
		rs_misuse("there is no option -%c (see %s --help)", optopt,
		    rs_prog);
	rs_misuse("there is no option %s, or it takes no value (see %s"
	    " --help)", word, rs_prog);
}

void
rs_parse_options(int argc, char **argv, const char *summary,
    const struct rs_opt *opts)
{
	struct option lng[OPTIONS_MAX + 8] = { { 0 } };
	char shrt[3 * OPTIONS_MAX + 8] = ":";
	size_t n = 0, own = 0;
	int c;

	table = opts;
	about = summary;
	for (const struct rs_opt *o = opts; o->kind != RS_KIND_END; o++) {
		if (own == OPTIONS_MAX)
			rs_die("too many options in the table");
		state[own++].was = show(o);
		if (o->kind != RS_KIND_OPERANDS)
			add_getopt(o, FIRST_LONG + (int)(o - opts), &lng[n++],
			    shrt);
	}
	for (const struct rs_opt *o = everywhere; o->kind != RS_KIND_END; o++)
		add_getopt(o, o->letter, &lng[n++], shrt);

	opterr = 0;
	while ((c = getopt_long(argc, argv, shrt, lng, NULL)) != -1) {
		const struct rs_opt *o = opts;

		if (c == '?' || c == ':')
			complain(c, argv);
		while (o->kind != RS_KIND_END && o->letter != c &&
		    c != FIRST_LONG + (int)(o - opts))
			o++;
		if (o->kind != RS_KIND_END) {
			state[o - opts].given = true;
			set_value(o, optarg);
		} else if (c == 'h') {
			print_help();
		} else if (c == 'V') {
			print_version();
		} else if (c == 'v') {
			rs_verbose_wanted = true;
		} else {
			rs_quiet_wanted = true;
		}
	}
	set_operands(argc, argv);
}

bool
rs_given(const char *name)
{
	for (const struct rs_opt *o = table; o->kind != RS_KIND_END; o++) {
		if (strcmp(o->name, name) == 0)
			return state[o - table].given;
	}
	return false;
}

/* One word of the provenance, --name=value; value NULL leaves --name. */
static void
record(struct rs_lines *words, const char *name, const char *value)
{
	struct rs_buf b = { 0 };

	rs_buf_printf(&b, "--%s%s%s", name, value != NULL ? "=" : "",
	    value != NULL ? value : "");
	rs_lines_add_raw(words, b.data);
	rs_buf_free(&b);
}

static void
record_option(struct rs_lines *words, const struct rs_opt *o, const char *was)
{
	const struct rs_list *l = o->value;
	char role[80], *now;

	if ((o->flags & RS_OPT_IS_SILENT) != 0)
		return;
	snprintf(role, sizeof(role), "<%s>", o->name);
	if (o->kind == RS_KIND_FLAG && *(bool *)o->value)
		record(words, o->name, NULL);
	if (o->kind == RS_KIND_LIST) {
		for (size_t i = 0; i < l->n; i++)
			record(words, o->name,
			    (o->flags & RS_OPT_IS_FILE) != 0 ? role :
			    l->item[i]);
	}
	if (o->kind == RS_KIND_OPERANDS && (o->flags & RS_OPT_IS_FILE) == 0) {
		for (size_t i = 0; i < l->n; i++)
			rs_lines_add_raw(words, l->item[i]);
	}
	now = show(o);
	if (now != NULL && (was == NULL || strcmp(now, was) != 0))
		record(words, o->name,
		    (o->flags & RS_OPT_IS_FILE) != 0 ? role : now);
	free(now);
}

char *
rs_by_line(void)
{
	struct rs_lines words = { 0 }, line = { 0 };
	char *by;

	rs_lines_add_raw(&words, "by");
	rs_lines_add_raw(&words, rs_prog);
	for (const struct rs_opt *o = table; o->kind != RS_KIND_END; o++)
		record_option(&words, o, state[o - table].was);
	rs_lines_add_list(&line, (const char *const *)words.line, words.n);
	by = rs_strdup(line.line[0]);
	rs_lines_free(&words);
	rs_lines_free(&line);
	return by;
}
