/* folder: what a trial leaves is whole or not there, and only what nobody
 * holds is swept. */
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "test.h"
#include "trial/folder.h"

static const char name[] = "0123456789abcdef";

static void
put(const char *dir, const char *file, const char *text)
{
	struct rs_buf b = { 0 };
	FILE *f;

	rs_buf_printf(&b, "%s/%s", dir, file);
	f = fopen(b.data, "w");
	ok(f != NULL && fputs(text, f) >= 0 && fclose(f) == 0, "%s", b.data);
	rs_buf_free(&b);
}

static bool
holds(const char *path, const char *want)
{
	struct rs_buf b = { 0 };
	struct rs_err e;
	const bool good = rs_folder_read(path, 1000, &b, &e) == 1 &&
	    strcmp(b.data, want) == 0;

	rs_buf_free(&b);
	return good;
}

static bool
is_there(const char *path)
{
	return access(path, F_OK) == 0;
}

static void
test_one_search_at_a_time(void)
{
	struct rs_folder a, b;
	struct rs_err e;

	ok(rs_folder_open(&b, "d", false, &e) == 0 && !is_there("d"),
	    "looking makes nothing");
	rs_folder_close(&b);
	ok(rs_folder_open(&a, "d", true, &e) == 0, "the first");
	ok(rs_folder_open(&b, "d", true, &e) < 0, "the second");
	rs_folder_close(&b);
	ok(rs_folder_open(&b, "d", false, &e) == 0, "who looks may");
	rs_folder_close(&b);
	rs_folder_close(&a);
	ok(rs_folder_open(&a, "d", true, &e) == 0, "after the first");
	rs_folder_close(&a);
}

static void
test_a_trial_appears_whole_and_once(void)
{
	struct rs_folder f;
	struct rs_err e;
	struct rs_work one, two, three;
	struct stat st;

	rs_folder_open(&f, "d", true, &e);
	one = rs_folder_work(&f, name);
	two = rs_folder_work(&f, name);
	ok(strcmp(one.path, two.path) != 0, "a place for each");
	ok(stat(one.path, &st) == 0 && (st.st_mode & 0777) == 0755,
	    "others may look at it: %o", st.st_mode);
	put(one.path, "result.json", "one");
	put(two.path, "result.json", "two");
	ok(!is_there("d/trials/0123456789abcdef"), "not yet");
	rs_folder_finish(&f, &one, name);
	ok(holds("d/trials/0123456789abcdef/result.json", "one"), "now");
	rs_folder_finish(&f, &two, name);
	ok(holds("d/trials/0123456789abcdef/result.json", "one"),
	    "whoever is first");
	remove("d/trials/0123456789abcdef/result.json");
	three = rs_folder_work(&f, name);
	put(three.path, "result.json", "three");
	rs_folder_finish(&f, &three, name);
	ok(holds("d/trials/0123456789abcdef/result.json", "three"),
	    "what is no trial is in the way");
	rs_folder_close(&f);
}

static void
test_only_what_nobody_holds_is_swept(void)
{
	struct rs_folder f;
	struct rs_err e;
	struct rs_work held, left;
	char *path;

	rs_folder_open(&f, "d", true, &e);
	held = rs_folder_work(&f, name);
	left = rs_folder_work(&f, name);
	put(left.path, "log", "why");
	path = strdup(left.path);
	close(left.lock);	/* as the end of its search would */
	ok(is_there(path), "left");
	rs_folder_sweep(&f);
	ok(!is_there(path), "swept");
	free(left.path);
	ok(is_there(held.path), "held");
	ok(is_there("d/trials/0123456789abcdef"), "a trial is no rubbish");
	free(path);
	path = strdup(held.path);
	rs_folder_drop(&held);
	ok(!is_there(path), "dropped");
	free(path);
	rs_folder_close(&f);
}

static void
test_costs_stand_once(void)
{
	struct rs_folder f;
	struct rs_err e;
	const char *line = "{\"trial\": \"0123456789abcdef\", \"seconds\": 1}\n";
	const uint64_t hash = 0x0123456789abcdef;

	rs_folder_open(&f, "d", true, &e);
	ok(!rs_folder_has_cost(&f, hash), "none yet");
	rs_folder_cost(&f, hash, line);
	rs_folder_cost(&f, hash, line);
	ok(holds("d/costs.jsonl", line), "once");
	rs_folder_close(&f);
	put("d", "costs.jsonl",
	    "{\"trial\": \"0123456789abcdef\", \"seconds\": 1}\n{\"tri");
	rs_folder_open(&f, "d", true, &e);
	ok(rs_folder_has_cost(&f, hash), "learned");
	ok(holds("d/costs.jsonl", line), "a torn line goes");
	rs_folder_close(&f);
}

static void
test_best_is_switched(void)
{
	struct rs_folder f;
	struct rs_err e;
	char to[64] = { 0 };

	rs_folder_open(&f, "d", true, &e);
	rs_folder_best(&f, "one");
	ok(symlink("rubbish", "d/.best") == 0, "of one that was killed");
	rs_folder_best(&f, "two");
	ok(readlink("d/best", to, sizeof(to) - 1) == 10 &&
	    strcmp(to, "trials/two") == 0, "best is %s", to);
	rs_folder_close(&f);
}

int
main(void)
{
	umask(022);
	test_one_search_at_a_time();
	test_a_trial_appears_whole_and_once();
	test_only_what_nobody_holds_is_swept();
	test_costs_stand_once();
	test_best_is_switched();
	return test_end();
}
