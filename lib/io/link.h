/*
 * link: a symbolic link that others follow while it turns.
 *
 *	rs_link_turn("models", "latest", "models/02d9ff16e1953815.model");
 *
 * Whoever opens it finds what it led to before or what it leads to now, and
 * never nothing.  The system's failures end the program, and so does a file
 * in its place that is no link: it is somebody's.
 */
#ifndef RS_IO_LINK_H
#define RS_IO_LINK_H

/* Let DIR/NAME lead to target, seen from DIR.  Callers hold a lock, so that
 * one process at a time turns links of DIR. */
void rs_link_turn(const char *dir, const char *name, const char *target);

#endif
