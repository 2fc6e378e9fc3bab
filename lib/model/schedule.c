/* schedule: how the learning rate falls from epoch to epoch. */
#include "base/real.h"
#include "model/schedule.h"

const char *const rs_schedule_names[] = {
	[RS_RATE_CONSTANT] = "constant", [RS_RATE_LINEAR] = "linear",
	[RS_RATE_EXPONENTIAL] = "exponential", NULL
};

double
rs_schedule_rate(const struct rs_fit *f, uint64_t epoch)
{
	const double rate = rs_values_get(f->values, "learning-rate");

	switch ((enum rs_schedule)rs_values_get(f->values, "schedule")) {
	case RS_RATE_LINEAR:
		return rate * (1 - (double)epoch / (double)f->epochs);
	case RS_RATE_EXPONENTIAL:
		return rate * rs_pow(rs_values_get(f->values, "decay"),
		    (double)epoch);
	case RS_RATE_CONSTANT:
		break;
	}
	return rate;
}
