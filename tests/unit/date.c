/* date: what strptime reads, in UTC and without a locale. */
#include <string.h>
#include <time.h>

#include "base/draw.h"
#include "io/date.h"
#include "test.h"

static int64_t
parse(const char *format, const char *text)
{
	int64_t v = -1;

	return rs_date_parse(format, text, strlen(text), &v) ? v : -1;
}

static int64_t
guess(const char *text)
{
	int64_t v = -1;

	return rs_date_guess(text, strlen(text), &v) ? v : -1;
}

static void
test_what_strftime_writes_is_read_back(void)
{
	static const char *const formats[] = {
		"%Y-%m-%d %H:%M:%S", "%d/%m/%Y %H:%M:%S", "%D %T", "%F %T",
		"%a, %d %b %Y %H:%M:%S %z", "%A %e %B %Y %I:%M:%S %p", "%s",
		"%j of %Y, %H.%M.%S", "%y%m%d%H%M%S", "%b %e %Y %R:%S",
	};
	char text[100];
	struct tm tm;

	for (uint64_t i = 0; i < 2000; i++) {
		/* 1969 to 2068, where %y has no doubt. */
		const time_t t = (time_t)(rs_draw(1, RS_DRAW_ROW, i) %
		    3124137600u);

		gmtime_r(&t, &tm);
		for (size_t f = 0; f < sizeof(formats) / sizeof(*formats);
		    f++) {
			strftime(text, sizeof(text), formats[f], &tm);
			if (strcmp(formats[f], "%s") == 0)
				snprintf(text, sizeof(text), "%lld",
				    (long long)t);
			ok(parse(formats[f], text) == t, "%s as %s", text,
			    formats[f]);
		}
	}
}

static void
test_single_texts(void)
{
	ok(parse("%m/%d/%Y %H:%M", "12/1/2010 8:26") == 1291191960, "zeros");
	ok(parse("%F %T.%f", "2011-12-09 12:50:01.25") == 1323435001, "%%f");
	ok(parse("%FT%T%z", "2011-12-09T12:50:01+01:00") == 1323431401, "z");
	ok(parse("%FT%T%z", "2011-12-09T12:50:01Z") == 1323435001, "Z");
	ok(parse("%d.%m.%Y", "29.2.2011") == -1, "no such day");
	ok(parse("%d.%m.%Y", "29.2.2012") != -1, "a leap day");
	ok(parse("%d.%m.%Y", "1.13.2012") == -1, "no such month");
	ok(parse("%d.%m.%Y", "1.12.2012 ") == -1, "text behind");
	ok(parse("%d.%m.%Y", "") == -1, "nothing");
	ok(parse("%d.%m.%Y", "1.12") == -1, "too short");
	ok(parse("%I %p %Y", "12 AM 1971") == 31536000, "midnight");
	ok(parse("%H:%M %F", "24:00 2011-12-09") == -1, "no such hour");
	ok(guess("1291191960") == 1291191960, "seconds");
	ok(guess("1291191960.7") == 1291191960, "a fraction");
	ok(guess("2011-12-09 12:50:01") == 1323435001, "ISO 8601");
	ok(guess("2011-12-09") == 1323388800, "a day");
	ok(guess("9/12/2011") == -1 && guess("1e400") == -1, "neither");
}

static void
test_formats_are_checked(void)
{
	ok(rs_date_check("%d/%m/%Y %H:%M") == NULL, "good");
	ok(rs_date_check("%s") == NULL, "good");
	ok(rs_date_check("%d/%m") != NULL, "no year");
	ok(rs_date_check("%Y %Q") != NULL && rs_date_check("%Y %") != NULL,
	    "unknown");
}

int
main(void)
{
	test_what_strftime_writes_is_read_back();
	test_single_texts();
	test_formats_are_checked();
	return test_end();
}
