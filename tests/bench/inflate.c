/*
 * inflate: unpacking a file and nothing else, by the library that the tools
 * use for it.
 *
 *	inflate FILE
 *
 * prints the CPU seconds, the bytes that came out, and their rate.
 */
#include <stdio.h>

#include "base/die.h"
#include "io/source.h"
#include "spent.h"

int
main(int argc, char **argv)
{
	struct rs_source *s;
	struct rs_err err;
	const char *p;
	size_t n;
	int more;

	if (argc != 2)
		rs_die("inflate FILE");
	s = rs_source_open(argv[1], &err);
	if (s == NULL)
		rs_die("%s", err.text);
	while ((more = rs_source_next(s, &p, &n)) == 1)
		;
	if (more < 0)
		rs_die("%s", rs_source_err(s)->text);
	const double cpu = cpu_seconds();
	const double bytes = (double)rs_source_offset(s);

	printf("cpu %.6f\nbytes %.0f\nmb %.2f\n", cpu, bytes,
	    bytes / cpu / 1e6);
	rs_source_close(s);
	return 0;
}
