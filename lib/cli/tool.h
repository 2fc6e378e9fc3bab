/*
 * tool: begin, loop, end.
 *
 *	rs_begin(argc, argv, "keep each row with chance P", opts);
 *	struct rs_reader *in = rs_in("user:u32 item:u32");
 *	struct rs_writer *out = rs_out_like(NULL, in);
 *	for (struct rs_block *b; (b = rs_read(in)) != NULL; ) {
 *		...
 *		rs_writer_put_kept(out, b, keep);
 *	}
 *	return rs_end(in, out);
 *
 * Everything here that can fail ends the process with a message and the right
 * status.  Column demands are "name:type" words; several types are written
 * name:u32|str; a leading ? makes a column optional (its type is checked).
 */
#ifndef RS_CLI_TOOL_H
#define RS_CLI_TOOL_H

#include "cli/opt.h"
#include "io/stream.h"

/* Parse the options; answers --help and --version itself; starts the clock
 * of -v.  rs_prog is the tool's name from then on. */
void rs_begin(int argc, char **argv, const char *summary,
    const struct rs_opt *opts);

/* Messages.  rs_note is silent under -q. */
void rs_note(const char *fmt, ...) __attribute__((format(printf, 1, 2)));
void rs_note_count(uint64_t n, const char *what);	/* unless it is 0 */
_Noreturn void rs_bad(const char *fmt, ...)	/* exit 1 */
	__attribute__((format(printf, 1, 2)));
_Noreturn void rs_misuse(const char *fmt, ...)	/* exit 2 */
	__attribute__((format(printf, 1, 2)));
bool rs_verbose(void);				/* -v was given */

/* Streams in.  rs_in is stdin; rs_in_file any path ("-" is stdin).  rs_side
 * is a stream that an option names and that is read whole before the main
 * one: what made it is carried into our outputs as "with ROLE ..." lines. */
struct rs_reader *rs_in(const char *columns);
struct rs_reader *rs_in_file(const char *path, const char *columns);
struct rs_reader *rs_side(const char *role, const char *path,
    const char *columns);
struct rs_block *rs_read(struct rs_reader *in);	/* NULL: whole and sound */

/* Where a stream or text may come from: look with rs_stream_ahead, then
 * read a stream by rs_in_of, to which the source goes. */
struct rs_source *rs_source_in(const char *path);
struct rs_reader *rs_in_of(struct rs_source *s, const char *columns);

/* Refuse a reader whose head lacks the columns. */
void rs_demand(const struct rs_reader *in, const char *columns);

/* Streams out; path NULL or "-" is stdout (never a terminal).  The tool's
 * "by" line is added.  rs_inherit hands on the end lines (inputs,
 * dictionaries, sizes) of a reader that was read to its end. */
struct rs_writer *rs_out(const char *path, const struct rs_head *head);
struct rs_writer *rs_out_like(const char *path, const struct rs_reader *in);
void rs_inherit(struct rs_writer *out, const struct rs_reader *in);

/* This tool's provenance line, "by<TAB>rs-fit<TAB>als...": yours. */
char *rs_by_line(void);

/* Lines about the side streams read so far ("with<TAB>ROLE<TAB>..."). */
const struct rs_lines *rs_side_lines(void);

/* Rows that came from elsewhere than a stream, for the -v summary. */
void rs_count_in(uint64_t rows);

/* Inherit from in (may be NULL), close both (either may be NULL), print the
 * -v summary.  Returns the exit status of main. */
int rs_end(struct rs_reader *in, struct rs_writer *out);

#endif
