/* SPDX-License-Identifier: Apache-2.0 */
/* Lends the terminal to hpcc shell. */
#include <errno.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "driver/interrupt.h"
#include "driver/live/terminal.h"
#include "driver/live/view.h"

extern char **environ;

/* Its status, below 0 with errno when it can't be started. */
static int run(char *const *argv)
{
	posix_spawnattr_t attributes;
	posix_spawnattr_init(&attributes);
	sigset_t defaults;
	sigemptyset(&defaults);
	sigaddset(&defaults, SIGTSTP);
	sigaddset(&defaults, SIGQUIT);
	posix_spawnattr_setsigdefault(&attributes, &defaults);
	posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGDEF);
	pid_t pid;
	int error = posix_spawn(&pid, "/proc/self/exe", NULL, &attributes, argv, environ);
	posix_spawnattr_destroy(&attributes);
	if (error != 0) {
		errno = error;
		return -1;
	}
	int status;
	while (waitpid(pid, &status, 0) < 0)
		if (errno != EINTR)
			return -1;
	return WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
}

/* Keys that were meant for the program there are none for us; other signals are. */
static void drop_interrupt(void)
{
	int number = interrupt_take();

	if (number != 0 && number != SIGINT)
		raise(number);
}

void view_shell(struct view *v)
{
	struct arena *a = &v->scratch;

	if (v->model.is_over || v->chosen >= v->model.rows.list.n) {
		view_say(v, "the job has ended");
		return;
	}
	const struct live_row *row = &v->model.rows.list.items[v->chosen];
	const struct job_files *job = &v->model.parts->list.items[row->part];
	const char *argv[] = {"hpcc", "shell", str_to_c(a, job->id), str_to_c(a, row->own_name),
			      NULL};

	terminal_lend();
	printf("a shell of %s; its end leads back\n", argv[3]);
	fflush(stdout);
	void (*stop)(int) = signal(SIGTSTP, SIG_IGN);
	void (*quit)(int) = signal(SIGQUIT, SIG_IGN);
	int status = run((char *const *)(uintptr_t)argv);
	const char *why = status < 0 ? strerror(errno) : "";
	signal(SIGTSTP, stop);
	signal(SIGQUIT, quit);
	drop_interrupt();
	terminal_take_back();
	if (status < 0)
		view_say(v, "can't start a shell: %s", why);
	else if (status != 0)
		view_say(v, "the shell ended with status %d", status);
}
