/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The pruning hook: a program of the user's that runs beside the runner. A line for each report comes
 * to its standard input, and it answers whenever it likes with the trials to give up.
 *
 *	report t012 1 3 0.731        trial, attempt, number of the report, value
 *	end t012 1 completed
 *	stop t007                    its answer
 *
 * It never holds up a trial: what it doesn't read is dropped, and where it ends trials go on without it.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "runtime/core/words.h"
#include "runtime/files.h"
#include "runtime/loop/spawn.h"
#include "runtime/trials/runner.h"

static void shut(int *fd)
{
	if (*fd >= 0)
		close(*fd);
	*fd = -1;
}

/* A shell gives the program its standard input, which rt_spawn takes from nowhere. */
void rt_hook_start(struct rt_runner *r)
{
	struct rt_trials_hook *h = &r->hook;
	int to[2], from[2];

	h->to = h->from = -1;
	if (!r->table.prune)
		return;
	uint32_t count = 0;
	while (r->table.prune[count])
		count++;
	const char **argv = rt_pool_array(&r->pool, count + 5, sizeof(*argv));
	if (pipe2(to, O_CLOEXEC) || pipe2(from, O_CLOEXEC)) {
		rt_say("no pruning: %s", strerror(errno));
		return;
	}
	argv[0] = "/bin/sh";
	argv[1] = "-c";
	argv[2] = rt_pool_format(&r->pool, "exec \"$0\" \"$@\" <&%d %d<&-", to[0], to[0]);
	memcpy(argv + 3, r->table.prune, count * sizeof(*argv));
	struct rt_spawn s = {.argv = argv, .output = -1, .only_out = from[1]};
	fcntl(to[0], F_SETFD, 0);
	h->pid = rt_spawn(&s);
	close(to[0]);
	close(from[1]);
	h->to = to[1];
	h->from = from[0];
	fcntl(h->to, F_SETFL, O_NONBLOCK);
	fcntl(h->from, F_SETFL, O_NONBLOCK);
	if (h->pid < 0)
		rt_hook_gone(r, 127 << 8);
}

void rt_hook_gone(struct rt_runner *r, int status)
{
	struct rt_trials_hook *h = &r->hook;

	rt_hook_ready(r, true, false); /* its last words */
	shut(&h->to);
	shut(&h->from);
	h->pid = 0;
	if (!r->trials.is_over && status)
		rt_say("the pruning hook has ended with status %d; trials go on without it",
		       WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status));
}

static void say(struct rt_runner *r, const char *line, size_t len)
{
	struct rt_trials_hook *h = &r->hook;

	if (h->to < 0)
		return;
	if (len > sizeof(h->out) - h->out_len) {
		if (!h->told_full)
			rt_say("the pruning hook doesn't read; some reports are lost to it");
		h->told_full = true;
		return;
	}
	memcpy(h->out + h->out_len, line, len);
	h->out_len += len;
	rt_hook_ready(r, false, true);
}

void rt_hook_report(struct rt_runner *r, uint32_t trial, const char *value)
{
	char line[RT_WIRE_TEXT_ROOM + RT_TRIAL_ID_ROOM + 40];
	int len = snprintf(line, sizeof(line), "report %s %u %s\n", r->table.trial[trial].id,
			   r->trials.trial[trial].attempt, value);

	say(r, line, (size_t)len);
}

void rt_hook_end(struct rt_runner *r, uint32_t trial, enum rt_trial_verdict verdict)
{
	char line[RT_TRIAL_ID_ROOM + 60];
	int len = snprintf(line, sizeof(line), "end %s %u %s\n", r->table.trial[trial].id,
			   r->trials.trial[trial].attempt, rt_trial_words[verdict]);

	say(r, line, (size_t)len);
}

static void take_line(struct rt_runner *r, const char *line)
{
	const char *id = line + 5;

	if (strncmp(line, "stop ", 5) != 0) {
		rt_say("the pruning hook says '%.100s'; it may say 'stop TRIAL'", line);
		return;
	}
	for (uint32_t i = 0; i < r->table.count; i++) {
		struct rt_trials_event e = {.kind = RT_TRIALS_PRUNE_ASKED, .trial = i};

		if (strcmp(r->table.trial[i].id, id) != 0)
			continue;
		e.attempt = r->trials.trial[i].attempt;
		rt_runner_take(r, &e);
		return;
	}
	rt_say("the pruning hook stops '%s', and there is no such trial", id);
}

static void take_lines(struct rt_runner *r)
{
	struct rt_trials_hook *h = &r->hook;
	char *end;

	while ((end = memchr(h->in, '\n', h->in_len))) {
		size_t len = (size_t)(end + 1 - h->in);

		*end = '\0';
		take_line(r, h->in);
		h->in_len -= len;
		memmove(h->in, end + 1, h->in_len);
	}
	if (h->in_len == sizeof(h->in))
		h->in_len = 0; /* no line of ours is so long */
}

void rt_hook_ready(struct rt_runner *r, bool can_read, bool can_write)
{
	struct rt_trials_hook *h = &r->hook;
	ssize_t n = 1;

	while (can_write && h->to >= 0 && h->out_len && n > 0) {
		n = write(h->to, h->out, h->out_len);
		if (n < 0 && errno != EAGAIN && errno != EINTR)
			shut(&h->to);
		if (n > 0) {
			h->out_len -= (size_t)n;
			memmove(h->out, h->out + n, h->out_len);
		}
	}
	while (can_read && h->from >= 0) {
		n = read(h->from, h->in + h->in_len, sizeof(h->in) - h->in_len);
		if (!n)
			shut(&h->from);
		if (n <= 0)
			return;
		h->in_len += (size_t)n;
		take_lines(r);
	}
}
