/* ratings: how many stars a user gives an item. */
#include <math.h>
#include <stdlib.h>

#include "base/mem.h"
#include "base/real.h"
#include "data/world.h"

enum {
	VEC = 8,		/* 6 latent, then what user and item add */
	LATENT = 6,
};

static void
fill_vec(const struct rs_synth *s, float *v, uint64_t what, uint64_t n,
    const float *one, const float *two, double own)
{
	for (uint64_t i = 0; i < LATENT; i++) {
		double x = own *
		    rs_normal(rs_synth_draw(s, what, n * VEC + i));

		x += one[i];
		if (two != NULL)
			x += 0.5 * (double)two[i];
		v[i] = (float)x;
	}
}

static void
make_vectors(struct rs_synth *s)
{
	static const float none[VEC];
	float *group = rs_alloc(rs_size(s->groups, VEC * sizeof(*group)));

	for (uint64_t g = 0; g < s->groups; g++)
		fill_vec(s, group + g * VEC, RS_FOR_GROUP_VECTOR, g, none, NULL,
		    0.4);
	for (uint64_t u = 0; u < s->plan.users; u++) {
		float *v = s->user_vec + u * VEC;

		fill_vec(s, v, RS_FOR_USER_VECTOR, u,
		    group + s->taste[2 * u] * VEC,
		    group + s->taste[2 * u + 1] * VEC, 0.3);
		v[LATENT] = (float)(0.4 * rs_normal(rs_synth_draw(s,
		    RS_FOR_USER_VECTOR, u * VEC + LATENT)));
		v[LATENT + 1] = 1;
	}
	for (uint64_t i = 0; i < s->plan.items; i++) {
		float *v = s->item_vec + i * VEC;

		fill_vec(s, v, RS_FOR_ITEM_VECTOR, i,
		    group + i % s->groups * VEC, NULL, 0.3);
		v[LATENT] = 1;
		v[LATENT + 1] = (float)(0.35 * rs_normal(rs_synth_draw(s,
		    RS_FOR_ITEM_VECTOR, i * VEC + LATENT)));
	}
	free(group);
}

void
rs_ratings_make(struct rs_synth *s)
{
	s->user_vec = rs_alloc(rs_size(s->plan.users,
	    VEC * sizeof(*s->user_vec)));
	s->item_vec = rs_alloc(rs_size(s->plan.items,
	    VEC * sizeof(*s->item_vec)));
	make_vectors(s);
}

static uint8_t
rate(const struct rs_synth *s, uint64_t user, uint64_t place, uint64_t d)
{
	const float *p = s->user_vec + user * VEC;
	const float *q = s->item_vec + place * VEC;
	double x = 3.4;

	for (int i = 0; i < VEC; i++)
		x += (double)p[i] * (double)q[i];
	/* Four uniforms of variance 1/12 make a bell of deviation 0.7. */
	x += ((double)(d >> 48) + (double)(d >> 32 & 0xffff) +
	    (double)(d >> 16 & 0xffff) + (double)(d & 0xffff) - 131070) *
	    (0.7 / 65536 / 0.57735);
	x = floor(2 * x + 0.5);
	return (uint8_t)(x < 1 ? 1 : x > 10 ? 10 : x);
}

void
rs_ratings_row(const struct rs_synth *s, uint64_t user, uint64_t place,
    uint64_t n, struct rs_synth_row *row)
{
	const uint64_t d = rs_synth_draw(s, RS_FOR_TIME, n);

	row->user = (uint32_t)user;
	row->item = s->item[place];
	row->stars = rate(s, user, place, d);
	row->event = row->discount = 0;
	row->time = rs_synth_time(s, n, d * 0x9e3779b97f4a7c15);
}

static uint64_t
rated_place(const struct rs_synth *s, uint64_t user, uint64_t slot)
{
	struct rs_chooser c;

	rs_chooser_init(&c, s, user);
	return rs_choose(s, &c, slot - s->first[user]);
}

/* A few rows in steps, because each step waits for a place in memory that
 * only the step before knows: so they wait together. */
void
rs_ratings_rows(const struct rs_synth *s, uint64_t first, size_t rows,
    struct rs_synth_row *row)
{
	uint64_t slot[RS_SYNTH_BATCH], user[RS_SYNTH_BATCH];
	uint64_t place[RS_SYNTH_BATCH];

	for (size_t i = 0; i < rows; i++) {
		slot[i] = rs_shuffle_at(&s->when, first + i);
		__builtin_prefetch(&s->guide[slot[i] >> s->shift]);
	}
	for (size_t i = 0; i < rows; i++)
		__builtin_prefetch(&s->first[s->guide[slot[i] >> s->shift]]);
	for (size_t i = 0; i < rows; i++) {
		user[i] = rs_synth_owner(s, slot[i]);
		__builtin_prefetch(&s->taste[2 * user[i]]);
		__builtin_prefetch(&s->whole[user[i]]);
		__builtin_prefetch(&s->user_vec[VEC * user[i]]);
	}
	for (size_t i = 0; i < rows; i++) {
		place[i] = rated_place(s, user[i], slot[i]);
		__builtin_prefetch(&s->item[place[i]]);
		__builtin_prefetch(&s->item_vec[VEC * place[i]]);
	}
	for (size_t i = 0; i < rows; i++)
		rs_ratings_row(s, user[i], place[i], first + i, &row[i]);
}
