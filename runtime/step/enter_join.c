/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Joining the namespaces of another process of the same user. Who owns a user namespace may do everything in
 * it and in those below it; so each of the others is joined from the user namespace that it belongs to, and the
 * process's own comes last:
 *
 *	ours ── user namespace 1 ── user namespace 2, the process's own
 *	         └ mounts            └ the rest
 *
 * What belongs to our own, as the mounts that a program with root's rights has made do, can't be joined.
 */
#include "runtime/step/enter.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <stdio.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <unistd.h>

#ifndef NS_GET_USERNS
#define NS_GET_USERNS _IO(0xb7, 1) /* linux/nsfs.h, since Linux 4.9 */
#endif

enum {
	USER,
	PROCESSES = 5
};

static const struct {
	const char *name;
	int kind;
} spaces[RT_SPACES] = {
	[USER] = {"user", CLONE_NEWUSER},
	{"mnt", CLONE_NEWNS},
	{"ipc", CLONE_NEWIPC},
	{"net", CLONE_NEWNET},
	{"uts", CLONE_NEWUTS},
	[PROCESSES] = {"pid", CLONE_NEWPID},
};

static bool is_same(int one, int other)
{
	struct stat a, b;

	return !fstat(one, &a) && !fstat(other, &b) && a.st_dev == b.st_dev && a.st_ino == b.st_ino;
}

/* -1 without an error: it is ours, too, or the kernel has none of this kind. */
static bool open_space(int process, const char *name, int *space)
{
	char path[64];

	snprintf(path, sizeof(path), "ns/%s", name);
	*space = openat(process, path, O_RDONLY | O_CLOEXEC);
	if (*space < 0)
		return errno == ENOENT;
	snprintf(path, sizeof(path), "/proc/self/ns/%s", name);
	int own = open(path, O_RDONLY | O_CLOEXEC);
	if (own >= 0 && is_same(own, *space)) {
		close(*space);
		*space = -1;
	}
	if (own >= 0)
		close(own);
	return true;
}

bool rt_place_open(struct rt_place *place, int process)
{
	for (int i = 0; i < RT_SPACES; i++)
		if (!open_space(process, spaces[i].name, &place->space[i]))
			return false;
	place->has_own_numbers = place->space[PROCESSES] >= 0;
	place->folder = openat(process, "cwd", O_PATH | O_DIRECTORY | O_CLOEXEC);
	place->root = openat(process, "root", O_PATH | O_DIRECTORY | O_CLOEXEC);
	int own = open("/", O_PATH | O_DIRECTORY | O_CLOEXEC);
	bool ok = place->folder >= 0 && place->root >= 0 && own >= 0;
	if (ok && place->space[1] < 0 && is_same(own, place->root)) {
		close(place->root);
		place->root = -1;
	}
	if (own >= 0)
		close(own);
	return ok;
}

/* Joins one that belongs to another user namespace than the process is in, or to that one when it is its turn.
   `user` is where we are. */
static bool join_space(const struct rt_place *place, int i, bool is_last, int *user)
{
	int owner = ioctl(place->space[i], NS_GET_USERNS); /* -1: a kernel before 4.9 */
	bool is_of_process =
		place->space[USER] >= 0 && (owner < 0 || is_same(owner, place->space[USER]));
	bool ok = true;

	if (is_of_process == is_last && owner >= 0 && !is_same(owner, *user)) {
		ok = !setns(owner, CLONE_NEWUSER);
		*user = ok ? dup(owner) : *user;
	}
	if (is_of_process == is_last)
		ok = ok && !setns(place->space[i], spaces[i].kind);
	int saved = errno;
	if (owner >= 0)
		close(owner);
	errno = saved;
	return ok;
}

bool rt_place_join(const struct rt_place *place, const char **what)
{
	int user = open("/proc/self/ns/user", O_RDONLY | O_CLOEXEC);

	for (int round = 0; round < 2; round++) {
		*what = spaces[USER].name;
		if (round == 1 && place->space[USER] >= 0 && !is_same(user, place->space[USER]) &&
		    setns(place->space[USER], CLONE_NEWUSER))
			return false;
		if (round == 1 && place->space[USER] >= 0)
			user = place->space[USER];
		for (int i = USER + 1; i < RT_SPACES; i++) {
			*what = spaces[i].name;
			if (place->space[i] >= 0 && !join_space(place, i, round == 1, &user))
				return false;
		}
	}
	*what = "root";
	if (place->root >= 0 && (fchdir(place->root) || chroot(".")))
		return false;
	*what = "folder";
	return !fchdir(place->folder);
}
