/* Any bytes as a stream, made whole, that a tool hands on with all that it
 * says of itself. */
#include "guard.h"
#include "seal.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
hand_on(void *arg)
{
	struct rs_reader *in = rs_side("first", arg, "");
	struct rs_writer *out;

	while (rs_read(in) != NULL)
		;
	rs_reader_close(in);
	in = rs_in_file(arg, "?user:u32|str");
	out = rs_writer_new(rs_sink_open("/dev/null"), rs_reader_head(in));
	for (struct rs_block *b; (b = rs_read(in)) != NULL; )
		rs_writer_put(out, b);
	rs_end(in, out);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	uint8_t *copy = rs_memdup(data, size);
	struct rs_buf whole = { 0 };

	/* Nothing may fail while a file is open for writing. */
	if (seal_whole(copy, size, &whole))
		(void)guard(hand_on, (void *)(uintptr_t)guard_file(0,
		    whole.data, whole.len));
	rs_buf_free(&whole);
	free(copy);
	return 0;
}
