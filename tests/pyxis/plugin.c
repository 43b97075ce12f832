/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The SPANK side: when Slurm calls what. In a node's slurmstepd, before its tasks:
 *
 *	user_init             a child builds the container and hands back its namespace
 *	task_init_privileged  each task, as root, keeps the capability to enter the namespace
 *	task_init             each task, as the user, enters it and takes the image's environment;
 *	                      a container that could not be built fails here, as with Pyxis
 *	exit                  the file system of an unnamed container is removed
 */
#include "tests/pyxis/standin.h"

#include <slurm/spank.h>

#include <errno.h>
#include <fcntl.h>
#include <linux/capability.h>
#include <sched.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

SPANK_PLUGIN(hpcc_pyxis_standin, 1)

static struct step step;
static int namespace_fd = -1;   /* the container's mount namespace, once it is built */
static int environment_fd = -1; /* the image's variables */
static int log_fd = -1;         /* what building said */

/* Enroot's folders and limits are the administrator's business; the user's are dropped. */
static const char *const denied[] = {
	"ENROOT_LIBRARY_PATH",     "ENROOT_SYSCONF_PATH",    "ENROOT_RUNTIME_PATH",
	"ENROOT_CACHE_PATH",       "ENROOT_DATA_PATH",       "ENROOT_TEMP_PATH",
	"ENROOT_TRANSFER_RETRIES", "ENROOT_CONNECT_TIMEOUT", "ENROOT_MAX_CONNECTIONS",
	"ENROOT_ALLOW_HTTP",
};

/* The host's language, which the image may not know; it comes in only when it is asked for. */
static const char *const locale[] = {"LANG", "LC_ALL", "LANGUAGE"};

int slurm_spank_init(spank_t sp, int argc, char *argv[])
{
	spank_context_t context = spank_context();

	for (int i = 0; i < argc; i++) {
		if (strncmp(argv[i], "cache=", 6) == 0)
			step.cache = strdup(argv[i] + 6);
	}
	if (context != S_CTX_LOCAL && context != S_CTX_REMOTE)
		return 0;
	for (struct spank_option *option = options_table(); option->name != NULL; option++) {
		if (spank_option_register(sp, option) != ESPANK_SUCCESS)
			return -1;
	}
	return 0;
}

int slurm_spank_init_post_opt(spank_t sp, int argc, char *argv[])
{
	(void)sp;
	(void)argc;
	(void)argv;
	if (spank_context() == S_CTX_LOCAL)
		options_warn_ignored();
	return 0;
}

static bool send_fd(int socket, int fd)
{
	union {
		struct cmsghdr align;
		char bytes[CMSG_SPACE(sizeof(int))];
	} control = {0};
	struct iovec iov = {.iov_base = (char[1]){'n'}, .iov_len = 1};
	struct msghdr message = {
		.msg_iov = &iov,
		.msg_iovlen = 1,
		.msg_control = control.bytes,
		.msg_controllen = sizeof(control.bytes),
	};
	struct cmsghdr *header = CMSG_FIRSTHDR(&message);

	header->cmsg_level = SOL_SOCKET;
	header->cmsg_type = SCM_RIGHTS;
	header->cmsg_len = CMSG_LEN(sizeof(int));
	memcpy(CMSG_DATA(header), &fd, sizeof(fd));
	return sendmsg(socket, &message, 0) == 1;
}

/* The other end's file, or -1 when it ended without sending one. */
static int receive_fd(int socket)
{
	union {
		struct cmsghdr align;
		char bytes[CMSG_SPACE(sizeof(int))];
	} control = {0};
	struct iovec iov = {.iov_base = (char[1]){0}, .iov_len = 1};
	struct msghdr message = {
		.msg_iov = &iov,
		.msg_iovlen = 1,
		.msg_control = control.bytes,
		.msg_controllen = sizeof(control.bytes),
	};
	struct cmsghdr *header;
	int fd = -1;

	if (recvmsg(socket, &message, MSG_CMSG_CLOEXEC) != 1)
		return -1;
	header = CMSG_FIRSTHDR(&message);
	if (header != NULL && header->cmsg_type == SCM_RIGHTS)
		memcpy(&fd, CMSG_DATA(header), sizeof(fd));
	return fd;
}

static bool check_workdir(FILE *log)
{
	char *folder =
		step.options->workdir != NULL ? strdup(step.options->workdir) : image_workdir();
	bool ok = chdir("/") == 0 && chdir(folder) == 0;

	if (!ok)
		fprintf(log, "failed to change directory: %s: %s\n", folder, strerror(errno));
	free(folder);
	return ok;
}

/* In a child: builds the container and sends its namespace. slurmstepd only lent its privileges. */
static bool build_container(int socket, FILE *log)
{
	char *rootfs;
	int fd;
	bool ok;

	if (seteuid(0) != 0 || setegid(0) != 0) {
		fputs("[ERROR] slurmd does not run as root\n", log);
		return false;
	}
	umask(022);
	rootfs = rootfs_create(&step, log);
	ok = rootfs != NULL && container_enter(&step, rootfs, log) &&
	     environment_write(&step, environment_fd, log) && check_workdir(log);
	free(rootfs);
	fd = ok ? open("/proc/self/ns/mnt", O_RDONLY | O_CLOEXEC) : -1;
	return fd >= 0 && send_fd(socket, fd);
}

static void start_container(void)
{
	int sockets[2], status;
	pid_t pid;

	log_fd = memfd_create("log", MFD_CLOEXEC);
	environment_fd = memfd_create("environment", MFD_CLOEXEC);
	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, sockets) != 0)
		return;
	pid = fork();
	if (pid == 0) {
		FILE *log = fdopen(log_fd, "w");
		bool ok = build_container(sockets[1], log);

		fflush(log);
		_exit(ok ? 0 : 1);
	}
	close(sockets[1]);
	namespace_fd = receive_fd(sockets[0]);
	close(sockets[0]);
	(void)waitpid(pid, &status, 0);
}

/* The home as the job sees it: mounted where it is, or as root's when the user is remapped. */
static void add_home_mount(struct options *options)
{
	char *home = NULL;

	for (char **entry = step.host_env; entry != NULL && *entry != NULL; entry++) {
		if (strncmp(*entry, "HOME=/", 6) == 0)
			home = *entry + 5;
	}
	if (home == NULL)
		return;
	options->mounts =
		reallocarray(options->mounts, options->mount_count + 1, sizeof(*options->mounts));
	options->mounts[options->mount_count++] = (struct mount_entry){
		.source = strdup(home),
		.target = strdup(options->remap_root == CHOICE_YES ? "/root" : home),
		.source_fd = -1,
	};
}

int slurm_spank_user_init(spank_t sp, int argc, char *argv[])
{
	struct options *options = options_get();

	(void)argc;
	(void)argv;
	if (!options_want_container() || step.cache == NULL)
		return 0;
	step.options = options;
	step.node = getenv("HPCC_TEST_NODE") != NULL ? getenv("HPCC_TEST_NODE") : "node";
	if (spank_get_item(sp, S_JOB_UID, &step.uid) != ESPANK_SUCCESS ||
	    spank_get_item(sp, S_JOB_GID, &step.gid) != ESPANK_SUCCESS ||
	    spank_get_item(sp, S_JOB_ID, &step.job_id) != ESPANK_SUCCESS ||
	    spank_get_item(sp, S_JOB_STEPID, &step.step_id) != ESPANK_SUCCESS ||
	    spank_get_item(sp, S_JOB_ENV, &step.host_env) != ESPANK_SUCCESS)
		return -1;
	if (options->mount_home == CHOICE_YES)
		add_home_mount(options);
	start_container();
	return 0;
}

int slurm_spank_task_init_privileged(spank_t sp, int argc, char *argv[])
{
	(void)sp;
	(void)argc;
	(void)argv;
	/* slurmstepd still needs the host's folders when it has become the user. */
	if (namespace_fd >= 0 && prctl(PR_SET_KEEPCAPS, 1, 0, 0, 0) != 0)
		return -1;
	return 0;
}

static bool set_capabilities(uint64_t effective)
{
	struct __user_cap_header_struct header = {.version = _LINUX_CAPABILITY_VERSION_3};
	struct __user_cap_data_struct data[2] = {
		{.effective = (uint32_t)effective, .permitted = (uint32_t)effective},
		{.effective = (uint32_t)(effective >> 32),
		 .permitted = (uint32_t)(effective >> 32)},
	};

	return syscall(SYS_capset, &header, data) == 0;
}

static bool enter_namespace(void)
{
	bool ok = set_capabilities(1ULL << CAP_SYS_ADMIN | 1ULL << CAP_SYS_CHROOT) &&
		  setns(namespace_fd, CLONE_NEWNS) == 0;

	return set_capabilities(0) && prctl(PR_SET_KEEPCAPS, 0, 0, 0, 0) == 0 && ok;
}

/* All of a file that only this process still uses; to be freed. Ends in a NUL. */
static char *read_all(int fd, size_t *size)
{
	struct stat st;
	char *bytes;

	if (fd < 0 || fstat(fd, &st) != 0)
		return NULL;
	bytes = calloc(1, (size_t)st.st_size + 1);
	if (bytes == NULL || pread(fd, bytes, (size_t)st.st_size, 0) != st.st_size) {
		free(bytes);
		return NULL;
	}
	*size = (size_t)st.st_size;
	return bytes;
}

static int report_failure(void)
{
	size_t size;
	char *text = read_all(log_fd, &size), *rest = text, *line;

	slurm_error("pyxis: container start failed with error code: 1");
	slurm_error("pyxis: printing enroot log file:");
	while ((line = strsep(&rest, "\n")) != NULL) {
		if (*line != '\0')
			slurm_error("pyxis:     %s", line);
	}
	slurm_error("pyxis: couldn't start container");
	free(text);
	return -1;
}

/* What a shell sets for itself is not the image's doing. */
static bool is_shells_own(const char *name)
{
	return strcmp(name, "PWD") == 0 || strcmp(name, "OLDPWD") == 0 ||
	       strcmp(name, "SHLVL") == 0 || strcmp(name, "_") == 0;
}

static void take_environment(spank_t sp)
{
	size_t size = 0;
	char *bytes = read_all(environment_fd, &size);

	for (size_t i = 0; i < sizeof(denied) / sizeof(denied[0]); i++)
		spank_unsetenv(sp, denied[i]);
	for (size_t i = 0; i < sizeof(locale) / sizeof(locale[0]); i++)
		if (!environment_names(&step, locale[i]))
			spank_unsetenv(sp, locale[i]);
	for (char *entry = bytes; entry != NULL && entry < bytes + size;) {
		char *next = entry + strlen(entry) + 1;
		char *value = strchr(entry, '=');

		if (value != NULL) {
			*value++ = '\0';
			if (!is_shells_own(entry))
				spank_setenv(sp, entry, value, 1);
		}
		entry = next;
	}
	free(bytes);
}

static bool write_text(const char *path, const char *text)
{
	int fd = open(path, O_WRONLY | O_CLOEXEC);
	bool ok = fd >= 0 && write(fd, text, strlen(text)) == (ssize_t)strlen(text);

	if (fd >= 0)
		close(fd);
	return ok;
}

/* The user, and nobody else, appears as root in a user namespace of the task's own. */
static bool remap_root(void)
{
	char *users, *groups;
	bool ok;

	if (asprintf(&users, "0 %u 1", step.uid) < 0 || asprintf(&groups, "0 %u 1", step.gid) < 0)
		return false;
	/* A process that changed its user owns its /proc files again only when it is dumpable. */
	ok = prctl(PR_SET_DUMPABLE, 1, 0, 0, 0) == 0 && unshare(CLONE_NEWUSER) == 0 &&
	     write_text("/proc/self/setgroups", "deny") &&
	     write_text("/proc/self/uid_map", users) && write_text("/proc/self/gid_map", groups);
	free(users);
	free(groups);
	return ok;
}

int slurm_spank_task_init(spank_t sp, int argc, char *argv[])
{
	char *folder;
	bool ok;

	(void)argc;
	(void)argv;
	if (step.options == NULL)
		return 0;
	if (namespace_fd < 0)
		return report_failure();
	if (!enter_namespace()) {
		slurm_error("pyxis: couldn't enter the container: %s", strerror(errno));
		return -1;
	}
	folder = step.options->workdir != NULL ? strdup(step.options->workdir) : image_workdir();
	ok = chdir("/") == 0 && chdir(folder) == 0;
	free(folder);
	if (!ok || (step.options->remap_root == CHOICE_YES && !remap_root())) {
		slurm_error("pyxis: couldn't set up the task: %s", strerror(errno));
		return -1;
	}
	take_environment(sp);
	return 0;
}

int slurm_spank_exit(spank_t sp, int argc, char *argv[])
{
	(void)sp;
	(void)argc;
	(void)argv;
	if (spank_context() == S_CTX_REMOTE && step.options != NULL)
		rootfs_remove(&step);
	return 0;
}
