/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Enters a container: a private mount namespace, the container's file system as its root, the
 * host's /proc, /sys and /dev, an empty /tmp, /var/run and /var/lock, then the mounts that were
 * asked for. What is outside is opened before the root changes, so targets are resolved inside and
 * can't leave.
 */
#include "tests/pyxis/standin.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <stdlib.h>
#include <string.h>
#include <sys/fsuid.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

static bool complain(FILE *log, const char *what, const char *path)
{
	fprintf(log, "[ERROR] %s: %s: %s\n", what, path, strerror(errno));
	return false;
}

/* Files that are made or opened count as the user's own doing. */
static void act_as(uid_t uid, gid_t gid)
{
	setfsgid(gid);
	setfsuid(uid);
}

static bool open_sources(const struct options *options, FILE *log)
{
	for (size_t i = 0; i < options->mount_count; i++) {
		struct mount_entry *entry = &options->mounts[i];

		if (*entry->source != '/' && *entry->source != '.')
			continue;
		entry->source_fd = open(entry->source, O_PATH | O_CLOEXEC);
		if (entry->source_fd < 0) {
			fprintf(log, "enroot-mount: failed to mount: %s at %s: %s\n", entry->source,
				entry->target, strerror(errno));
			return false;
		}
	}
	return true;
}

/* Makes a target and what leads to it: a folder, or an empty file for a file's mount. */
static bool make_target(const char *path, bool is_folder)
{
	char *copy = strdup(path);

	for (char *slash = strchr(copy + 1, '/'); slash != NULL; slash = strchr(slash + 1, '/')) {
		*slash = '\0';
		(void)mkdir(copy, 0755);
		*slash = '/';
	}
	free(copy);
	if (is_folder) {
		(void)mkdir(path, 0755);
	} else {
		int fd = open(path, O_CREAT | O_WRONLY | O_CLOEXEC, 0644);

		if (fd >= 0)
			close(fd);
	}
	return access(path, F_OK) == 0;
}

static bool is_folder_fd(int fd)
{
	struct stat st;

	return fstat(fd, &st) == 0 && S_ISDIR(st.st_mode);
}

/* A bind mount from an open file outside; /proc of the container is there by then. */
static bool bind_fd(int fd, const char *target, bool read_only)
{
	char *source;
	bool ok;

	if (asprintf(&source, "/proc/self/fd/%d", fd) < 0)
		return false;
	ok = mount(source, target, NULL, MS_BIND | MS_REC, NULL) == 0;
	free(source);
	if (ok && read_only)
		ok = mount(NULL, target, NULL, MS_REMOUNT | MS_BIND | MS_RDONLY, NULL) == 0;
	return ok;
}

static bool mount_tmpfs(const struct step *step, const char *target)
{
	char *data;
	bool ok;

	if (asprintf(&data, "mode=755,uid=%u,gid=%u", step->uid, step->gid) < 0)
		return false;
	ok = mount("tmpfs", target, "tmpfs", MS_NOSUID | MS_NODEV, data) == 0;
	free(data);
	return ok;
}

static bool mount_entry_now(const struct step *step, const struct mount_entry *entry, FILE *log)
{
	/* A relative target counts from the container's root. */
	char *target;
	bool ok, made;

	if (asprintf(&target, "/%s", entry->target) < 0)
		return false;
	if (strcmp(entry->source, "umount") == 0) {
		ok = umount2(target, MNT_DETACH) == 0;
	} else {
		act_as(step->uid, step->gid);
		made = make_target(target, entry->source_fd < 0 || is_folder_fd(entry->source_fd));
		act_as(0, 0);
		ok = made && (entry->source_fd < 0 ? mount_tmpfs(step, target)
						   : bind_fd(entry->source_fd, target,
							     is_listed(entry->flags, "ro", 2)));
	}
	if (!ok)
		complain(log, "failed to mount", entry->target);
	free(target);
	return ok;
}

/* The host's part of every container. Called before the root changes, in the new root's folder. */
static bool mount_system(FILE *log)
{
	static const char *const binds[] = {"proc", "sys", "dev"};
	static const char *const files[] = {"etc/hosts", "etc/resolv.conf"};

	for (size_t i = 0; i < sizeof(binds) / sizeof(binds[0]); i++) {
		char *host;

		if (asprintf(&host, "/%s", binds[i]) < 0)
			return false;
		(void)mkdir(binds[i], 0755);
		if (mount(host, binds[i], NULL, MS_BIND | MS_REC, NULL) != 0)
			return complain(log, "failed to mount", host);
		free(host);
	}
	(void)mkdir("etc", 0755);
	for (size_t i = 0; i < sizeof(files) / sizeof(files[0]); i++) {
		char *host;

		if (asprintf(&host, "/%s", files[i]) < 0)
			return false;
		if (access(host, F_OK) == 0 && make_target(files[i], false) &&
		    mount(host, files[i], NULL, MS_BIND, NULL) != 0)
			return complain(log, "failed to mount", host);
		free(host);
	}
	return true;
}

/* Afterwards the old root lies mounted over the new one, which is the process's root all the same,
 * so open files of the old root can still be bound, and targets are looked up in the new one. */
static bool change_root(const char *rootfs, FILE *log)
{
	if (mount(rootfs, rootfs, NULL, MS_BIND | MS_REC, NULL) != 0 || chdir(rootfs) != 0)
		return complain(log, "failed to mount", rootfs);
	if (!mount_system(log))
		return false;
	if (syscall(SYS_pivot_root, ".", ".") != 0)
		return complain(log, "failed to change the root to", rootfs);
	return true;
}

/* Links of the image lead to places in the image only once its root is the process's. */
static bool mount_empty(const struct step *step, FILE *log)
{
	static const char *const empty[] = {"/tmp", "/var/run", "/var/lock"};

	for (size_t i = 0; i < sizeof(empty) / sizeof(empty[0]); i++) {
		if (!make_target(empty[i], true) || !mount_tmpfs(step, empty[i]))
			return complain(log, "failed to mount", empty[i]);
	}
	return true;
}

bool container_enter(const struct step *step, const char *rootfs, FILE *log)
{
	const struct options *options = step->options;
	bool ok;

	if (unshare(CLONE_NEWNS) != 0)
		return complain(log, "no mount namespace (CAP_SYS_ADMIN is needed)", rootfs);
	if (mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) != 0)
		return complain(log, "failed to make private", "/");
	/* Only what is opened in the new namespace can be bound in it. */
	act_as(step->uid, step->gid);
	ok = open_sources(options, log);
	act_as(0, 0);
	if (!ok || !change_root(rootfs, log) || !mount_empty(step, log))
		return false;
	for (size_t i = 0; i < options->mount_count; i++) {
		if (!mount_entry_now(step, &options->mounts[i], log))
			return false;
	}
	if (umount2(".", MNT_DETACH) != 0 || chdir("/") != 0)
		return complain(log, "failed to leave", "the host's root");
	if (options->writable != CHOICE_YES &&
	    mount(NULL, "/", NULL, MS_REMOUNT | MS_BIND | MS_RDONLY, NULL) != 0)
		return complain(log, "failed to make read-only", "/");
	return true;
}
