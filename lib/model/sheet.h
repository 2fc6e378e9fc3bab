/*
 * sheet: pairs that came as text go out as text, with their marks.
 *
 *	s = rs_sheet_new(sink, RS_TEXT_JSONL, &couples, &marker, false);
 *	rs_sheet_put(s, &couples);	(the pairs of a line that was read)
 *	rs_sheet_fail(s, "why");	(a line with which nothing can be done)
 *	rs_sheet_write(s, &marks);	(of all pairs since the last time)
 *	rs_sheet_free(s);
 *
 * CSV and TSV have a row for each pair: the cells it came with, then its
 * marks.  JSON lines have a line for each line that was read, in their order:
 *
 *	{"user_id": "1", "item_id": "a", "score": 0.5}
 *	{"user_id": ["1", "2"], "item_id": ["a", "b"], "score": [0.5, null]}
 *	{"predictions": [0.5, null]}			(to instances)
 *	{"error": "why"}
 *
 * with "label" and "unknown" behind score as the marker has them, of
 * predictions "labels" and "unknown".  Nothing reaches the sink before
 * rs_sheet_write.
 */
#ifndef RS_MODEL_SHEET_H
#define RS_MODEL_SHEET_H

#include <stdbool.h>
#include <stddef.h>

#include "io/couples.h"
#include "io/sink.h"
#include "io/table.h"
#include "model/mark.h"

struct rs_sheet;

/* The columns are those of couples, which has begun; sink and marker are
 * borrowed.  yours */
struct rs_sheet *rs_sheet_new(struct rs_sink *sink, enum rs_text format,
    const struct rs_couples *c, const struct rs_marker *k, bool header);
void rs_sheet_put(struct rs_sheet *s, const struct rs_couples *c);
void rs_sheet_fail(struct rs_sheet *s, const char *why);

/* Bytes of text that wait. */
size_t rs_sheet_waiting(const struct rs_sheet *s);
void rs_sheet_write(struct rs_sheet *s, const struct rs_marks *x);
void rs_sheet_free(struct rs_sheet *s);

#endif
