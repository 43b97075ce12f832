/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A static program that writes down what a process of a job finds: words, folder, variables, user,
 * signals, open files, standard input, and the files that variables name. One fact a line, in
 * $HPC_COMPOSE_JOB_DIR/seen/<service>.<rank>.<launch>. Then it does what WITNESS_DO says:
 *
 *	exit 3 | signal 11 | serve 8080 | wait
 *
 * `wait` and `serve` say so on standard output, tell of signals there, and end with TERM.
 */
#include <arpa/inet.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <limits.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

extern char **environ;

static FILE *out;

static const char *variable(const char *name)
{
	const char *value = getenv(name);

	return value ? value : "";
}

static void quote(const char *text)
{
	fputc('"', out);
	for (const unsigned char *p = (const unsigned char *)text; *p; p++) {
		if (*p < ' ' || *p == '"' || *p == '\\')
			fprintf(out, "\\x%02x", *p);
		else
			fputc(*p, out);
	}
	fputs("\"\n", out);
}

static void open_record(void)
{
	char path[PATH_MAX];

	snprintf(path, sizeof(path), "%s/seen", variable("HPC_COMPOSE_JOB_DIR"));
	mkdir(path, 0777);
	for (int launch = 1; launch < 100 && !out; launch++) {
		snprintf(path, sizeof(path), "%s/seen/%s.%d.%d", variable("HPC_COMPOSE_JOB_DIR"),
			 variable("HPC_COMPOSE_SERVICE_NAME"), atoi(variable("SLURM_PROCID")),
			 launch);
		out = fopen(path, "wxe");
	}
	if (!out) {
		perror(path);
		exit(99);
	}
}

static int compare(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

static void write_words(char **argv)
{
	char path[PATH_MAX];
	size_t n = 0;

	for (int i = 0; argv[i]; i++) {
		fputs("word ", out);
		quote(argv[i]);
	}
	fputs("folder ", out);
	quote(getcwd(path, sizeof(path)) ? path : "none");
	while (environ[n])
		n++;
	qsort(environ, n, sizeof(*environ), compare);
	for (size_t i = 0; i < n; i++) {
		fputs("variable ", out);
		quote(environ[i]);
	}
}

static void write_user(void)
{
	gid_t groups[256];
	mode_t mask = umask(0);
	int n = getgroups(256, groups);

	umask(mask);
	fprintf(out, "user %d %d\ngroup %d %d\n", (int)getuid(), (int)geteuid(), (int)getgid(),
		(int)getegid());
	for (int i = 0; i < n; i++)
		fprintf(out, "supplementary %d\n", (int)groups[i]);
	fprintf(out, "umask %03o\n", (unsigned)mask);
}

/* Lines of a file of /proc that begin with one of the words, as they are. */
static void write_lines(const char *path, const char *const *words)
{
	FILE *file = fopen(path, "re");
	char line[4096];

	while (file && fgets(line, sizeof(line), file))
		for (int i = 0; words[i]; i++)
			if (!strncmp(line, words[i], strlen(words[i])))
				fprintf(out, "%s", line);
	if (file)
		fclose(file);
}

static void write_process(void)
{
	static const char *const wanted[] = {"SigBlk:", "SigIgn:", "NoNewPrivs:", NULL};
	char path[64], name[64] = "";
	struct rlimit limit;
	FILE *file;

	write_lines("/proc/self/status", wanted);
	fprintf(out, "leads its group: %s\n", getpgrp() == getpid() ? "yes" : "no");
	fprintf(out, "has a terminal: %s\n", isatty(0) || isatty(1) || isatty(2) ? "yes" : "no");
	snprintf(path, sizeof(path), "/proc/%d/comm", (int)getppid());
	file = fopen(path, "re");
	if (file && fgets(name, sizeof(name), file))
		fprintf(out, "parent %s", name);
	if (file)
		fclose(file);
	if (!getrlimit(RLIMIT_CORE, &limit))
		fprintf(out, "limit of core files %lld\n", (long long)limit.rlim_cur);
	if (!getrlimit(RLIMIT_NOFILE, &limit))
		fprintf(out, "limit of open files %lld\n", (long long)limit.rlim_cur);
}

/* What each descriptor is open on; numbers of pipes and sockets mean nothing. */
static void write_descriptors(void)
{
	char path[64], target[PATH_MAX], byte;
	ssize_t n;

	for (int fd = 0; fd < 1024; fd++) {
		if (fcntl(fd, F_GETFD) < 0 || fd == fileno(out))
			continue;
		snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
		n = readlink(path, target, sizeof(target) - 1);
		target[n < 0 ? 0 : n] = 0;
		if (strchr(target, '['))
			*strchr(target, '[') = 0;
		fprintf(out, "descriptor %d %s, flags %o\n", fd, target,
			(unsigned)fcntl(fd, F_GETFL) & O_ACCMODE);
	}
	fprintf(out, "standard input: %s\n",
		read(0, &byte, 1) == 0 ? "at its end" : "not at its end");
}

/* The files that variables name, and what can be done in folders. */
static void write_files(void)
{
	static const char *const files[] = {
		"HPC_COMPOSE_NODELIST_FILE", "HPC_COMPOSE_SERVICE_NODELIST_FILE",
		"HPC_COMPOSE_DIST_HOSTFILE", "HPC_COMPOSE_MPI_HOSTFILE"};
	char folders[4096], path[PATH_MAX], line[4096], *rest = folders, *folder;

	for (size_t i = 0; i < sizeof(files) / sizeof(files[0]); i++) {
		FILE *file = *variable(files[i]) ? fopen(variable(files[i]), "re") : NULL;
		while (file && fgets(line, sizeof(line), file))
			fprintf(out, "in %s: %s", files[i], line);
		if (file)
			fclose(file);
		else if (*variable(files[i]))
			fprintf(out, "in %s: %s\n", files[i], strerror(errno));
	}
	snprintf(folders, sizeof(folders), "%s", variable("WITNESS_FOLDERS"));
	while ((folder = strsep(&rest, ":"))) {
		struct stat st;
		int fd;
		if (folder[0] == '$')
			folder = (char *)variable(folder + 1);
		if (!*folder)
			continue;
		snprintf(path, sizeof(path), "%s/.witness-%d", folder, (int)getpid());
		fprintf(out, "at %s: ", folder);
		if (stat(folder, &st)) {
			fprintf(out, "%s\n", strerror(errno));
			continue;
		}
		fd = open(path, O_CREAT | O_WRONLY | O_CLOEXEC, 0600);
		fprintf(out, "owner %d, %s\n", (int)st.st_uid,
			fd < 0 ? strerror(errno) : "writable");
		if (fd >= 0)
			close(fd);
		unlink(path);
	}
}

static int listen_on(int port)
{
	struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons((uint16_t)port)};
	int one = 1, s = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

	address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	setsockopt(s, SOL_SOCKET, SO_REUSEADDR, &one, sizeof(one));
	if (bind(s, (struct sockaddr *)&address, sizeof(address)) || listen(s, 16)) {
		perror("listen");
		exit(98);
	}
	return s;
}

/* Tells of each signal; TERM ends. Whoever connects gets an HTTP answer. */
static void stay(int socket)
{
	static const char answer[] = "HTTP/1.1 204 No Content\r\nConnection: close\r\n\r\n";
	struct signalfd_siginfo info;
	struct pollfd p[2] = {{.events = POLLIN}, {.fd = socket, .events = POLLIN}};
	sigset_t set;

	sigemptyset(&set);
	sigaddset(&set, SIGTERM);
	sigaddset(&set, SIGINT);
	sigaddset(&set, SIGUSR1);
	sigaddset(&set, SIGUSR2);
	sigprocmask(SIG_BLOCK, &set, NULL);
	p[0].fd = signalfd(-1, &set, SFD_CLOEXEC);
	printf("here\n");
	fflush(stdout);
	for (;;) {
		poll(p, socket < 0 ? 1 : 2, -1);
		if (socket >= 0 && p[1].revents) {
			int client = accept(socket, NULL, NULL);
			char request[1024];
			if (read(client, request, sizeof(request)) > 0)
				(void)!write(client, answer, sizeof(answer) - 1);
			close(client);
		}
		if (!p[0].revents || read(p[0].fd, &info, sizeof(info)) != sizeof(info))
			continue;
		printf("signal %u\n", info.ssi_signo);
		fflush(stdout);
		if (info.ssi_signo == SIGTERM)
			exit(0);
	}
}

int main(int argc, char **argv)
{
	const char *order = variable("WITNESS_DO");
	const char *number = strchr(order, ' ');
	int n = number ? atoi(number) : 0;

	(void)argc;
	open_record();
	write_words(argv);
	write_user();
	write_process();
	write_descriptors();
	write_files();
	fclose(out);
	printf("on standard output\n");
	fprintf(stderr, "on standard error\n");
	fflush(stdout);
	if (!strncmp(order, "exit", 4))
		return n;
	if (!strncmp(order, "signal", 6))
		raise(n);
	if (!strncmp(order, "serve", 5))
		stay(listen_on(n));
	if (!strncmp(order, "wait", 4))
		stay(-1);
	return 0;
}
