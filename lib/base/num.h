/*
 * num: numbers as text, strictly and without a locale.
 *
 * Parsers take all n bytes or nothing: no blanks, no trailing text, no hex,
 * no nan and no inf; false means it is no such number or does not fit.
 * Formatters write the fewest digits that read back to the same bits, with an
 * exponent only below 1e-4 and from 1e16 on: 10, 17850, 2.5e-05.
 */
#ifndef RS_BASE_NUM_H
#define RS_BASE_NUM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { RS_NUM_MAX = 32 };	/* longest formatted number, with its NUL */

bool rs_parse_u64(const char *s, size_t n, uint64_t *v);
bool rs_parse_i64(const char *s, size_t n, int64_t *v);	/* one leading + or - */
bool rs_parse_real(const char *s, size_t n, double *v);	/* 1, -.5, 1e-3 */

/* A size or count: digits, then k M G (powers of 1000) or Ki Mi Gi. */
bool rs_parse_count(const char *s, size_t n, uint64_t *v);

/* A length of time in seconds: digits, then s m h d w (seconds without). */
bool rs_parse_span(const char *s, size_t n, int64_t *v);

/* Write to p (RS_NUM_MAX bytes) and return the length. */
size_t rs_format_u64(char *p, uint64_t v);
size_t rs_format_i64(char *p, int64_t v);
size_t rs_format_f32(char *p, float v);	/* nan, inf, -inf as such */
size_t rs_format_f64(char *p, double v);

/* 1,067,371 for people; RS_NUM_MAX bytes; returns p. */
char *rs_commas(char *p, uint64_t v);

/* Seconds since 1970 from "2011-12-09", "2011-12-09 12:50[:07[.25]]" or the
 * same with T, an optional Z or +hh:mm; UTC unless said. */
bool rs_parse_iso_time(const char *s, size_t n, int64_t *v);

/* Seconds since 1970 for a civil date and time in UTC (any year > 0). */
int64_t rs_civil_seconds(int64_t year, int month, int day, int h, int m, int s);

#endif
