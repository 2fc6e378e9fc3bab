/*
 * pool: threads that share out numbered tasks.
 *
 *	struct rs_pool *pool = rs_pool_new(threads);
 *	rs_pool_run(pool, shards, fold_shard, &job);
 *	rs_pool_free(pool);
 *
 * rs_pool_run calls work(arg, task, thread) once for each task 0..tasks-1 and
 * returns when all are done.  Tasks are handed out in order from a shared
 * counter, so which thread gets which is chance: a task must write only what
 * is its own, and partial results are folded in task order afterwards.  The
 * number of tasks is chosen from the data, never from the threads.  thread
 * (0..threads-1) is for scratch space only.  The caller works too, as
 * thread 0.  One rs_pool_run at a time for each pool.
 */
#ifndef RS_BASE_POOL_H
#define RS_BASE_POOL_H

#include <stddef.h>

struct rs_pool;

/* CPUs this process may use: its affinity mask and its cgroup's quota. */
int rs_cpus(void);

struct rs_pool *rs_pool_new(int threads);	/* yours */
int rs_pool_threads(const struct rs_pool *p);
void rs_pool_run(struct rs_pool *p, size_t tasks,
    void (*work)(void *arg, size_t task, int thread), void *arg);
void rs_pool_free(struct rs_pool *p);

#endif
