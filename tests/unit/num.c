/* num: what is a number, and that what is written reads back the same. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/draw.h"
#include "base/num.h"
#include "base/real.h"
#include "test.h"

static bool
real(const char *s, double *v)
{
	return rs_parse_real(s, strlen(s), v);
}

static void
test_reals_are_read_as_strtod_reads_them(void)
{
	static const char *const good[] = {
		"0", "-0", "1", "+1", ".5", "5.", "-.5e1", "1e22", "1e23",
		"123456789012345678901234567890", "4.9e-324", "1e-5",
		"0.1", "2.2250738585072011e-308", "9007199254740993",
	};
	static const char *const bad[] = {
		"", "+", ".", "e5", "1e", "1e+", "0x10", "nan", "inf", " 1",
		"1 ", "1,5", "1e400", "--1", "1.2.3", "1e5.0",
	};
	double v;

	for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++) {
		if (ok(real(good[i], &v), "%s is a number", good[i]))
			ok(v == strtod(good[i], NULL), "%s is %.17g", good[i],
			    v);
	}
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		ok(!real(bad[i], &v), "'%s' is no number", bad[i]);
	for (uint64_t i = 0; i < 20000; i++) {
		const uint64_t bits = rs_draw(1, RS_DRAW_ROW, i);
		char text[64];

		snprintf(text, sizeof(text), "%.*g", (int)(bits % 18) + 1,
		    rs_unit(bits) * rs_exp((double)(bits % 97) - 48));
		if (ok(real(text, &v), "%s is a number", text))
			ok(v == strtod(text, NULL), "%s is %.17g", text, v);
	}
}

static void
test_whole_numbers_have_edges(void)
{
	uint64_t u;
	int64_t i;

	ok(rs_parse_u64("18446744073709551615", 20, &u) && u == UINT64_MAX,
	    "the largest");
	ok(!rs_parse_u64("18446744073709551616", 20, &u), "one more");
	ok(rs_parse_i64("-9223372036854775808", 20, &i) && i == INT64_MIN,
	    "the smallest");
	ok(!rs_parse_i64("9223372036854775808", 19, &i), "one too large");
	ok(!rs_parse_u64("-1", 2, &u) && !rs_parse_u64("", 0, &u), "none");
	ok(rs_parse_count("20M", 3, &u) && u == 20000000, "20M");
	ok(rs_parse_count("64Mi", 4, &u) && u == 64 << 20, "64Mi");
	ok(!rs_parse_count("M", 1, &u) && !rs_parse_count("5i", 2, &u),
	    "no digits, no unit");
	ok(!rs_parse_count("99999999999999999999G", 21, &u), "too many");
	ok(rs_parse_span("30d", 3, &i) && i == 30 * 86400, "30d");
	ok(!rs_parse_span("-30d", 4, &i), "a length of time is not negative");
}

/* Digits of the shortest text of v among 1..9 that strtof reads back. */
static int
fewest_digits(float v)
{
	char text[64];

	for (int digits = 1; digits <= 9; digits++) {
		snprintf(text, sizeof(text), "%.*e", digits - 1, (double)v);
		if (strtof(text, NULL) == v)
			return digits;
	}
	return 9;
}

static int
digits_of(const char *s)
{
	int n = 0, zeros = 0;

	for (; *s != '\0' && *s != 'e'; s++) {
		if (*s < '0' || *s > '9')
			continue;
		if (*s == '0' && n == 0)
			continue;
		zeros = *s == '0' ? zeros + 1 : 0;
		n++;
	}
	return n - zeros;
}

static void
test_floats_are_written_shortest_and_read_back(void)
{
	static const float edges[] = {
		1, 0.1f, 9.5f, 99999, 1e9f, 1e-5f, 9.9999999e-6f, 16777216,
		3.4028235e38f, 1.4e-45f, 0.3f, 2.5f, 0.00048828125f,
		14.640368f, 999999.94f, 8388608.5f, 0x1p-14f, 0x1p29f,
	};
	char text[RS_NUM_MAX];

	for (size_t i = 0; i < sizeof(edges) / sizeof(edges[0]); i++) {
		rs_format_f32(text, edges[i]);
		ok(strtof(text, NULL) == edges[i], "%.9g as %s",
		    (double)edges[i], text);
	}
	for (uint64_t i = 0; i < 300000; i++) {
		const uint32_t bits = (uint32_t)rs_draw(2, RS_DRAW_ROW, i);
		float v;

		memcpy(&v, &bits, sizeof(v));
		/* Half of them of the size that scores have. */
		if (i % 2 == 0)
			v = (float)(rs_unit(bits * 0x100000001u) * 20 - 10);
		if (isnan(v) || isinf(v) || v == 0)
			continue;
		rs_format_f32(text, v);
		ok(strtof(text, NULL) == v, "%.9g as %s", (double)v, text);
		ok(digits_of(text) <= fewest_digits(v), "%.9g as %s",
		    (double)v, text);
	}
	ok(rs_format_f32(text, -0.0f) == 2 && strcmp(text, "-0") == 0,
	    "minus zero as %s", text);
}

static void
test_floats_are_written_plainly(void)
{
	static const struct {
		double v;
		const char *text;
	} plain[] = {
		{ 10, "10" }, { -200, "-200" }, { 17850, "17850" },
		{ 1e9, "1000000000" }, { 1e15, "1000000000000000" },
		{ 1e16, "1e+16" }, { 0.0001, "0.0001" }, { 2.5e-5, "2.5e-05" },
		{ 99.5, "99.5" }, { 0, "0" }, { -0.0, "-0" },
	};
	char text[RS_NUM_MAX];

	for (size_t i = 0; i < sizeof(plain) / sizeof(plain[0]); i++) {
		text[rs_format_f64(text, plain[i].v)] = '\0';
		ok(strcmp(text, plain[i].text) == 0, "%s as %s",
		    plain[i].text, text);
		text[rs_format_f32(text, (float)plain[i].v)] = '\0';
		ok(strcmp(text, plain[i].text) == 0, "%s as a float is %s",
		    plain[i].text, text);
	}
	for (uint64_t i = 0; i < 30000; i++) {
		const uint64_t bits = rs_draw(3, RS_DRAW_ROW, i);
		double v;

		memcpy(&v, &bits, sizeof(v));
		if (isnan(v))
			continue;
		rs_format_f64(text, v);
		ok(strtod(text, NULL) == v, "%.17g as %s", v, text);
	}
}

static void
test_times_are_civil(void)
{
	static const struct {
		const char *text;
		int64_t v;
	} good[] = {
		{ "1970-01-01", 0 },
		{ "2009-12-01 07:45:00", 1259653500 },
		{ "2009-12-01T07:45Z", 1259653500 },
		{ "2000-02-29 23:59:59.999", 951868799 },
		{ "1969-12-31T23:59:59", -1 },
		{ "2020-06-01T12:00:00+02:00", 1591005600 },
	};
	static const char *const bad[] = {
		"", "2020", "2020-13-01", "2020-02-30", "2019-02-29",
		"2020-01-01x", "2020-01-01 25:00", "2020-1-1",
	};
	int64_t v;

	for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++) {
		ok(rs_parse_iso_time(good[i].text, strlen(good[i].text), &v) &&
		    v == good[i].v, "%s", good[i].text);
	}
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		ok(!rs_parse_iso_time(bad[i], strlen(bad[i]), &v), "%s",
		    bad[i]);
}

int
main(void)
{
	test_reals_are_read_as_strtod_reads_them();
	test_whole_numbers_have_edges();
	test_floats_are_written_shortest_and_read_back();
	test_floats_are_written_plainly();
	test_times_are_civil();
	return test_end();
}
