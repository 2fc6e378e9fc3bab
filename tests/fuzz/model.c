/* Any bytes as a model, sealed. */
#include "model/model.h"
#include "seal.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	uint8_t *copy = rs_aligned(size + 1);
	struct rs_tensors *t;
	struct rs_model *m = NULL;
	struct rs_err e;

	memcpy(copy, data, size);
	seal_model(copy, size);
	t = rs_tensors_memory("fuzz", copy, size, &e);
	if (t != NULL)
		m = rs_model_of(t, &e);
	if (m != NULL && rs_model_users(m) > 0 && rs_model_items(m) > 0) {
		const uint32_t item = 0;
		float score;

		rs_model_score(m, 0, &item, 1, &score);
	}
	rs_model_close(m);
	rs_tensors_free(t);
	free(copy);
	return 0;
}
