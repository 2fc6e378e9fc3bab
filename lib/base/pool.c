/*
 * pool: threads that share out numbered tasks.
 *
 * One mutex guards everything but the task counter.  A run publishes the work
 * under the mutex, raises the round number and wakes all; each thread takes
 * tasks from the atomic counter until none is left, then reports itself done.
 * The caller returns when every thread has reported, so nobody can still be
 * inside the work of a round when the next one is published.
 */
#include <errno.h>
#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/die.h"
#include "base/mem.h"
#include "base/pool.h"

struct rs_pool {
	int threads;
	pthread_t *thread;	/* threads - 1 of them */
	pthread_mutex_t lock;
	pthread_cond_t wake, done;
	unsigned long round;	/* raised for each run */
	int busy;		/* threads that have not reported yet */
	bool quit;
	void (*work)(void *, size_t, int);
	void *arg;
	size_t tasks;
	atomic_size_t next;
};

struct seat {
	struct rs_pool *pool;
	int thread;
};

/* The cgroup's CPU quota (version 2, then 1), rounded up; 0 where none. */
static int
quota(void)
{
	double part = -1, whole = 0;
	FILE *f;

	if ((f = fopen("/sys/fs/cgroup/cpu.max", "re")) != NULL) {
		if (fscanf(f, "%lf %lf", &part, &whole) != 2)
			part = -1;
		fclose(f);
	} else if ((f = fopen("/sys/fs/cgroup/cpu/cpu.cfs_quota_us", "re")) !=
	    NULL) {
		if (fscanf(f, "%lf", &part) != 1)
			part = -1;
		fclose(f);
		whole = 100000;
	}
	if (part <= 0 || whole <= 0)
		return 0;
	return (int)((part + whole - 1) / whole);
}

int
rs_cpus(void)
{
	cpu_set_t set;
	int n = 1, most;

	if (sched_getaffinity(0, sizeof(set), &set) == 0)
		n = CPU_COUNT(&set);
	most = quota();
	if (most > 0 && most < n)
		n = most;
	return n > 0 ? n : 1;
}

static void
take_tasks(struct rs_pool *p, int thread)
{
	size_t task;

	while ((task = atomic_fetch_add(&p->next, 1)) < p->tasks)
		p->work(p->arg, task, thread);
}

static void *
serve(void *arg)
{
	struct seat seat = *(struct seat *)arg;
	struct rs_pool *p = seat.pool;
	unsigned long round = 0;

	free(arg);
	pthread_mutex_lock(&p->lock);
	for (;;) {
		while (p->round == round && !p->quit)
			pthread_cond_wait(&p->wake, &p->lock);
		if (p->quit)
			break;
		round = p->round;
		pthread_mutex_unlock(&p->lock);
		take_tasks(p, seat.thread);
		pthread_mutex_lock(&p->lock);
		if (--p->busy == 0)
			pthread_cond_signal(&p->done);
	}
	pthread_mutex_unlock(&p->lock);
	return NULL;
}

struct rs_pool *
rs_pool_new(int threads)
{
	struct rs_pool *p = rs_zalloc(sizeof(*p));
	struct seat *seat;
	int e;

	p->threads = threads > 0 ? threads : 1;
	p->thread = rs_alloc(rs_size((size_t)p->threads, sizeof(*p->thread)));
	pthread_mutex_init(&p->lock, NULL);
	pthread_cond_init(&p->wake, NULL);
	pthread_cond_init(&p->done, NULL);
	for (int i = 1; i < p->threads; i++) {
		seat = rs_alloc(sizeof(*seat));
		*seat = (struct seat){ p, i };
		e = pthread_create(&p->thread[i - 1], NULL, serve, seat);
		if (e != 0)
			rs_die("cannot start a thread: %s", strerror(e));
	}
	return p;
}

int
rs_pool_threads(const struct rs_pool *p)
{
	return p->threads;
}

void
rs_pool_run(struct rs_pool *p, size_t tasks,
    void (*work)(void *arg, size_t task, int thread), void *arg)
{
	if (p->threads == 1 || tasks <= 1) {
		for (size_t i = 0; i < tasks; i++)
			work(arg, i, 0);
		return;
	}
	pthread_mutex_lock(&p->lock);
	p->work = work;
	p->arg = arg;
	p->tasks = tasks;
	atomic_store(&p->next, 0);
	p->busy = p->threads - 1;
	p->round++;
	pthread_cond_broadcast(&p->wake);
	pthread_mutex_unlock(&p->lock);

	take_tasks(p, 0);

	pthread_mutex_lock(&p->lock);
	while (p->busy > 0)
		pthread_cond_wait(&p->done, &p->lock);
	pthread_mutex_unlock(&p->lock);
}

void
rs_pool_free(struct rs_pool *p)
{
	if (p == NULL)
		return;
	pthread_mutex_lock(&p->lock);
	p->quit = true;
	pthread_cond_broadcast(&p->wake);
	pthread_mutex_unlock(&p->lock);
	for (int i = 1; i < p->threads; i++)
		pthread_join(p->thread[i - 1], NULL);
	pthread_cond_destroy(&p->wake);
	pthread_cond_destroy(&p->done);
	pthread_mutex_destroy(&p->lock);
	free(p->thread);
	free(p);
}
