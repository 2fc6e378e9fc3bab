/*
 * answer: lists of items as text, or as a stream.
 *
 *	a = rs_answers_new(&opts, sink, NULL);
 *	rs_answers_put(a, &asker, hits, n, fallback, &err);
 *	rs_answers_flush(a);
 *	rs_answers_free(a);
 *
 * CSV and TSV have a line an item: user_id, item_id, score, then label, then
 * fallback where those are wanted; someone without an id has an empty user.
 * JSON lines have an object a list.  A TREC run has "user Q0 item rank score
 * rs-topk"; its scores strictly decrease, because its readers sort by score
 * and break ties their own way: a score that does not lie below the one
 * before it becomes the next lower float.  A stream has user, item and score
 * as indices.  Where like items were asked for, item_id stands for user_id
 * and similar_id for item_id (item and similar in a stream).
 */
#ifndef RS_MODEL_ANSWER_H
#define RS_MODEL_ANSWER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/die.h"
#include "data/dict.h"
#include "io/sink.h"
#include "io/stream.h"
#include "kernel/best.h"

enum rs_answer_format {
	RS_ANSWER_CSV, RS_ANSWER_TSV, RS_ANSWER_JSONL, RS_ANSWER_TREC,
	RS_ANSWER_STREAM,
};

struct rs_answer_opts {
	enum rs_answer_format format;
	bool similar, header, label, flag;
	const struct rs_dict *items;	/* names; NULL for a stream */
};

/* Whose list it is. */
struct rs_asker {
	const char *id;		/* NULL: someone without one */
	size_t n;
	uint32_t index;		/* RS_DICT_NONE: nobody the model knows */
};

struct rs_answers;

/* The columns of the stream that a writer for answers has. */
void rs_answers_columns(const struct rs_answer_opts *o, struct rs_head *h);

/* Text goes to the sink, a stream to the writer; both stay the caller's and
 * the other is NULL.  The header, where one is wanted, is written at once.
 * yours */
struct rs_answers *rs_answers_new(const struct rs_answer_opts *o,
    struct rs_sink *sink, struct rs_writer *writer);

/* -1 with a sentence where the format cannot say it; nothing is written
 * then. */
int rs_answers_put(struct rs_answers *a, const struct rs_asker *who,
    const struct rs_hit *hits, size_t n, bool fallback, struct rs_err *e);

/* In JSON lines a request that failed has an object too, so that whoever
 * asks stays in step: {"error": "..."}.  Nothing in other formats. */
void rs_answers_fail(struct rs_answers *a, const char *why);

void rs_answers_flush(struct rs_answers *a);
void rs_answers_free(struct rs_answers *a);	/* flushes first */

#endif
