/* date: times as text, in UTC and English whatever the locale. */
#include <math.h>
#include <string.h>
#include <strings.h>

#include "base/num.h"
#include "io/date.h"

struct moment {
	int64_t year;
	int month, day, day_of_year;	/* day_of_year 0: not given */
	int hour, minute, second, offset;
	int half;			/* 0 none, 1 AM, 2 PM */
	bool epoch;
	int64_t seconds;
};

static bool
is_digit(char c)
{
	return c >= '0' && c <= '9';
}

/* Up to most digits at *s, a number in lo..hi. */
static bool
number(const char **s, const char *end, int most, int lo, int hi, int *v)
{
	int n = 0;

	*v = 0;
	for (; n < most && *s < end && is_digit(**s); n++, (*s)++)
		*v = *v * 10 + (**s - '0');
	return n > 0 && *v >= lo && *v <= hi;
}

/* One of n names, whole or its first three letters; its place from 1. */
static int
name(const char **s, const char *end, const char *const *names, int n)
{
	for (int i = 0; i < n; i++) {
		const size_t whole = strlen(names[i]);
		const size_t left = (size_t)(end - *s);

		for (size_t k = whole; k >= 3; k = k > 3 ? 3 : 0) {
			if (left < k || strncasecmp(*s, names[i], k) != 0)
				continue;
			*s += k;
			return i + 1;
		}
	}
	return 0;
}

static bool
zone(const char **s, const char *end, int *offset)
{
	int h, m = 0, sign = 1;

	*offset = 0;
	if (*s < end && (**s == 'Z' || **s == 'z')) {
		(*s)++;
		return true;
	}
	if (*s == end || (**s != '+' && **s != '-'))
		return false;
	sign = *(*s)++ == '-' ? -1 : 1;
	if (!number(s, end, 2, 0, 23, &h))
		return false;
	if (*s < end && **s == ':')
		(*s)++;
	if (*s < end && !number(s, end, 2, 0, 59, &m))
		return false;
	*offset = sign * (h * 3600 + m * 60);
	return true;
}

static void
blanks(const char **s, const char *end)
{
	while (*s < end && (**s == ' ' || (**s >= '\t' && **s <= '\r')))
		(*s)++;
}

static bool
epoch(const char **s, const char *end, struct moment *t)
{
	const char *from = *s;

	if (*s < end && **s == '-')
		(*s)++;
	while (*s < end && is_digit(**s))
		(*s)++;
	t->epoch = true;
	return rs_parse_i64(from, (size_t)(*s - from), &t->seconds);
}

static bool follow(const char *format, const char **s, const char *end,
    struct moment *t);

static bool
field(char c, const char **s, const char *end, struct moment *t)
{
	static const char *const months[] = {
		"January", "February", "March", "April", "May", "June", "July",
		"August", "September", "October", "November", "December",
	};
	static const char *const days[] = {
		"Monday", "Tuesday", "Wednesday", "Thursday", "Friday",
		"Saturday", "Sunday",
	};
	int v;

	switch (c) {
	case 'Y':
		if (!number(s, end, 4, 1, 9999, &v))
			return false;
		t->year = v;
		return true;
	case 'y':
		if (!number(s, end, 2, 0, 99, &v))
			return false;
		t->year = v + (v < 69 ? 2000 : 1900);
		return true;
	case 'm':
		return number(s, end, 2, 1, 12, &t->month);
	case 'b':
	case 'B':
	case 'h':
		return (t->month = name(s, end, months, 12)) > 0;
	case 'a':
	case 'A':
		return name(s, end, days, 7) > 0;
	case 'e':
		blanks(s, end);
		/* fall through */
	case 'd':
		return number(s, end, 2, 1, 31, &t->day);
	case 'j':
		return number(s, end, 3, 1, 366, &t->day_of_year);
	case 'H':
		return number(s, end, 2, 0, 23, &t->hour);
	case 'I':
		return number(s, end, 2, 1, 12, &t->hour);
	case 'p':
		if (end - *s < 2 || (strncasecmp(*s, "am", 2) != 0 &&
		    strncasecmp(*s, "pm", 2) != 0))
			return false;
		t->half = (**s | 0x20) == 'a' ? 1 : 2;
		*s += 2;
		return true;
	case 'M':
		return number(s, end, 2, 0, 59, &t->minute);
	case 'S':
		return number(s, end, 2, 0, 60, &t->second);
	case 'f':
		return number(s, end, 9, 0, 999999999, &v);
	case 'z':
		return zone(s, end, &t->offset);
	case 's':
		return epoch(s, end, t);
	case 'F':
		return follow("%Y-%m-%d", s, end, t);
	case 'T':
		return follow("%H:%M:%S", s, end, t);
	case 'R':
		return follow("%H:%M", s, end, t);
	case 'D':
		return follow("%m/%d/%y", s, end, t);
	case 'n':
	case 't':
		blanks(s, end);
		return true;
	case '%':
		return *s < end && *(*s)++ == '%';
	}
	return false;
}

static bool
follow(const char *format, const char **s, const char *end, struct moment *t)
{
	for (const char *f = format; *f != '\0'; f++) {
		if (*f == '%') {
			if (!field(*++f, s, end, t))
				return false;
		} else if (*f == ' ') {
			blanks(s, end);
		} else if (*s == end || *(*s)++ != *f) {
			return false;
		}
	}
	return true;
}

const char *
rs_date_check(const char *format)
{
	bool day = false, any = false;

	for (const char *f = format; *f != '\0'; f++) {
		if (*f != '%')
			continue;
		f++;
		if (*f == '\0' || strchr("YymbBhaAedjHIpMSfzsFTRDnt%", *f) ==
		    NULL)
			return "has a % that stands for nothing known here";
		any = true;
		day = day || strchr("YysFD", *f) != NULL;
	}
	if (!any || !day)
		return "has no year: %Y, %y, %F, %D or %s";
	return NULL;
}

static bool
leap(int64_t y)
{
	return y % 4 == 0 && (y % 100 != 0 || y % 400 == 0);
}

bool
rs_date_parse(const char *format, const char *s, size_t n, int64_t *v)
{
	static const int longest[] = {
		31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31,
	};
	struct moment t = { .year = 1970, .month = 1, .day = 1 };
	const char *end = s + n;

	if (!follow(format, &s, end, &t) || s != end)
		return false;
	if (t.epoch) {
		*v = t.seconds;
		return true;
	}
	if (t.half != 0) {
		if (t.hour < 1 || t.hour > 12)
			return false;
		t.hour = t.hour % 12 + (t.half == 2 ? 12 : 0);
	}
	if (t.day_of_year > 0) {
		if (t.day_of_year == 366 && !leap(t.year))
			return false;
		t.month = 1;
		t.day = 1;
	} else if (t.day > longest[t.month - 1] + (t.month == 2 &&
	    leap(t.year))) {
		return false;
	}
	*v = rs_civil_seconds(t.year, t.month, t.day, t.hour, t.minute,
	    t.second) - t.offset;
	if (t.day_of_year > 0)
		*v += (int64_t)(t.day_of_year - 1) * 86400;
	return true;
}

bool
rs_date_guess(const char *s, size_t n, int64_t *v)
{
	double x;

	if (rs_parse_i64(s, n, v) || rs_parse_iso_time(s, n, v))
		return true;
	if (!rs_parse_real(s, n, &x) || fabs(x) >= 0x1p62)
		return false;
	*v = (int64_t)floor(x);
	return true;
}
