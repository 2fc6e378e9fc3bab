/* Any bytes as a line that asks for something. */
#include <assert.h>

#include "io/request.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const char *const field[2] = { "user_id", "item_id" };
	static struct rs_request q;
	struct rs_err e;

	rs_request_parse(&q, (const char *)data, size, &e);
	if (rs_request_pairs(&q, field, (const char *)data, size, &e) == 0)
		assert(q.user.n == q.item.n);
	return 0;
}
