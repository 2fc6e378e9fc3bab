/* again: whether a read or a write that failed is worth another try. */
#include <errno.h>

#include "base/again.h"

bool
rs_again(int fd, short events)
{
	struct pollfd p = { .fd = fd, .events = events };

	if (errno == EINTR)
		return true;
	if (errno != EAGAIN)
		return false;
	/* An error or a signal in between shows at the next try. */
	(void)!poll(&p, 1, -1);
	return true;
}
