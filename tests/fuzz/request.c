/* Any bytes as a line that asks for something. */
#include "io/request.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct rs_request q;
	struct rs_err e;

	rs_request_parse(&q, (const char *)data, size, &e);
	return 0;
}
