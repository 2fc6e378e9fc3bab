/*
 * date: times as text, in UTC and English whatever the locale.
 *
 *	if (rs_date_check("%d/%m/%Y %H:%M") == NULL)
 *		good = rs_date_parse("%d/%m/%Y %H:%M", p, n, &seconds);
 *
 * A format has %Y %y %m %b (name, short or long) %d %j %H %I %p %M %S %f
 * (a fraction, dropped) %z (+hh:mm, +hhmm, Z) %s (seconds since 1970) %F (%Y-
 * %m-%d) %T (%H:%M:%S) %R (%H:%M) %D (%m/%d/%y) %e %a %A %B %n %t %%; a blank
 * stands for any number of blanks, and numbers may lack their leading zeros.
 * %y below 69 is 20yy.  All of the text must be used.
 */
#ifndef RS_IO_DATE_H
#define RS_IO_DATE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* NULL, or a sentence on what is wrong with the format. */
const char *rs_date_check(const char *format);
bool rs_date_parse(const char *format, const char *s, size_t n, int64_t *v);

/* Without a format: seconds since 1970, whole or with a fraction, which is
 * dropped, or ISO 8601. */
bool rs_date_guess(const char *s, size_t n, int64_t *v);

#endif
