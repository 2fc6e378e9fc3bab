/* num: numbers as text, strictly and without a locale. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/num.h"

static bool
is_digit(char c)
{
	return c >= '0' && c <= '9';
}

/* Eight digits at once (little-endian: the first is the lowest byte): pairs,
 * then fours, then all are joined by a multiplication each. */
static bool
eight_digits(const char *s, uint64_t *v)
{
	uint64_t x;

	memcpy(&x, s, sizeof(x));
	/* A digit has 3 in its upper half, also after 6 is added. */
	if (((x & 0xf0f0f0f0f0f0f0f0u) |
	    ((x + 0x0606060606060606u) & 0xf0f0f0f0f0f0f0f0u) >> 4) !=
	    0x3333333333333333u)
		return false;
	x &= 0x0f0f0f0f0f0f0f0fu;
	x = (x * 10 + (x >> 8)) & 0x00ff00ff00ff00ffu;
	x = (x * 100 + (x >> 16)) & 0x0000ffff0000ffffu;
	*v = (x * 10000 + (x >> 32)) & 0xffffffffu;
	return true;
}

bool
rs_parse_u64(const char *s, size_t n, uint64_t *v)
{
	uint64_t x = 0;
	size_t i = 0;

	if (n == 0)
		return false;
	if (n >= 8) {
		if (!eight_digits(s, &x))
			return false;
		i = 8;
	}
	for (; i < n && i < 19; i++) {	/* 19 digits always fit */
		if (!is_digit(s[i]))
			return false;
		x = x * 10 + (uint64_t)(s[i] - '0');
	}
	for (; i < n; i++) {
		if (!is_digit(s[i]) || __builtin_mul_overflow(x, 10, &x) ||
		    __builtin_add_overflow(x, (uint64_t)(s[i] - '0'), &x))
			return false;
	}
	*v = x;
	return true;
}

bool
rs_parse_i64(const char *s, size_t n, int64_t *v)
{
	const bool minus = n > 0 && s[0] == '-';
	const size_t sign = minus || (n > 0 && s[0] == '+');
	uint64_t x;

	if (!rs_parse_u64(s + sign, n - sign, &x))
		return false;
	if (x > (uint64_t)INT64_MAX + minus)
		return false;
	*v = minus ? (int64_t)(0 - x) : (int64_t)x;
	return true;
}

/* The slow exact way, through the C library's correctly rounded strtod. */
static bool
parse_real_slow(const char *s, size_t n, double *v)
{
	char text[400], *end;

	if (n >= sizeof(text))
		return false;
	memcpy(text, s, n);
	text[n] = '\0';
	*v = strtod(text, &end);
	return end == text + n && isfinite(*v);
}

bool
rs_parse_real(const char *s, size_t n, double *v)
{
	static const double ten[] = {
		1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11,
		1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19, 1e20, 1e21,
		1e22,
	};
	uint64_t m = 0;
	int64_t power = 0, e = 0;
	size_t i = 0, digits = 0;
	bool minus = false;

	if (i < n && (s[i] == '-' || s[i] == '+'))
		minus = s[i++] == '-';
	for (; i < n && is_digit(s[i]); i++, digits++)
		m = m * 10 + (uint64_t)(s[i] - '0');
	if (i < n && s[i] == '.') {
		for (i++; i < n && is_digit(s[i]); i++, digits++, power--)
			m = m * 10 + (uint64_t)(s[i] - '0');
	}
	if (digits == 0)
		return false;
	if (i < n && (s[i] == 'e' || s[i] == 'E')) {
		if (!rs_parse_i64(s + i + 1, n - i - 1, &e))
			return false;
		power += e > 9999 ? 9999 : e < -9999 ? -9999 : e;
		i = n;
	}
	if (i != n)
		return false;
	/* Exact when both factors are (Clinger 1990): m < 2^53, 10^22. */
	if (digits > 18 || m >> 53 != 0 || power > 22 || power < -22)
		return parse_real_slow(s, n, v);
	*v = power < 0 ? (double)m / ten[-power] : (double)m * ten[power];
	if (minus)
		*v = -*v;
	return true;
}

bool
rs_parse_count(const char *s, size_t n, uint64_t *v)
{
	const bool binary = n > 1 && s[n - 1] == 'i';
	const uint64_t k = binary ? 1024 : 1000;
	uint64_t unit = 1, x;

	if (binary)
		n--;
	switch (n > 0 ? s[n - 1] : '\0') {
	case 'G':
		unit *= k;
		/* fall through */
	case 'M':
		unit *= k;
		/* fall through */
	case 'k':
	case 'K':
		unit *= k;
		n--;
		break;
	default:
		if (binary)
			return false;
	}
	return rs_parse_u64(s, n, &x) && !__builtin_mul_overflow(x, unit, v);
}

bool
rs_parse_span(const char *s, size_t n, int64_t *v)
{
	int64_t unit = 1;
	uint64_t x;

	switch (n > 0 ? s[n - 1] : '\0') {
	case 's':
		n--;
		break;
	case 'm':
		unit = 60;
		n--;
		break;
	case 'h':
		unit = 3600;
		n--;
		break;
	case 'd':
		unit = 86400;
		n--;
		break;
	case 'w':
		unit = 7 * 86400;
		n--;
		break;
	}
	return rs_parse_u64(s, n, &x) && !__builtin_mul_overflow(x, unit, v);
}

size_t
rs_format_u64(char *p, uint64_t v)
{
	char digits[24];
	size_t n = 0;

	do
		digits[n++] = (char)('0' + v % 10);
	while ((v /= 10) != 0);
	for (size_t i = 0; i < n; i++)
		p[i] = digits[n - 1 - i];
	p[n] = '\0';
	return n;
}

size_t
rs_format_i64(char *p, int64_t v)
{
	if (v >= 0)
		return rs_format_u64(p, (uint64_t)v);
	*p = '-';
	return 1 + rs_format_u64(p + 1, 0 - (uint64_t)v);
}

/*
 * The digits of m, of which the first stands for 10^e, trailing zeros
 * dropped: plainly, as people write ids and counts (10, not 1e+01), and with
 * an exponent only where e < -4 or e >= 16.
 */
static size_t
layout(char *p, uint64_t m, int e)
{
	char d[RS_NUM_MAX];
	const bool scientific = e < -4 || e >= 16;
	char *q = p;
	int n;

	n = (int)rs_format_u64(d, m);
	while (n > 1 && d[n - 1] == '0')
		n--;
	if (!scientific && e < 0) {
		*q++ = '0';
		*q++ = '.';
		for (int i = -1; i > e; i--)
			*q++ = '0';
	}
	for (int i = 0; i < n; i++) {
		if (i > 0 && i == (scientific ? 1 : e + 1) &&
		    (scientific || e >= 0))
			*q++ = '.';
		*q++ = d[i];
	}
	if (!scientific) {
		for (int i = n; i <= e; i++)
			*q++ = '0';
		*q = '\0';
		return (size_t)(q - p);
	}
	return (size_t)(q - p) + (size_t)snprintf(q, 8, "e%+03d", e);
}

/*
 * The shortest of 1..9 digits that reads back as v (v finite, v > 0, of
 * ordinary size): v scaled to an integer of that many digits in double is
 * within 2^-51 of the truth, and what reads back as v is an interval of half
 * an ulp, 2^-25 of v at least, to both sides.  So a candidate whose distance
 * is clear of that edge by 2^-48 is surely right or surely wrong; 0 says that
 * this cannot be told here.
 */
static size_t
format_f32_fast(char *p, float v)
{
	const double x = (double)v;
	const double up = (double)nextafterf(v, INFINITY) - x;
	const double down = x - (double)nextafterf(v, 0);
	const double half = (up < down ? up : down) / 2;
	static const uint64_t whole[] = {
		1, 10, 100, 1000, 10000, 100000, 1000000, 10000000, 100000000,
		1000000000,
	};
	double power = 1;
	int e = 0, carried;

	if (v < 1e-5f || v >= 1e9f)
		return 0;
	while (x >= power * 10) {
		power *= 10;
		e++;
	}
	for (double small = 1; x * small < 1; small *= 10)
		e--;
	for (int digits = 1; digits <= 9; digits++) {
		const int shift = digits - 1 - e;
		double unit = 1, m, far;

		for (int i = 0; i < (shift < 0 ? -shift : shift); i++)
			unit *= 10;	/* exact to 10^22 */
		m = floor((shift < 0 ? x / unit : x * unit) + 0.5);
		far = fabs((shift < 0 ? m * unit : m / unit) - x);
		if (fabs(far - half) < x * 0x1p-48)
			return 0;
		if (far > half)
			continue;
		/* Rounding may have carried: 9.9 to 10. */
		carried = (uint64_t)m == whole[digits];
		return layout(p, (uint64_t)m, e + carried);
	}
	return 0;
}

/* What "%.*e" wrote in text, written the way of layout. */
static size_t
layout_again(char *p, const char *text)
{
	const size_t minus = *text == '-';
	uint64_t m = 0;
	const char *s = text + minus;

	for (; *s != 'e'; s++) {
		if (*s != '.')
			m = m * 10 + (uint64_t)(*s - '0');
	}
	*p = '-';
	return minus + layout(p + minus, m, atoi(s + 1));
}

/* What has no digits; 0 where v has some. */
static size_t
format_odd(char *p, double v)
{
	if (isnan(v))
		return (size_t)snprintf(p, RS_NUM_MAX, "nan");
	if (isinf(v))
		return (size_t)snprintf(p, RS_NUM_MAX, v < 0 ? "-inf" : "inf");
	if (v == 0)
		return (size_t)snprintf(p, RS_NUM_MAX, signbit(v) ? "-0" : "0");
	return 0;
}

size_t
rs_format_f32(char *p, float v)
{
	const size_t minus = signbit(v) != 0;
	char text[RS_NUM_MAX];
	size_t n = format_odd(p, (double)v);

	if (n > 0)
		return n;
	if (minus)
		*p = '-';
	n = format_f32_fast(p + minus, minus ? -v : v);
	if (n > 0)
		return n + minus;
	for (int digits = 1; digits <= 9; digits++) {
		snprintf(text, sizeof(text), "%.*e", digits - 1, (double)v);
		if (strtof(text, NULL) == v)
			break;
	}
	return layout_again(p, text);
}

size_t
rs_format_f64(char *p, double v)
{
	char text[RS_NUM_MAX];
	const size_t n = format_odd(p, v);

	if (n > 0)
		return n;
	for (int digits = 1; digits <= 17; digits++) {
		snprintf(text, sizeof(text), "%.*e", digits - 1, v);
		if (strtod(text, NULL) == v)
			break;
	}
	return layout_again(p, text);
}

char *
rs_commas(char *p, uint64_t v)
{
	char digits[RS_NUM_MAX];
	const size_t n = rs_format_u64(digits, v);
	char *q = p;

	for (size_t i = 0; i < n; i++) {
		if (i > 0 && (n - i) % 3 == 0)
			*q++ = ',';
		*q++ = digits[i];
	}
	*q = '\0';
	return p;
}

int64_t
rs_civil_seconds(int64_t year, int month, int day, int h, int m, int s)
{
	/* Days from 1970-01-01, counting years from March so that the leap
	 * day comes last. */
	const int64_t y = month <= 2 ? year - 1 : year;
	const int64_t era = y >= 0 ? y / 400 : (y - 399) / 400;
	const int64_t of_era = y - era * 400;
	const int64_t of_year = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 +
	    day - 1;
	const int64_t days = era * 146097 + of_era * 365 + of_era / 4 -
	    of_era / 100 + of_year - 719468;

	return ((days * 24 + h) * 60 + m) * 60 + s;
}

/* Exactly n digits at *s, moved past; false where there are none. */
static bool
take(const char **s, const char *end, int n, int *v)
{
	*v = 0;
	if (end - *s < n)
		return false;
	for (int i = 0; i < n; i++, (*s)++) {
		if (!is_digit(**s))
			return false;
		*v = *v * 10 + (**s - '0');
	}
	return true;
}

static bool
skip(const char **s, const char *end, char c)
{
	if (*s == end || **s != c)
		return false;
	(*s)++;
	return true;
}

/* "", "Z", "+hh:mm" or "+hhmm" at the end of a time, in seconds. */
static bool
zone(const char **s, const char *end, int *offset)
{
	const bool east = skip(s, end, '+');
	int h, m;

	*offset = 0;
	if (!east && !skip(s, end, '-')) {
		skip(s, end, 'Z');
		return true;
	}
	if (!take(s, end, 2, &h))
		return false;
	skip(s, end, ':');
	if (!take(s, end, 2, &m) || h > 23 || m > 59)
		return false;
	*offset = (h * 3600 + m * 60) * (east ? 1 : -1);
	return true;
}

bool
rs_parse_iso_time(const char *s, size_t n, int64_t *v)
{
	static const int longest[] = {
		31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31,
	};
	const char *end = s + n;
	int y, mo, d, h = 0, mi = 0, sec = 0, offset = 0;

	if (!take(&s, end, 4, &y) || !skip(&s, end, '-') ||
	    !take(&s, end, 2, &mo) || !skip(&s, end, '-') ||
	    !take(&s, end, 2, &d))
		return false;
	if (mo < 1 || mo > 12 || d < 1 || d > longest[mo - 1])
		return false;
	if (mo == 2 && d == 29 && (y % 4 != 0 || (y % 100 == 0 && y % 400 != 0)))
		return false;
	if (s != end) {
		if (!skip(&s, end, 'T') && !skip(&s, end, ' '))
			return false;
		if (!take(&s, end, 2, &h) || !skip(&s, end, ':') ||
		    !take(&s, end, 2, &mi))
			return false;
		if (skip(&s, end, ':') && !take(&s, end, 2, &sec))
			return false;
		if (skip(&s, end, '.')) {
			while (s < end && is_digit(*s))
				s++;
		}
		if (!zone(&s, end, &offset))
			return false;
	}
	if (s != end || h > 23 || mi > 59 || sec > 60)
		return false;
	*v = rs_civil_seconds(y, mo, d, h, mi, sec) - offset;
	return true;
}
