/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The SPANK side: when Slurm calls what. In a node's slurmstepd, before its tasks:
 *
 *	user_init             a child builds the container and hands back its namespace
 *	task_init_privileged  each task, as root, keeps the capability to enter the namespace
 *	task_init             each task, as the user, enters it and takes the container's
 *	                      environment; a container that could not be built fails here, as with
 *	                      Pyxis; with squashfuse, the first task becomes the holder's parent
 *	task_exit             when the last one is gone, the holder goes
 *	exit                  the file system of an unnamed container is removed
 */
#include "tests/pyxis/standin.h"

#include <slurm/spank.h>

#include <errno.h>
#include <fcntl.h>
#include <linux/capability.h>
#include <pwd.h>
#include <sched.h>
#include <signal.h>
#include <stdatomic.h>
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

/* Between slurmstepd, the child that builds the container, and the tasks. */
static struct shared {
	struct site site; /* with the image's words */
	atomic_uint started, ended;
	pid_t holder;
} * shared;

/* The host's language, which the image may not know; it comes in only when it is asked for. */
static const char *const locale[] = {"LANG", "LC_ALL", "LANGUAGE"};

void read_site_word(struct site *site, const char *word)
{
	if (strcmp(word, "squashfuse") == 0)
		site->uses_squashfuse = true;
	else if (strcmp(word, "no-login-shell") == 0)
		site->has_login_shell = false;
	else if (strncmp(word, "version=", 8) == 0)
		site->version = (unsigned)atoi(word + 8);
}

int slurm_spank_init(spank_t sp, int argc, char *argv[])
{
	spank_context_t context = spank_context();

	step.site = (struct site){.has_login_shell = true, .version = 24};
	for (int i = 0; i < argc; i++) {
		if (strncmp(argv[i], "cache=", 6) == 0)
			step.cache = strdup(argv[i] + 6);
		else
			read_site_word(&step.site, argv[i]);
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
	const char *folder = step.options->workdir;
	bool ok = folder == NULL || (chdir("/") == 0 && chdir(folder) == 0);

	if (!ok)
		fprintf(log, "couldn't chdir to %s: %s\n", folder, strerror(errno));
	return ok;
}

static bool is_regular(const char *path)
{
	struct stat st;

	return path != NULL && stat(path, &st) == 0 && S_ISREG(st.st_mode);
}

/* Unless the entrypoint is to run, what the image's /etc/rc reads ahead of it ends it. */
static bool write_rc_local(const char *rootfs, FILE *log)
{
	char *script;
	const char *argv[] = {"/bin/sh", "-c", NULL, "sh", rootfs, NULL};
	bool ok;

	if (step.options->entrypoint == CHOICE_YES)
		return true;
	if (asprintf(&script, "mkdir -p \"$1/etc\" && echo 'exec \"$@\"' >\"$1/etc/rc.local\"") < 0)
		return false;
	argv[2] = script;
	ok = run_as_user(&step, argv, log);
	free(script);
	return ok;
}

/* The user's entry in the container's /etc/passwd and /etc/group, which Enroot adds: databases look
   themselves up. */
static bool add_user(const char *rootfs, FILE *log)
{
	const char *argv[] = {"sh", "-c", NULL, "sh", rootfs, NULL};
	char *script;
	bool ok;

	if (step.options->remap_root == CHOICE_YES)
		return true;
	if (asprintf(&script,
		     "mkdir -p \"$1/etc\" && cd \"$1/etc\" && touch passwd group && "
		     "{ grep -q '^[^:]*:[^:]*:%1$u:' passwd || "
		     "echo '%3$s:x:%1$u:%2$u::%4$s:/bin/sh' >>passwd; } && "
		     "{ grep -q '^[^:]*:[^:]*:%2$u:' group || echo '%3$s:x:%2$u:' >>group; }",
		     step.uid, step.gid, step.user, step.home) < 0)
		return false;
	argv[2] = script;
	ok = run_as_user(&step, argv, log);
	free(script);
	return ok;
}

/* As the user's entry in the container's /etc/passwd says. */
static bool make_home(const char *rootfs, FILE *log)
{
	char *folder;
	const char *argv[] = {"mkdir", "-p", NULL, NULL};
	bool ok;

	if (asprintf(&folder, "%s%s", rootfs, step.home) < 0)
		return false;
	argv[2] = folder;
	ok = run_as_user(&step, argv, log);
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
	if (rootfs == NULL)
		return false;
	rootfs_read_site(rootfs, &step.site);
	shared->site = step.site;
	ok = mounts_evaluate(&step, options_get(), log) && write_rc_local(rootfs, log) &&
	     add_user(rootfs, log) && make_home(rootfs, log) &&
	     container_enter(&step, rootfs, log) && environment_write(&step, environment_fd, log) &&
	     check_workdir(log);
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
	const char *home = host_value(&step, "HOME");

	if (home == NULL || *home != '/')
		return;
	step.home = strdup(home);
	options->mounts =
		reallocarray(options->mounts, options->mount_count + 1, sizeof(*options->mounts));
	options->mounts[options->mount_count++] = (struct mount_entry){
		.source = strdup(home),
		.target = strdup(options->remap_root == CHOICE_YES ? "/root" : home),
		.flags = strdup("x-create=dir,rbind"),
		.source_fd = -1,
	};
}

static bool find_user(void)
{
	const struct passwd *pw = getpwuid(step.uid);

	step.home = strdup(pw != NULL ? pw->pw_dir : "/");
	step.user = strdup(pw != NULL ? pw->pw_name : "nobody");
	return step.home != NULL && step.user != NULL;
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
	shared = mmap(NULL, sizeof(*shared), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1,
		      0);
	if (shared == MAP_FAILED || !find_user())
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

/* All that the container has, but for what --container-env names and the host has. Gives where the
   container's shell stands; to be freed. */
static char *take_environment(spank_t sp)
{
	size_t size = 0;
	char *bytes = read_all(environment_fd, &size);
	const char *named = step.options->env_names;

	if (bytes == NULL)
		return NULL;
	for (size_t i = 0; i < sizeof(locale) / sizeof(locale[0]); i++)
		if (!is_listed(named, locale[i], strlen(locale[i])))
			spank_unsetenv(sp, locale[i]);
	for (char *entry = bytes + strlen(bytes) + 1; entry < bytes + size;) {
		char *next = entry + strlen(entry) + 1;
		char *value = strchr(entry, '=');

		if (value != NULL) {
			*value++ = '\0';
			spank_setenv(sp, entry, value, !is_listed(named, entry, strlen(entry)));
		}
		entry = next;
	}
	return bytes;
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

/* The container's file system may hang on a process of the step's first task. */
static bool keep_file_system(void)
{
	if (!shared->site.uses_squashfuse || step.options->name != NULL ||
	    !is_regular(step.options->image) || atomic_fetch_add(&shared->started, 1) > 0)
		return true;
	shared->holder = holder_start(&step);
	return shared->holder > 0;
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
	if (!keep_file_system() || !enter_namespace()) {
		slurm_error("pyxis: couldn't enter the container: %s", strerror(errno));
		return -1;
	}
	folder = take_environment(sp);
	ok = folder != NULL && chdir("/") == 0 &&
	     chdir(step.options->workdir != NULL ? step.options->workdir : folder) == 0;
	free(folder);
	if (!ok || (step.options->remap_root == CHOICE_YES && !remap_root())) {
		slurm_error("pyxis: couldn't set up the task: %s", strerror(errno));
		return -1;
	}
	return 0;
}

int slurm_spank_task_exit(spank_t sp, int argc, char *argv[])
{
	uint32_t tasks;

	(void)argc;
	(void)argv;
	if (step.options == NULL || shared->holder <= 0 ||
	    spank_get_item(sp, S_JOB_LOCAL_TASK_COUNT, &tasks) != ESPANK_SUCCESS)
		return 0;
	if (atomic_fetch_add(&shared->ended, 1) + 1 == tasks)
		kill(shared->holder, SIGCONT);
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
