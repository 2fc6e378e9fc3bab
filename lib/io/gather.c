/*
 * gather: a block that is filled row by row.
 *
 * With a thread there are two sets of columns.  The one in the gather is the
 * caller's, the other belongs to the thread while busy is true; they are
 * exchanged, and busy is set, by the caller when it is false.  busy and quit
 * are guarded by the lock.
 */
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "base/die.h"
#include "base/mem.h"
#include "io/gather.h"

struct rs_gather_thread {
	pthread_t thread;
	pthread_mutex_t lock;
	pthread_cond_t moved;
	bool busy, quit;
	struct rs_gather *other;
	struct rs_writer *writer;
};

struct rs_gather *
rs_gather_new(const struct rs_head *h)
{
	struct rs_gather *g = rs_zalloc(sizeof(*g));

	g->head = rs_head_copy(h);
	g->col = rs_zalloc(rs_size(h->columns, sizeof(*g->col)));
	g->text = rs_zalloc(rs_size(h->columns, sizeof(*g->text)));
	for (size_t i = 0; i < h->columns; i++) {
		g->col[i].type = h->column[i].type;
		if (h->column[i].type == RS_STR)
			g->text[i].off = rs_zalloc((RS_GATHER_ROWS + 1) *
			    sizeof(*g->text[i].off));
		else
			g->col[i].any = rs_alloc(RS_GATHER_ROWS *
			    rs_type_size(h->column[i].type));
	}
	return g;
}

char *
rs_gather_more(struct rs_gather *g, size_t c, size_t n)
{
	struct rs_gather_text *t = &g->text[c];

	rs_grow(&t->bytes, &t->room, t->off[g->rows] + n, 1);
	return t->bytes + t->off[g->rows];
}

struct rs_block
rs_gather_block(struct rs_gather *g)
{
	for (size_t i = 0; i < g->head->columns; i++) {
		struct rs_vec *v = &g->col[i];

		if (v->type != RS_STR)
			continue;
		v->entries = (uint32_t)g->rows;
		v->off = g->text[i].off;
		/* All strings may be empty, with nothing allocated yet. */
		v->bytes = g->text[i].bytes != NULL ? g->text[i].bytes : "";
	}
	return (struct rs_block){ .head = g->head, .rows = g->rows,
	    .col = g->col };
}

static void
put(struct rs_gather *g, struct rs_writer *w)
{
	const struct rs_block b = rs_gather_block(g);

	if (b.rows > 0)
		rs_writer_put(w, &b);
	g->rows = 0;
	g->bytes = 0;
}

static void *
run_behind(void *arg)
{
	struct rs_gather_thread *t = arg;

	pthread_mutex_lock(&t->lock);
	for (;;) {
		while (!t->busy && !t->quit)
			pthread_cond_wait(&t->moved, &t->lock);
		if (!t->busy)
			break;
		pthread_mutex_unlock(&t->lock);
		put(t->other, t->writer);
		pthread_mutex_lock(&t->lock);
		t->busy = false;
		pthread_cond_signal(&t->moved);
	}
	pthread_mutex_unlock(&t->lock);
	return NULL;
}

void
rs_gather_behind(struct rs_gather *g, struct rs_writer *w)
{
	struct rs_gather_thread *t = rs_zalloc(sizeof(*t));
	int e;

	t->other = rs_gather_new(g->head);
	t->writer = w;
	pthread_mutex_init(&t->lock, NULL);
	pthread_cond_init(&t->moved, NULL);
	g->thread = t;
	e = pthread_create(&t->thread, NULL, run_behind, t);
	if (e != 0)
		rs_die("cannot start a thread: %s", strerror(e));
}

void
rs_gather_wait(struct rs_gather *g)
{
	struct rs_gather_thread *t = g->thread;

	if (t == NULL)
		return;
	pthread_mutex_lock(&t->lock);
	while (t->busy)
		pthread_cond_wait(&t->moved, &t->lock);
	pthread_mutex_unlock(&t->lock);
}

void
rs_gather_put(struct rs_gather *g, struct rs_writer *w)
{
	struct rs_gather_thread *t = g->thread;
	struct rs_gather mine = *g;

	if (t == NULL) {
		put(g, w);
		return;
	}
	rs_gather_wait(g);
	*g = *t->other;
	g->thread = t;
	*t->other = mine;
	t->other->thread = NULL;
	pthread_mutex_lock(&t->lock);
	t->busy = true;
	pthread_cond_signal(&t->moved);
	pthread_mutex_unlock(&t->lock);
}

static void
end_thread(struct rs_gather_thread *t)
{
	if (t == NULL)
		return;
	pthread_mutex_lock(&t->lock);
	t->quit = true;
	pthread_cond_signal(&t->moved);
	pthread_mutex_unlock(&t->lock);
	pthread_join(t->thread, NULL);
	pthread_cond_destroy(&t->moved);
	pthread_mutex_destroy(&t->lock);
	rs_gather_free(t->other);
	free(t);
}

void
rs_gather_free(struct rs_gather *g)
{
	if (g == NULL)
		return;
	end_thread(g->thread);
	for (size_t i = 0; i < g->head->columns; i++) {
		if (g->col[i].type != RS_STR)
			free(g->col[i].any);
		free(g->text[i].off);
		free(g->text[i].bytes);
	}
	rs_head_free(g->head);
	free(g->col);
	free(g->text);
	free(g);
}
