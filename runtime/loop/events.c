/* SPDX-License-Identifier: Apache-2.0 */
/* Writing events, file after file. */
#include "runtime/loop/events.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "runtime/files.h"
#include "ir/files.gen.h"

enum {
	FILE_SIZE = 16 << 20 /* some 40,000 events */
};

static int open_events(const struct rt_sup *sup, const char *name, int flags)
{
	return rt_open_plain(sup->folder, name, O_WRONLY | O_CREAT | O_NOFOLLOW | flags,
			     JOB_MODE_EVENTS);
}

void rt_events_open(struct rt_sup *sup)
{
	sup->folder = open(sup->dir, O_PATH | O_DIRECTORY | O_CLOEXEC);
	sup->events = open_events(sup, JOB_FILE_EVENTS, O_APPEND);
	if (sup->events < 0)
		rt_say("cannot write " JOB_FILE_EVENTS ": %s; the job goes on",
		       rt_open_fault(rt_pool_format(&sup->pool, "%s/" JOB_FILE_EVENTS, sup->dir)));
	struct stat st;
	if (sup->events >= 0 && !fstat(sup->events, &st))
		sup->events_size = st.st_size;
}

/* The first name that is free; a job that was requeued has some from before. */
static bool name_for_old(const struct rt_sup *sup, char *name, size_t room)
{
	unsigned number = 1;

	if (mkdirat(sup->folder, JOB_FOLDER_OLD_EVENTS, 0700) && errno != EEXIST)
		return false;
	struct stat st;
	do
		snprintf(name, room, JOB_FILE_OLD_EVENTS("%u"), number++);
	while (!fstatat(sup->folder, name, &st, AT_SYMLINK_NOFOLLOW));
	return errno == ENOENT;
}

/* Where no other file can be begun the present one goes on. */
static void go_on_in_another(struct rt_sup *sup)
{
	static const char next[] = JOB_FILE_EVENTS ".tmp";
	char old[sizeof(JOB_FILE_OLD_EVENTS("")) + 16];

	sup->events_size = 0;
	unlinkat(sup->folder, next, 0);
	int fd = open_events(sup, next, O_APPEND | O_EXCL);
	if (fd < 0)
		return;
	if (name_for_old(sup, old, sizeof(old)) &&
	    !renameat(sup->folder, JOB_FILE_EVENTS, sup->folder, old)) {
		if (!renameat(sup->folder, next, sup->folder, JOB_FILE_EVENTS)) {
			close(sup->events);
			sup->events = fd;
			return;
		}
		renameat(sup->folder, old, sup->folder, JOB_FILE_EVENTS);
	}
	unlinkat(sup->folder, next, 0);
	close(fd);
}

void rt_events_write(struct rt_sup *sup, struct rt_out *out)
{
	rt_out_text(out, "\n");
	sup->events_size += (int64_t)out->len;
	bool is_written = rt_out_flush(out);
	if (is_written && sup->events_size >= FILE_SIZE)
		go_on_in_another(sup);
	if (is_written || sup->warned_events)
		return;
	sup->warned_events = true;
	rt_say("cannot write " JOB_FILE_EVENTS ": %s; the job goes on", strerror(out->error));
}
