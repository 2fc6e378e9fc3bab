/* shop: journeys, from the look at an item to, sometimes, its purchase. */
#include <stdbool.h>

#include "data/world.h"

const char *const rs_synth_event[RS_SYNTH_EVENTS] = {
	"View", "AddToCart", "ViewCart", "StartCheckout", "Purchase",
};

/* A hundred journeys make 116 rows.  Eleven lie between those that convert;
 * each next event of one follows three views later. */
void
rs_shop_make(struct rs_synth *s)
{
	static const uint8_t depth[8] = { 2, 1, 3, 2, 1, 4, 2, 1 };
	size_t n = 0;
	uint8_t views = 0;

	for (unsigned t = 0; n < RS_SYNTH_FUNNEL; t++) {
		for (unsigned i = 0; i < 8; i++) {
			const unsigned at = 5 + 11 * i;

			for (uint8_t e = 1; e <= depth[i]; e++) {
				if (t != at + 3 * e)
					continue;
				s->views_before[n] = views;
				s->journey[n] = (uint8_t)at;
				s->event[n++] = e;
			}
		}
		if (t < RS_SYNTH_JOURNEYS) {
			s->views_before[n] = views++;
			s->journey[n] = (uint8_t)t;
			s->event[n++] = 0;
		}
	}
	s->views_before[RS_SYNTH_FUNNEL] = views;
}

static bool
converts(uint64_t journey)
{
	const uint64_t j = journey % RS_SYNTH_JOURNEYS;

	return j >= 5 && j <= 82 && (j - 5) % 11 == 0;
}

/* People come back to what they saw, above all before they buy. */
static uint64_t
journey_place(const struct rs_synth *s, const struct rs_chooser *c,
    uint64_t journey, uint64_t k)
{
	const uint64_t d = rs_synth_draw(s, RS_FOR_RETURN, journey);
	const double back = converts(journey) ? 0.5 : 0.15;

	k %= c->count;
	if (rs_unit(d) < back)
		k = rs_below(k + 1, d * 0x9e3779b97f4a7c15);
	return rs_choose(s, c, k);
}

void
rs_shop_row(const struct rs_synth *s, uint64_t n, struct rs_synth_row *row)
{
	const uint64_t at = n % RS_SYNTH_FUNNEL;
	const uint64_t journey = n / RS_SYNTH_FUNNEL * RS_SYNTH_JOURNEYS +
	    s->journey[at];
	const uint64_t slot = rs_shuffle_at(&s->when, journey);
	const uint64_t user = rs_synth_owner(s, slot);
	struct rs_chooser c;

	rs_chooser_init(&c, s, user);
	row->user = (uint32_t)user;
	row->item = s->item[journey_place(s, &c, journey,
	    slot - s->first[user])];
	row->event = s->event[at];
	row->discount = rs_unit(rs_synth_draw(s, RS_FOR_DISCOUNT,
	    journey)) < 0.2;
	row->stars = 0;
	row->time = rs_synth_time(s, n, rs_synth_draw(s, RS_FOR_TIME, n));
}
