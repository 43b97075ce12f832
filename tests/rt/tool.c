/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Things the cases need and a shell can't do:
 *
 *	rt-tool free-port               a port nobody uses
 *	rt-tool listen PORT [SECONDS]   accepts, and never answers
 *	rt-tool answer PORT STATUS…     answers HTTP requests with that status; all but the last
 *	                                are interim answers
 *	rt-tool health PORT FILE        answers each request as FILE says then: a status, and ms to wait
 *	                                before that
 *	rt-tool late PORT MS FILE [STATUS]
 *	                                listens, or answers, only after so long, as told in FILE
 *	rt-tool tree DEPTH              leaves children, some in groups and sessions of their own
 *	rt-tool fds                     open descriptors above 2, signals ignored and blocked
 *	rt-tool await                   blocks USR1, says "up", and each time "checkpoint" when it comes
 *	rt-tool until FILE              waits until the file is there
 *	rt-tool fill FILE MIB           a big file, mostly holes, ending in "the end"
 *	rt-tool stamp FILE              adds the monotonic time in ns, says "ready", stays
 *	rt-tool now FILE                adds the time alone
 *	rt-tool flood FILE SECONDS      writes 200 MB of lines a second, then as `stamp`
 *	rt-tool told FILE MS            says "ready"; at TERM adds the time, and ends after so long
 *	rt-tool gaps FILE               in ns: the median and the largest gap between its lines
 *	rt-tool opens FOLDER FILE       says "up"; at TERM puts into FILE how often files in the folder
 *	                                were opened, those aside whose names begin with a dot
 */
#include <arpa/inet.h>
#include <dirent.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/inotify.h>
#include <sys/random.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

static int bound_socket(int port, int *got)
{
	struct sockaddr_in a = {.sin_family = AF_INET, .sin_port = htons((in_port_t)port)};
	socklen_t len = sizeof(a);
	int on = 1, fd = socket(AF_INET, SOCK_STREAM, 0);

	a.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on));
	if (bind(fd, (struct sockaddr *)&a, sizeof(a)) || listen(fd, 64)) {
		perror("bind");
		exit(98);
	}
	getsockname(fd, (struct sockaddr *)&a, &len);
	*got = ntohs(a.sin_port);
	return fd;
}

/* Below those that the kernel hands out, which the next connection of another test may get, and those
   of the test clusters. */
static int free_port(void)
{
	enum {
		FIRST = 10000,
		COUNT = 7000
	};

	for (int i = 0; i < 100; i++) {
		uint32_t number = 0;
		if (getrandom(&number, sizeof(number), 0) != (ssize_t)sizeof(number))
			break;
		struct sockaddr_in a = {.sin_family = AF_INET,
					.sin_port = htons((in_port_t)(FIRST + number % COUNT))};
		int fd = socket(AF_INET, SOCK_STREAM, 0);
		bool is_free = fd >= 0 && !bind(fd, (struct sockaddr *)&a, sizeof(a));
		close(fd);
		if (!is_free)
			continue;
		printf("%d\n", ntohs(a.sin_port));
		return 0;
	}
	fputs("rt-tool: no free port\n", stderr);
	return 98;
}

static _Noreturn void listen_silently(int fd)
{
	for (;;)
		if (accept(fd, NULL, NULL) < 0)
			pause();
}

static _Noreturn void answer(int fd, char **status)
{
	int on = 1;
	char text[4096];

	/* Who has read enough closes: no reason to die. */
	signal(SIGPIPE, SIG_IGN);
	for (;;) {
		int peer = accept(fd, NULL, NULL), n;

		if (read(peer, text, sizeof(text)) <= 0) {
			close(peer);
			continue;
		}
		setsockopt(peer, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
		for (char **each = status; *each; each++) {
			n = snprintf(text, sizeof(text), "HTTP/1.1 %s x\r\n%s\r\n\r\n", *each,
				     each[1] ? "Link: </x>" : "Content-Length: 0");
			(void)!write(peer, text, (size_t)n);
		}
		close(peer);
	}
}

static _Noreturn void health(int fd, const char *path)
{
	char text[4096];

	signal(SIGPIPE, SIG_IGN);
	for (;;) {
		int peer = accept(fd, NULL, NULL), status = 200, ms = 0;
		FILE *file = fopen(path, "r");

		(void)!(file && fscanf(file, "%d %d", &status, &ms));
		if (file)
			fclose(file);
		if (read(peer, text, sizeof(text)) > 0) {
			nanosleep(&(struct timespec){ms / 1000, ms % 1000 * 1000000}, NULL);
			dprintf(peer, "HTTP/1.1 %d x\r\nContent-Length: 0\r\n\r\n", status);
		}
		close(peer);
	}
}

static int tree(int depth)
{
	for (int i = 0; depth && i < 2; i++)
		if (!fork()) {
			if (depth == 2 && i == 0)
				setsid();
			else if (depth == 2)
				setpgid(0, 0);
			signal(SIGTERM, SIG_IGN);
			signal(SIGHUP, SIG_IGN);
			tree(depth - 1);
			for (;;)
				pause();
		}
	return 0;
}

static void copy_lines(const char *path, const char *const *keys)
{
	char line[256];
	FILE *file = fopen(path, "r");

	while (file && fgets(line, sizeof(line), file))
		for (int i = 0; keys[i]; i++)
			if (!strncmp(line, keys[i], strlen(keys[i])))
				fputs(line, stdout);
	if (file)
		fclose(file);
}

static int fds(void)
{
	static const char *const keys[] = {"SigIgn", "SigBlk", NULL};
	DIR *dir = opendir("/proc/self/fd");
	struct dirent *e;
	char path[300], target[300];

	while ((e = readdir(dir))) {
		ssize_t n;

		if (e->d_name[0] == '.' || atoi(e->d_name) == dirfd(dir))
			continue;
		snprintf(path, sizeof(path), "/proc/self/fd/%s", e->d_name);
		n = readlink(path, target, sizeof(target) - 1);
		target[n > 0 ? n : 0] = '\0';
		printf("fd %s %s\n", e->d_name, target);
	}
	closedir(dir);
	copy_lines("/proc/self/status", keys);
	return 0;
}

static _Noreturn void await(void)
{
	struct signalfd_siginfo info;
	sigset_t set;
	int fd;

	sigemptyset(&set);
	sigaddset(&set, SIGUSR1);
	sigprocmask(SIG_BLOCK, &set, NULL);
	fd = signalfd(-1, &set, SFD_CLOEXEC);
	(void)!write(1, "up\n", 3);
	while (read(fd, &info, sizeof(info)) == sizeof(info))
		(void)!write(1, "checkpoint\n", 11);
	exit(1);
}

static int until(const char *path)
{
	const struct timespec pause = {.tv_nsec = 20000000};

	while (access(path, F_OK))
		nanosleep(&pause, NULL);
	return 0;
}

static int fill(const char *path, long mib)
{
	static const char end[] = "\nthe end\n";
	int fd = open(path, O_WRONLY | O_CREAT | O_APPEND, 0644);

	if (fd < 0 || ftruncate(fd, mib << 20) || write(fd, end, sizeof(end) - 1) < 0) {
		perror(path);
		return 1;
	}
	return close(fd);
}

static long long now_ns(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec * 1000000000LL + now.tv_nsec;
}

static bool write_stamp(const char *path)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_APPEND, 0644);
	char text[32];
	int n = snprintf(text, sizeof(text), "%lld\n", now_ns());

	return write(fd, text, (size_t)n) == n && !close(fd);
}

static int stamp(const char *path)
{
	if (!write_stamp(path))
		return 1;
	(void)!write(1, "ready\n", 6);
	pause();
	return 0;
}

static int told(const char *path, long ms)
{
	const struct timespec pause = {.tv_sec = ms / 1000, .tv_nsec = ms % 1000 * 1000000};
	int number;

	sigset_t set;
	sigemptyset(&set);
	sigaddset(&set, SIGTERM);
	sigprocmask(SIG_BLOCK, &set, NULL);
	(void)!write(1, "ready\n", 6);
	if (sigwait(&set, &number) || !write_stamp(path))
		return 1;
	nanosleep(&pause, NULL);
	return 0;
}

static _Noreturn void late(int port, long ms, const char *path, char **status)
{
	const struct timespec pause = {.tv_sec = ms / 1000, .tv_nsec = ms % 1000 * 1000000};
	int fd;

	nanosleep(&pause, NULL);
	fd = bound_socket(port, &port);
	if (!write_stamp(path))
		exit(1);
	if (*status)
		answer(fd, status);
	listen_silently(fd);
}

static int flood(const char *path, long seconds)
{
	static const char line[] =
		"12:00:00 INFO worker 17 has done batch 123456, loss 0.1234, 33 ms\n";
	enum {
		LINES = 1000,
		BYTES = LINES * (sizeof(line) - 1)
	};
	static char block[BYTES];
	long long begin = now_ns(), blocks = seconds * 200000000LL / BYTES;

	for (int i = 0; i < LINES; i++)
		memcpy(block + i * (sizeof(line) - 1), line, sizeof(line) - 1);
	for (long long i = 0; i < blocks; i++) {
		long long wait = begin + i * BYTES * 5 - now_ns(); /* 5 ns a byte */
		struct timespec pause = {.tv_nsec = wait};

		if (wait > 0)
			nanosleep(&pause, NULL);
		if (write(1, block, BYTES) != BYTES)
			return 1;
	}
	return stamp(path);
}

static int by_size(const void *a, const void *b)
{
	const long long *x = a, *y = b;

	return *x < *y ? -1 : *x > *y;
}

static int gaps(const char *path)
{
	static long long at[10000];
	FILE *file = fopen(path, "r");
	int n = 0;

	while (file && n < 10000 && fscanf(file, "%lld", &at[n]) == 1)
		n++;
	if (n < 2)
		return 1;
	qsort(at, (size_t)n, sizeof(at[0]), by_size);
	for (int i = 0; i + 1 < n; i++)
		at[i] = at[i + 1] - at[i];
	qsort(at, (size_t)n - 1, sizeof(at[0]), by_size);
	printf("%lld %lld\n", at[(n - 1) / 2], at[n - 2]);
	return 0;
}

static volatile sig_atomic_t ended;

static void end(int number)
{
	ended = number;
}

static int opens(const char *folder, const char *path)
{
	_Alignas(struct inotify_event) char data[65536];
	struct sigaction action = {.sa_handler = end};
	int fd = inotify_init1(0);
	long count = 0;

	sigaction(SIGTERM, &action, NULL);
	if (inotify_add_watch(fd, folder, IN_OPEN) < 0) {
		perror(folder);
		return 1;
	}
	(void)!write(1, "up\n", 3);
	/* What came before the end is read as well. */
	for (ssize_t n = 0, at; n >= 0 || !ended;) {
		if (ended)
			fcntl(fd, F_SETFL, O_NONBLOCK);
		n = read(fd, data, sizeof(data));
		for (at = 0; at < n;) {
			struct inotify_event *e = (struct inotify_event *)(data + at);

			count += e->len && e->name[0] != '.';
			count += e->mask & IN_Q_OVERFLOW ? 1000000000 : 0;
			at += (ssize_t)(sizeof(*e) + e->len);
		}
	}
	FILE *file = fopen(path, "w");
	return !file || fprintf(file, "%ld\n", count) < 0 || fclose(file);
}

int main(int argc, char **argv)
{
	const char *what = argc > 1 ? argv[1] : "", *first = argc > 2 ? argv[2] : "0";
	int port;

	if (!strcmp(what, "free-port"))
		return free_port();
	if (!strcmp(what, "listen"))
		listen_silently(bound_socket(atoi(first), &port));
	if (!strcmp(what, "answer") && argc > 3)
		answer(bound_socket(atoi(first), &port), argv + 3);
	if (!strcmp(what, "health") && argc > 3)
		health(bound_socket(atoi(first), &port), argv[3]);
	if (!strcmp(what, "late") && argc > 4)
		late(atoi(first), atol(argv[3]), argv[4], argv + 5);
	if (!strcmp(what, "tree"))
		return tree(atoi(first));
	if (!strcmp(what, "fds"))
		return fds();
	if (!strcmp(what, "await"))
		await();
	if (!strcmp(what, "until"))
		return until(first);
	if (!strcmp(what, "fill") && argc > 3)
		return fill(first, atol(argv[3]));
	if (!strcmp(what, "stamp"))
		return stamp(first);
	if (!strcmp(what, "now"))
		return !write_stamp(first);
	if (!strcmp(what, "told") && argc > 3)
		return told(first, atol(argv[3]));
	if (!strcmp(what, "flood") && argc > 3)
		return flood(first, atol(argv[3]));
	if (!strcmp(what, "gaps"))
		return gaps(first);
	if (!strcmp(what, "opens") && argc > 3)
		return opens(first, argv[3]);
	fprintf(stderr, "rt-tool: see its source\n");
	return 2;
}
