/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Looks by a command: with the service's environment and folder, as its user, and in its container, since the
 * shim has all that itself. It passes if it ends with 0; else its last line of output is told.
 */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "runtime/core/core.h"
#include "runtime/files.h"
#include "runtime/loop/spawn.h"
#include "runtime/step/step_look.h"

bool rt_step_looks_take(struct rt_step_looks *all, int *argc, char ***argv)
{
	static const char *const uses[RT_LOOK_USES] = {"ready", "live"};
	char *name = (*argv)[0];

	while (*argc > 1 && !strcmp((*argv)[1], "--look")) {
		size_t use = 0, n = *argc > 3 ? strtoul((*argv)[3], NULL, 10) : 0;

		while (use<RT_LOOK_USES && * argc> 3 && strcmp((*argv)[2], uses[use]))
			use++;
		if (*argc < 4 || use == RT_LOOK_USES || !n || n > (size_t)*argc - 4) {
			rt_say("step: option '--look' takes ready or live, a number, and so many words");
			return false;
		}
		all->command[use] = calloc(n + 1, sizeof(char *));
		if (!all->command[use])
			return false;
		memcpy(all->command[use], *argv + 4, n * sizeof(char *));
		*argc -= (int)n + 3;
		*argv += n + 3;
	}
	(*argv)[0] = name;
	return true;
}

bool rt_step_run_begin(struct rt_step_looks *all, struct rt_step_look *l)
{
	const char *const *argv = all->command[l->order.use];
	struct rt_spawn s = {.argv = argv, .only_out = -1};
	int ends[2];

	l->line_len = 0;
	l->is_line_over = false;
	if (!argv) {
		snprintf(l->seen, sizeof(l->seen), "the step has no command to look with");
		return false;
	}
	if (pipe2(ends, O_CLOEXEC))
		goto failed;
	s.output = ends[1];
	fcntl(ends[0], F_SETFL, O_NONBLOCK);
	l->child = rt_spawn(&s);
	int saved = errno;
	close(ends[1]);
	errno = saved;
	if (l->child > 0) {
		l->at = RT_STEP_LOOK_RUNS;
		l->fd = ends[0];
		all->tree->apart[l->order.use] = l->child;
		return true;
	}
	l->child = 0;
	close(ends[0]);
failed:
	rt_error_words(errno, l->seen, sizeof(l->seen));
	return false;
}

/* Of all lines with something in them the last one's beginning is kept. */
static void take_byte(struct rt_step_look *l, char byte)
{
	if (byte == '\n') {
		l->is_line_over = true;
		return;
	}
	if (l->is_line_over && byte != ' ' && byte != '\r') {
		l->is_line_over = false;
		l->line_len = 0;
	}
	if (!l->is_line_over && l->line_len < sizeof(l->line) - 1)
		l->line[l->line_len++] = (unsigned char)byte < ' ' || byte == 127 ? ' ' : byte;
}

/* False at its end. Who never stops has others wait no longer than for so much. */
static bool take_output(struct rt_step_look *l)
{
	char piece[4096];

	for (int round = 0; round < 16; round++) {
		ssize_t n = read(l->fd, piece, sizeof(piece));

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0 && errno == EAGAIN)
			return true;
		if (n <= 0)
			return false;
		for (ssize_t i = 0; i < n; i++)
			take_byte(l, piece[i]);
	}
	return true;
}

/* "curl: (7) connection refused (status 7)". */
static void say_end(struct rt_step_look *l, const siginfo_t *info)
{
	const char *how = info->si_code == CLD_EXITED ? "status" : "signal";
	int len = (int)l->line_len;

	while (len && l->line[len - 1] == ' ')
		len--;
	if (len > (int)sizeof(l->seen) - 20)
		len = (int)sizeof(l->seen) - 20;
	/* Not in the middle of a character. */
	while (len && len < (int)l->line_len && ((unsigned char)l->line[len] & 0xc0) == 0x80)
		len--;
	snprintf(l->seen, sizeof(l->seen), len ? "%.*s (%s %d)" : "%.*sended with %s %d", len,
		 l->line, how, info->si_status);
}

bool rt_step_run_go_on(struct rt_step_looks *all, struct rt_step_look *l)
{
	siginfo_t info = {.si_pid = 0};

	if (l->fd >= 0 && !take_output(l)) {
		close(l->fd);
		l->fd = -1;
	}
	if (waitid(P_PID, (id_t)l->child, &info, WEXITED | WNOHANG | WNOWAIT) || !info.si_pid)
		return false;
	if (l->fd >= 0)
		take_output(l); /* it may have said something since */
	l->seen[0] = '\0';
	if (info.si_code != CLD_EXITED || info.si_status)
		say_end(l, &info);
	rt_step_run_end(all, l);
	return true;
}

void rt_step_run_end(struct rt_step_looks *all, struct rt_step_look *l)
{
	if (!l->child)
		return;
	/* Its group goes as long as it isn't reaped, and its number is no other's. */
	rt_family_kill(l->child);
	kill(-l->child, SIGKILL);
	waitpid(l->child, NULL, WNOHANG);
	all->tree->apart[l->order.use] = 0;
	l->child = 0;
}
