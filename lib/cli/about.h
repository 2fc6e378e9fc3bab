/*
 * about: what a file, a stream or a model, says of itself, on stdout.
 *
 *	rs_about_info(path);		("-" is stdin)
 *	if (fflush(stdout) != 0)
 *		...
 *
 * A file is read to its end first, and what is wrong with it ends the process
 * with a message and the right status.
 */
#ifndef RS_CLI_ABOUT_H
#define RS_CLI_ABOUT_H

#include <stdint.h>

/* Columns, sizes, encodings, provenance, fingerprint; a model's tensors. */
void rs_about_info(const char *path);

/* The shell script that makes it again. */
void rs_about_recipe(const char *path);

/* A line of name, rows and fingerprint. */
void rs_about_verified(const char *path);

/* What rs-clean calls the fingerprint of an input, of any file: XXH3-64 of
 * its unpacked bytes. */
void rs_about_fingerprint(const char *path);

/* How many rows a stream has; nothing is printed. */
uint64_t rs_about_rows(const char *path);

#endif
