/*
 * vec: sixteen float lanes, whatever the machine's registers are.
 *
 *	v16 sum = v16_zero();
 *	for (size_t i = 0; i < n; i += LANES)
 *		sum = v16_fma(v16_load(a + i), v16_load(b + i), sum);
 *	return v16_sum(sum);
 *
 * A v16 is one 512-bit register, two of 256 or four of 128 bits.  All lane
 * operations are IEEE and v16_sum folds in one fixed tree (16, 8, 4, 2, 1),
 * so every path gives the same bits.  vf is the machine's own register of
 * VF_LANES floats, for kernels whose result does not depend on its width.
 * Only for lib/kernel/isa.
 */
#ifndef RS_KERNEL_VEC_H
#define RS_KERNEL_VEC_H

#include <stddef.h>
#include <string.h>

#define LANES 16

#if defined(__AVX512F__)
#include <immintrin.h>

#define VF_LANES 16
typedef __m512 vf;
static inline vf vf_zero(void) { return _mm512_setzero_ps(); }
static inline vf vf_set(float x) { return _mm512_set1_ps(x); }
static inline vf vf_load(const float *p) { return _mm512_loadu_ps(p); }
static inline void vf_store(float *p, vf a) { _mm512_storeu_ps(p, a); }
static inline vf vf_add(vf a, vf b) { return _mm512_add_ps(a, b); }
static inline vf vf_sub(vf a, vf b) { return _mm512_sub_ps(a, b); }
static inline vf vf_mul(vf a, vf b) { return _mm512_mul_ps(a, b); }
static inline vf vf_div(vf a, vf b) { return _mm512_div_ps(a, b); }
static inline vf vf_fma(vf a, vf b, vf c) { return _mm512_fmadd_ps(a, b, c); }

#elif defined(__AVX2__)
#include <immintrin.h>

#define VF_LANES 8
typedef __m256 vf;
static inline vf vf_zero(void) { return _mm256_setzero_ps(); }
static inline vf vf_set(float x) { return _mm256_set1_ps(x); }
static inline vf vf_load(const float *p) { return _mm256_loadu_ps(p); }
static inline void vf_store(float *p, vf a) { _mm256_storeu_ps(p, a); }
static inline vf vf_add(vf a, vf b) { return _mm256_add_ps(a, b); }
static inline vf vf_sub(vf a, vf b) { return _mm256_sub_ps(a, b); }
static inline vf vf_mul(vf a, vf b) { return _mm256_mul_ps(a, b); }
static inline vf vf_div(vf a, vf b) { return _mm256_div_ps(a, b); }
static inline vf vf_fma(vf a, vf b, vf c) { return _mm256_fmadd_ps(a, b, c); }

#else

/* Portable: on aarch64 the loop in vf_fma is one instruction, on baseline
 * x86-64 four library calls: for agreement, not for speed. */
#define VF_LANES 4
typedef float vf __attribute__((vector_size(16)));
static inline vf vf_zero(void) { return (vf){ 0, 0, 0, 0 }; }
static inline vf vf_set(float x) { return (vf){ x, x, x, x }; }
static inline vf vf_load(const float *p) { vf a; memcpy(&a, p, 16); return a; }
static inline void vf_store(float *p, vf a) { memcpy(p, &a, 16); }
static inline vf vf_add(vf a, vf b) { return a + b; }
static inline vf vf_sub(vf a, vf b) { return a - b; }
static inline vf vf_mul(vf a, vf b) { return a * b; }
static inline vf vf_div(vf a, vf b) { return a / b; }
static inline vf
vf_fma(vf a, vf b, vf c)
{
	for (int l = 0; l < 4; l++)
		c[l] = __builtin_fmaf(a[l], b[l], c[l]);
	return c;
}
#endif

enum { VFS = LANES / VF_LANES };	/* machine registers in a v16 */

typedef struct {
	vf r[VFS];
} v16;

#define V16_EACH(expr) \
	v16 out; \
	for (int i = 0; i < VFS; i++) \
		out.r[i] = (expr); \
	return out

static inline v16 v16_zero(void) { V16_EACH(vf_zero()); }
static inline v16 v16_set(float x) { V16_EACH(vf_set(x)); }
static inline v16 v16_load(const float *p) { V16_EACH(vf_load(p + i * VF_LANES)); }
static inline v16 v16_add(v16 a, v16 b) { V16_EACH(vf_add(a.r[i], b.r[i])); }
static inline v16 v16_sub(v16 a, v16 b) { V16_EACH(vf_sub(a.r[i], b.r[i])); }
static inline v16 v16_mul(v16 a, v16 b) { V16_EACH(vf_mul(a.r[i], b.r[i])); }
static inline v16 v16_div(v16 a, v16 b) { V16_EACH(vf_div(a.r[i], b.r[i])); }
static inline v16
v16_fma(v16 a, v16 b, v16 c)
{
	V16_EACH(vf_fma(a.r[i], b.r[i], c.r[i]));
}

static inline void
v16_store(float *p, v16 a)
{
	for (int i = 0; i < VFS; i++)
		vf_store(p + i * VF_LANES, a.r[i]);
}

/* Lane l takes in lane l + 8, then l + 4, l + 2, l + 1. */
static inline float
v16_sum(v16 a)
{
	float s[LANES];

	v16_store(s, a);
	for (int half = LANES / 2; half > 0; half /= 2)
		for (int l = 0; l < half; l++)
			s[l] += s[l + half];
	return s[0];
}

#endif
