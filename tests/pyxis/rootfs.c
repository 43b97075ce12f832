/* SPDX-License-Identifier: Apache-2.0 */
/*
 * An image becomes a folder that holds a container's file system: a fresh one for each step and
 * node, or one that stays when the container has a name. Everything is done as the step's user, so
 * an image the user can't read fails here, and so does one that holds device nodes.
 */
#include "tests/pyxis/standin.h"

#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

bool become_user(const struct step *step, FILE *log)
{
	return dup2(fileno(log), STDOUT_FILENO) >= 0 && dup2(fileno(log), STDERR_FILENO) >= 0 &&
	       setgroups(0, NULL) == 0 && setresgid(step->gid, step->gid, step->gid) == 0 &&
	       setresuid(step->uid, step->uid, step->uid) == 0;
}

bool run_as_user(const struct step *step, const char *const argv[], FILE *log)
{
	pid_t pid;
	int status;

	fflush(log);
	pid = fork();
	if (pid == 0) {
		if (become_user(step, log))
			execvp(argv[0], (char *const *)argv);
		dprintf(STDERR_FILENO, "[ERROR] cannot run %s: %s\n", argv[0], strerror(errno));
		_exit(127);
	}
	if (pid < 0 || waitpid(pid, &status, 0) != pid)
		return false;
	return WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

/* CACHE/NODE/UID, made for the user. */
static void make_user_folder(const struct step *step, FILE *log)
{
	char *node, *folder;

	if (asprintf(&node, "%s/%s", step->cache, step->node) < 0 ||
	    asprintf(&folder, "%s/%u", node, step->uid) < 0)
		return;
	(void)mkdir(node, 0755);
	/* Another step may have made it and not given it away yet. */
	(void)mkdir(folder, 0700);
	if (chown(folder, step->uid, step->gid) != 0)
		fprintf(log, "[ERROR] cannot own %s: %s\n", folder, strerror(errno));
	free(node);
	free(folder);
}

char *rootfs_path(const struct step *step)
{
	char *path;
	int n;

	if (step->options->name != NULL)
		n = asprintf(&path, "%s/%s/%u/named-%s", step->cache, step->node, step->uid,
			     step->options->name);
	else
		n = asprintf(&path, "%s/%s/%u/%u.%u", step->cache, step->node, step->uid,
			     step->job_id, step->step_id);
	return n < 0 ? NULL : path;
}

void rootfs_read_site(const char *rootfs, struct site *site)
{
	char *path, word[64];
	FILE *file;

	if (asprintf(&path, "%s/etc/standin", rootfs) < 0)
		return;
	file = fopen(path, "re");
	while (file != NULL && fscanf(file, "%63s", word) == 1)
		read_site_word(site, word);
	if (file != NULL)
		fclose(file);
	free(path);
}

/* The image as an absolute path that exists, or NULL. A bare name means a registry to Pyxis. */
static char *find_image(const char *image, FILE *log)
{
	char *real;

	if (*image != '/' && strncmp(image, "./", 2) != 0) {
		fprintf(log,
			"[INFO] Querying registry for permission grant\n"
			"[ERROR] this stand-in has no registries: %s\n",
			image);
		return NULL;
	}
	real = realpath(image, NULL);
	if (real == NULL)
		fprintf(log, "[ERROR] No such file or directory: %s\n", image);
	return real;
}

static bool unpack(const struct step *step, char *image, char *rootfs, FILE *log)
{
	struct stat st;
	const char *unsquash[] = {"unsquashfs", "-no-progress", "-no-xattrs", "-d",
				  rootfs,       image,          NULL};
	const char *copy[] = {"cp", "-a", "--no-preserve=ownership", image, rootfs, NULL};

	if (stat(image, &st) != 0)
		return false;
	if (!run_as_user(step, S_ISDIR(st.st_mode) ? copy : unsquash, log)) {
		fprintf(log, "[ERROR] cannot unpack %s\n", image);
		return false;
	}
	return true;
}

char *rootfs_create(const struct step *step, FILE *log)
{
	const struct options *options = step->options;
	char *rootfs = rootfs_path(step);
	bool exists = access(rootfs, F_OK) == 0;
	char *image = NULL;
	bool ok = true;

	make_user_folder(step, log);
	if (options->name != NULL && exists && strcmp(options->name_flag, "create") == 0) {
		fprintf(log, "[ERROR] container exists already: %s\n", options->name);
		ok = false;
	} else if (options->name != NULL && !exists && options->image == NULL) {
		fprintf(log,
			"[ERROR] a container with name \"%s\" does not exist, and "
			"--container-image is not set\n",
			options->name);
		ok = false;
	} else if (!exists) {
		image = find_image(options->image, log);
		ok = image != NULL && unpack(step, image, rootfs, log);
	}
	free(image);
	if (ok)
		return rootfs;
	free(rootfs);
	return NULL;
}

void rootfs_remove(const struct step *step)
{
	char *rootfs;
	const char *chmod[] = {"chmod", "-R", "u+rwX", NULL, NULL};
	const char *rm[] = {"rm", "-rf", "--one-file-system", NULL, NULL};
	FILE *quiet;

	if (step->options->name != NULL)
		return;
	rootfs = rootfs_path(step);
	quiet = fopen("/dev/null", "we");
	chmod[3] = rm[3] = rootfs;
	if (quiet != NULL && access(rootfs, F_OK) == 0 && !run_as_user(step, rm, quiet)) {
		run_as_user(step, chmod, quiet);
		run_as_user(step, rm, quiet);
	}
	if (quiet != NULL)
		fclose(quiet);
	free(rootfs);
}
