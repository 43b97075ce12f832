/* SPDX-License-Identifier: Apache-2.0 */
/* A fork of hpcc runs the errand and writes its result, JSON, into a pipe. */
#include "driver/cluster/errand.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "driver/interrupt.h"

enum {
	LOOK_MS = 20,
	LOOKS = 50 /* for programs of it to be ended */
};

/* What is typed at the terminal isn't meant for it, and with hpcc it ends; buffered output is hpcc's. */
static void run(pid_t parent, int fd, errand_work *work, void *context)
{
	setpgid(0, 0);
	prctl(PR_SET_PDEATHSIG, SIGTERM);
	if (getppid() != parent)
		_exit(1);
	signal(SIGSEGV, SIG_DFL);
	signal(SIGABRT, SIG_DFL);
	interrupt_take();
	json_t *result = work(context);
	_exit(result && json_dumpfd(result, fd, JSON_COMPACT | JSON_ENCODE_ANY) == 0 ? 0 : 1);
}

bool errand_begin(struct errand *e, errand_work *work, void *context)
{
	int ends[2];
	pid_t parent = getpid();

	if (pipe2(ends, O_CLOEXEC | O_NONBLOCK) != 0)
		return false;
	*e = (struct errand){.pid = fork(), .fd = ends[0]};
	if (e->pid == 0) {
		fcntl(ends[1], F_SETFL, 0); /* a long result waits for its reader */
		run(parent, ends[1], work, context);
	}
	close(ends[1]);
	if (e->pid < 0) {
		close(ends[0]);
		*e = (struct errand){.fd = -1};
		return false;
	}
	arena_init(&e->arena);
	buf_init(&e->said, &e->arena);
	return true;
}

bool errand_has_ended(struct errand *e)
{
	char block[1 << 14];
	ssize_t n = -1;

	while (e->fd >= 0 &&
	       ((n = read(e->fd, block, sizeof(block))) > 0 || (n < 0 && errno == EINTR)))
		if (n > 0)
			buf_add(&e->said, (struct str){block, (size_t)n});
	if (e->fd >= 0 && n == 0) {
		close(e->fd);
		e->fd = -1;
	}
	return e->fd < 0;
}

/* Asked to, it ends its programs before itself. */
static void reap(pid_t pid)
{
	int status;

	for (unsigned i = 0; i < LOOKS; i++) {
		if (waitpid(pid, &status, WNOHANG) != 0)
			return;
		if (i == 0)
			kill(pid, SIGTERM);
		poll(NULL, 0, LOOK_MS);
	}
	kill(pid, SIGKILL);
	while (waitpid(pid, &status, 0) < 0 && errno == EINTR)
		;
}

json_t *errand_end(struct errand *e)
{
	if (!errand_is_open(e))
		return NULL;
	bool has_ended = errand_has_ended(e);
	struct str text = buf_str(&e->said);
	json_t *result = has_ended ? json_loadb(text.ptr, text.len, JSON_DECODE_ANY, NULL) : NULL;
	if (e->fd >= 0)
		close(e->fd);
	reap(e->pid);
	arena_free(&e->arena);
	*e = (struct errand){.fd = -1};
	return result;
}
