/* activation: the curves of curve.h, a register at a time. */
#include "kernel/activation.h"
#include "kernel/cpu.h"
#include "kernel/curve.h"

/* Each lane is for itself, so a short rest goes through the same register. */
#define OVER(curve) \
	size_t i = 0; \
	for (; i + VF_LANES <= n; i += VF_LANES) \
		vf_store(y + i, curve(vf_load(x + i))); \
	if (i < n) { \
		float rest[VF_LANES] = { 0 }; \
		memcpy(rest, x + i, (n - i) * sizeof(*x)); \
		vf_store(rest, curve(vf_load(rest))); \
		memcpy(y + i, rest, (n - i) * sizeof(*y)); \
	}

static void
sigmoid(float *y, const float *x, size_t n)
{
	OVER(vf_sigmoid)
}

static void
softplus(float *y, const float *x, size_t n)
{
	OVER(vf_softplus)
}

static void
exponential(float *y, const float *x, size_t n)
{
	OVER(vf_exp)
}

extern const struct rs_activation_ops RS_PATH(rs_activation_ops);
const struct rs_activation_ops RS_PATH(rs_activation_ops) = {
	sigmoid, softplus, exponential
};
