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
 * v8d is the same for eight double lanes, vd for one register of doubles.
 * Only for lib/kernel/isa.
 */
#ifndef RS_KERNEL_VEC_H
#define RS_KERNEL_VEC_H

#include <stddef.h>
#include <stdint.h>
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
static inline vf vf_max(vf a, vf b) { return _mm512_max_ps(a, b); }
static inline vf vf_min(vf a, vf b) { return _mm512_min_ps(a, b); }
static inline vf vf_sqrt(vf a) { return _mm512_sqrt_ps(a); }
static inline vf vf_bits(vf a) { return _mm512_castsi512_ps(_mm512_slli_epi32(_mm512_castps_si512(a), 23)); }

#define VD_LANES 8
typedef __m512d vd;
static inline vd vd_set(double x) { return _mm512_set1_pd(x); }
static inline vd vd_load(const double *p) { return _mm512_loadu_pd(p); }
static inline vd vd_loadf(const float *p) { return _mm512_cvtps_pd(_mm256_loadu_ps(p)); }
static inline void vd_store(double *p, vd a) { _mm512_storeu_pd(p, a); }
static inline vd vd_add(vd a, vd b) { return _mm512_add_pd(a, b); }
static inline vd vd_mul(vd a, vd b) { return _mm512_mul_pd(a, b); }
static inline vd vd_fma(vd a, vd b, vd c) { return _mm512_fmadd_pd(a, b, c); }
static inline vd vd_fnma(vd a, vd b, vd c) { return _mm512_fnmadd_pd(a, b, c); }

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
static inline vf vf_max(vf a, vf b) { return _mm256_max_ps(a, b); }
static inline vf vf_min(vf a, vf b) { return _mm256_min_ps(a, b); }
static inline vf vf_sqrt(vf a) { return _mm256_sqrt_ps(a); }
static inline vf vf_bits(vf a) { return _mm256_castsi256_ps(_mm256_slli_epi32(_mm256_castps_si256(a), 23)); }

#define VD_LANES 4
typedef __m256d vd;
static inline vd vd_set(double x) { return _mm256_set1_pd(x); }
static inline vd vd_load(const double *p) { return _mm256_loadu_pd(p); }
static inline vd vd_loadf(const float *p) { return _mm256_cvtps_pd(_mm_loadu_ps(p)); }
static inline void vd_store(double *p, vd a) { _mm256_storeu_pd(p, a); }
static inline vd vd_add(vd a, vd b) { return _mm256_add_pd(a, b); }
static inline vd vd_mul(vd a, vd b) { return _mm256_mul_pd(a, b); }
static inline vd vd_fma(vd a, vd b, vd c) { return _mm256_fmadd_pd(a, b, c); }
static inline vd vd_fnma(vd a, vd b, vd c) { return _mm256_fnmadd_pd(a, b, c); }

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
/* As the instruction has it: b where either is NaN. */
static inline vf
vf_max(vf a, vf b)
{
	for (int l = 0; l < 4; l++)
		b[l] = a[l] > b[l] ? a[l] : b[l];
	return b;
}
static inline vf
vf_min(vf a, vf b)
{
	for (int l = 0; l < 4; l++)
		b[l] = a[l] < b[l] ? a[l] : b[l];
	return b;
}
static inline vf
vf_sqrt(vf a)
{
	for (int l = 0; l < 4; l++)
		a[l] = __builtin_sqrtf(a[l]);
	return a;
}
/* The last nine bits of each lane become sign and exponent. */
static inline vf
vf_bits(vf a)
{
	uint32_t u[4];

	memcpy(u, &a, 16);
	for (int l = 0; l < 4; l++)
		u[l] <<= 23;
	memcpy(&a, u, 16);
	return a;
}

#define VD_LANES 2
typedef double vd __attribute__((vector_size(16)));
static inline vd vd_set(double x) { return (vd){ x, x }; }
static inline vd vd_load(const double *p) { vd a; memcpy(&a, p, 16); return a; }
static inline vd vd_loadf(const float *p) { return (vd){ p[0], p[1] }; }
static inline void vd_store(double *p, vd a) { memcpy(p, &a, 16); }
static inline vd vd_add(vd a, vd b) { return a + b; }
static inline vd vd_mul(vd a, vd b) { return a * b; }
static inline vd
vd_fma(vd a, vd b, vd c)
{
	for (int l = 0; l < 2; l++)
		c[l] = __builtin_fma(a[l], b[l], c[l]);
	return c;
}
static inline vd vd_fnma(vd a, vd b, vd c) { return vd_fma(-a, b, c); }
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
static inline v16 v16_sqrt(v16 a) { V16_EACH(vf_sqrt(a.r[i])); }
static inline v16
v16_fma(v16 a, v16 b, v16 c)
{
	V16_EACH(vf_fma(a.r[i], b.r[i], c.r[i]));
}

static inline v16 v16_max(v16 a, v16 b) { V16_EACH(vf_max(a.r[i], b.r[i])); }

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

/* s[j] = v16_sum(a[j]) for eight at once, by the same tree: transposing as
 * it folds, three instructions a row where one alone takes seven. */
#if VF_LANES >= 8
static inline __m256
v16_sum8_half(v16 a)
{
#if VF_LANES == 16
	return _mm256_add_ps(_mm512_castps512_ps256(a.r[0]),
	    _mm512_extractf32x8_ps(a.r[0], 1));
#else
	return _mm256_add_ps(a.r[0], a.r[1]);
#endif
}

/* Lanes l and l + 4 of a below, of b above. */
static inline __m256
v16_sum8_quarter(__m256 a, __m256 b)
{
	return _mm256_add_ps(_mm256_permute2f128_ps(a, b, 0x20),
	    _mm256_permute2f128_ps(a, b, 0x31));
}

static inline __m256
v16_sum8_eighth(__m256 a, __m256 b)
{
	return _mm256_add_ps(_mm256_shuffle_ps(a, b, 0x44),
	    _mm256_shuffle_ps(a, b, 0xee));
}

static inline void
v16_sum8(float *s, const v16 *a)
{
	const __m256 q04 = v16_sum8_quarter(v16_sum8_half(a[0]),
	    v16_sum8_half(a[4]));
	const __m256 q15 = v16_sum8_quarter(v16_sum8_half(a[1]),
	    v16_sum8_half(a[5]));
	const __m256 q26 = v16_sum8_quarter(v16_sum8_half(a[2]),
	    v16_sum8_half(a[6]));
	const __m256 q37 = v16_sum8_quarter(v16_sum8_half(a[3]),
	    v16_sum8_half(a[7]));
	const __m256 e01 = v16_sum8_eighth(q04, q15);
	const __m256 e23 = v16_sum8_eighth(q26, q37);

	_mm256_storeu_ps(s, _mm256_add_ps(_mm256_shuffle_ps(e01, e23, 0x88),
	    _mm256_shuffle_ps(e01, e23, 0xdd)));
}
#else
static inline void
v16_sum8(float *s, const v16 *a)
{
	for (int j = 0; j < 8; j++)
		s[j] = v16_sum(a[j]);
}
#endif

enum { VDS = 8 / VD_LANES };	/* machine registers in a v8d */

typedef struct {
	vd r[VDS];
} v8d;

#define V8D_EACH(expr) \
	v8d out; \
	for (int i = 0; i < VDS; i++) \
		out.r[i] = (expr); \
	return out

static inline v8d v8d_set(double x) { V8D_EACH(vd_set(x)); }
static inline v8d v8d_load(const double *p) { V8D_EACH(vd_load(p + i * VD_LANES)); }
static inline v8d v8d_loadf(const float *p) { V8D_EACH(vd_loadf(p + i * VD_LANES)); }
static inline v8d v8d_add(v8d a, v8d b) { V8D_EACH(vd_add(a.r[i], b.r[i])); }
static inline v8d v8d_mul(v8d a, v8d b) { V8D_EACH(vd_mul(a.r[i], b.r[i])); }
static inline v8d
v8d_fma(v8d a, v8d b, v8d c)
{
	V8D_EACH(vd_fma(a.r[i], b.r[i], c.r[i]));
}

/* c - a b, rounded once. */
static inline v8d
v8d_fnma(v8d a, v8d b, v8d c)
{
	V8D_EACH(vd_fnma(a.r[i], b.r[i], c.r[i]));
}

static inline void
v8d_store(double *p, v8d a)
{
	for (int i = 0; i < VDS; i++)
		vd_store(p + i * VD_LANES, a.r[i]);
}

/* Lane l takes in lane l + 4, then l + 2, l + 1. */
static inline double
v8d_sum(v8d a)
{
	double s[8];

	v8d_store(s, a);
	for (int half = 4; half > 0; half /= 2)
		for (int l = 0; l < half; l++)
			s[l] += s[l + half];
	return s[0];
}

#endif
