/* Lines from a source, however its bytes are cut; requests and cells, whole,
 * broken and hostile. */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/draw.h"
#include "base/mem.h"
#include "io/cells.h"
#include "io/feed.h"
#include "io/request.h"
#include "test.h"

enum { LIMIT = 40 };

/* All lines between bars, !n for one over the limit. */
static char *
lines_of(struct rs_feed *f)
{
	struct rs_buf b = { 0 };
	const char *line;
	size_t n;
	int more;

	rs_buf_str(&b, "|");
	while ((more = rs_feed_next(f, &line, &n)) == 1) {
		if (n > LIMIT)
			rs_buf_str(&b, "!");
		else
			rs_buf_put(&b, line, n);
		rs_buf_str(&b, "|");
	}
	ok(more == 0, "%s", rs_feed_err(f)->text);
	rs_feed_close(f);
	return b.data;
}

static void
check_lines(const char *text, const char *want)
{
	char *got = lines_of(rs_feed_of(rs_source_memory(text, strlen(text)),
	    LIMIT));

	ok(strcmp(got, want) == 0, "\"%s\" gives %s", text, got);
	free(got);
}

static void
test_lines_are_what_stands_before_line_ends(void)
{
	check_lines("", "|");
	check_lines("a", "|a|");
	check_lines("a\n", "|a|");
	check_lines("a\r\nb\n\n\r\nc\r", "|a|b|||c|");
	check_lines("\n", "||");
	check_lines("0123456789012345678901234567890123456789\nx\n",
	    "|0123456789012345678901234567890123456789|x|");
	check_lines("01234567890123456789012345678901234567890\nx",
	    "|!|x|");
}

/* A pipe gives what was written so far, wherever that ends. */
static void
test_a_pipe_may_cut_lines_anywhere(void)
{
	static const char text[] = "one\ntwo two\r\n\nthree\nno end";
	struct rs_err e;
	int fd[2], stdin_was = dup(0);
	const char *line;
	struct rs_feed *f;
	size_t n, lines = 0;

	ok(pipe(fd) == 0, "pipe");
	dup2(fd[0], 0);
	close(fd[0]);
	f = rs_feed_open("-", LIMIT, &e);
	ok(f != NULL, "stdin");
	ok(rs_feed_waits(f), "nothing was written");
	for (size_t i = 0; text[i] != '\0'; i++) {
		ok(write(fd[1], text + i, 1) == 1, "write");
		if (text[i] != '\n')
			continue;
		ok(!rs_feed_waits(f), "a line is there at byte %zu", i);
		ok(rs_feed_next(f, &line, &n) == 1, "it comes");
		ok(rs_feed_number(f) == ++lines, "its number");
		ok(rs_feed_waits(f), "and no other");
	}
	close(fd[1]);
	ok(rs_feed_next(f, &line, &n) == 1 && n == 6 &&
	    memcmp(line, "no end", 6) == 0, "the last one");
	ok(rs_feed_next(f, &line, &n) == 0, "the end");
	rs_feed_close(f);
	dup2(stdin_was, 0);
	close(stdin_was);
}

static bool
is(const struct rs_request_id *id, const char *want)
{
	return id->n == strlen(want) && memcmp(id->p, want, id->n) == 0;
}

static void
test_requests_say_who_and_how_many(void)
{
	struct rs_request q = { 0 };
	struct rs_err e;
	const char *s = "  {\"user_id\": -7, \"top_n\": \"12\", \"x\": [{}]}";

	ok(rs_request_parse(&q, s, strlen(s), &e) == 0 && q.user.n == 1 &&
	    is(&q.user.id[0], "-7") && q.top_n == 12 && !q.bare &&
	    !q.items.given, "a user");
	s = "{\"items\": [\"\\u00e9\", 9007199254740993, \"a\"]}";
	ok(rs_request_parse(&q, s, strlen(s), &e) == 0 && q.items.n == 3 &&
	    is(&q.items.id[0], "\xc3\xa9") &&
	    is(&q.items.id[1], "9007199254740993") &&
	    is(&q.items.id[2], "a") && q.top_n == 0 && !q.user.given, "items");
	s = "{\"user_id\": [1, 2], \"item_id\": [3]}";
	ok(rs_request_parse(&q, s, strlen(s), &e) == 0 && q.user.list &&
	    q.user.n == 2 && q.item.n == 1 && is(&q.item.id[0], "3"), "lists");
	s = "any \xff bytes";
	ok(rs_request_parse(&q, s, strlen(s), &e) == 0 && q.bare &&
	    is(&q.user.id[0], s) && is(&q.item.id[0], s), "a bare id");
	ok(rs_request_parse(&q, "a\0b", 3, &e) < 0, "a bare NUL");
	ok(rs_request_parse(&q, s, (size_t)RS_REQUEST_MAX + 1, &e) < 0,
	    "too long");
	rs_request_free(&q);
}

/* Any change of a good request is taken or refused, and never more. */
static void
test_damaged_requests_do_no_harm(void)
{
	static const char good[] =
	    "{\"user_id\": [\"\\u00e9\\\"\", 12], \"top_n\": 5, \"items\": [1]}";
	struct rs_request q = { 0 };
	char line[sizeof(good)];
	struct rs_err e;
	size_t taken = 0;

	for (size_t n = 0; n < sizeof(good) - 1; n++)
		ok(n == 0 || rs_request_parse(&q, good, n, &e) < 0,
		    "prefix of %zu bytes", n);
	for (uint64_t i = 0; i < 20000; i++) {
		memcpy(line, good, sizeof(good));
		for (uint64_t k = 0; k <= i % 3; k++)
			line[rs_below(sizeof(good) - 1, rs_draw2(1,
			    RS_DRAW_ROW, k, i))] = (char)rs_draw2(2,
			    RS_DRAW_ROW, k, i);
		e.text[0] = '\0';
		if (rs_request_parse(&q, line, sizeof(good) - 1, &e) == 0)
			taken++;
		else
			ok(e.text[0] != '\0', "a sentence for \"%s\"", line);
	}
	ok(taken > 0 && taken < 20000, "%zu taken", taken);
	rs_request_free(&q);
}

static void
check_cells(const char *line, char by, const char *want)
{
	struct rs_cells c = { 0 };
	struct rs_buf b = { 0 };
	struct rs_err e;

	rs_buf_str(&b, "");
	if (rs_cells_split(&c, line, strlen(line), by, &e) < 0)
		rs_buf_str(&b, e.text);
	else
		for (size_t i = 0; i < c.n; i++) {
			rs_buf_char(&b, '[');
			rs_buf_put(&b, c.cell[i].p, c.cell[i].n);
			rs_buf_char(&b, ']');
		}
	ok(strcmp(b.data, want) == 0, "%s gives %s", line, b.data);
	rs_buf_free(&b);
	rs_cells_free(&c);
}

static void
test_cells_of_a_line(void)
{
	check_cells("", ',', "[]");
	check_cells("a", ',', "[a]");
	check_cells("a,,b,", ',', "[a][][b][]");
	check_cells("\"a,b\",\"\",\"c \"\"d\"\"\"", ',', "[a,b][][c \"d\"]");
	check_cells("a\"b,c\"", ',', "[a\"b][c\"]");
	check_cells("\"a", ',', "a quote that does not end");
	check_cells("\"a\"\"", ',', "a quote that does not end");
	check_cells("\"a\"b", ',', "text behind a quote");
	check_cells("a\t\"b\\tc\\\\\\q\\", '\t', "[a][\"b\tc\\\\q\\]");
}

static void
test_a_line_of_too_many_cells_is_refused(void)
{
	struct rs_cells c = { 0 };
	struct rs_err e;
	char line[RS_CELLS_MAX];

	memset(line, ',', sizeof(line));
	ok(rs_cells_split(&c, line, RS_CELLS_MAX - 1, ',', &e) == 0 &&
	    c.n == RS_CELLS_MAX, "as many as may be");
	ok(rs_cells_split(&c, line, RS_CELLS_MAX, ',', &e) < 0, "one more");
	rs_cells_free(&c);
}

int
main(void)
{
	test_lines_are_what_stands_before_line_ends();
	test_a_pipe_may_cut_lines_anywhere();
	test_requests_say_who_and_how_many();
	test_damaged_requests_do_no_harm();
	test_cells_of_a_line();
	test_a_line_of_too_many_cells_is_refused();
	return test_end();
}
