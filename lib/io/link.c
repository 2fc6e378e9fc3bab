/*
 * link: a symbolic link that others follow while it turns.
 *
 * Why two steps: a link cannot be changed, only replaced by a rename.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/die.h"
#include "io/link.h"

static void
replace(int fd, const char *name, const char *fresh, const char *target,
    const char *dir)
{
	char old[1];

	if (readlinkat(fd, name, old, sizeof(old)) < 0 && errno != ENOENT)
		rs_die("%s/%s: is there and is no link", dir, name);
	unlinkat(fd, fresh, 0);		/* of one who was killed right here */
	if (symlinkat(target, fd, fresh) < 0 ||
	    renameat(fd, fresh, fd, name) < 0) {
		const int why = errno;

		unlinkat(fd, fresh, 0);
		rs_die("%s/%s: %s", dir, name, strerror(why));
	}
	/* Some file systems cannot; the link is there all the same. */
	(void)!fsync(fd);
}

void
rs_link_turn(const char *dir, const char *name, const char *target)
{
	const int fd = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	struct rs_buf fresh = { 0 };

	if (fd < 0)
		rs_die("%s: %s", dir, strerror(errno));
	rs_buf_printf(&fresh, ".%s.new", name);
	replace(fd, name, fresh.data, target, dir);
	rs_buf_free(&fresh);
	close(fd);
}
