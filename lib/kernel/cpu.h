/*
 * cpu: which build of the kernels this process runs.
 *
 * Each file in lib/kernel/isa is compiled once a path (base, and on x86-64
 * also avx2 and avx512) and exports one table of functions a path:
 *
 *	const struct rs_gram_ops RS_PATH(rs_gram_ops) = { ... };   (isa/gram.c)
 *
 *	RS_PATHS(struct rs_gram_ops, rs_gram_ops)                  (gram.c)
 *	...
 *	RS_PICK(rs_gram_ops)->gram(...);
 *
 * Every path gives the same bits.  RS_CPU=base|avx2|avx512 forces one; a path
 * that this CPU lacks ends the process with status 3.
 */
#ifndef RS_KERNEL_CPU_H
#define RS_KERNEL_CPU_H

enum rs_cpu { RS_CPU_BASE, RS_CPU_AVX2, RS_CPU_AVX512 };

/* The path of this process, settled at the first call. */
enum rs_cpu rs_cpu(void);

/* Its name, as RS_CPU spells it. */
const char *rs_cpu_name(void);

#define RS_PASTE_(a, b) a##_##b
#define RS_PASTE(a, b) RS_PASTE_(a, b)
#define RS_PATH(name) RS_PASTE(name, RS_ISA)

#if defined(__x86_64__)
#define RS_PATHS(type, name) extern const type name##_base, name##_avx2, \
    name##_avx512;
#define RS_PICK(name) (rs_cpu() == RS_CPU_AVX512 ? &name##_avx512 : \
    rs_cpu() == RS_CPU_AVX2 ? &name##_avx2 : &name##_base)
#else
#define RS_PATHS(type, name) extern const type name##_base;
#define RS_PICK(name) (&name##_base)
#endif

#endif
