/* SPDX-License-Identifier: Apache-2.0 */
/* Putting orders before a supervisor, and reading what became of them. */
#include "driver/orders/orders.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#include "driver/open.h"
#include "driver/system.h"
#include "driver/trust.h"
#include "ir/files.gen.h"
#include "ir/support/emit.h"
#include "runtime/core/words.h"

/* The supervisor looks once it is told, but a file server may show it an old list of names. */
#define AGAIN_NS UINT64_C(2000000000)

/* Whether there is a supervisor to take one. */
static bool is_there(const struct job_view *view, struct str *why)
{
	const struct job_files *job = view->job;

	if (job_view_is_over(view)) {
		*why = STR("it has ended");
	} else if (view->queue_error.len > 0) {
		*why = view->queue_error;
	} else if (!job->is_local && !str_eq_c(view->queue.state, "RUNNING")) {
		*why = str_eq_c(view->queue.state, "PENDING") ? STR("it hasn't begun")
		       : view->queue.state.len > 0            ? view->queue.state
						   : STR("Slurm doesn't say that it runs");
	} else if (!view->state) {
		*why = view->state_error;
	} else if (state_is_over(view->state)) {
		*why = STR("it has ended"); /* and its script hasn't, yet */
	} else if (str_eq_c(json_str(view->state, "status"), "STOPPING")) {
		*why = STR("it is about to end");
	} else {
		return true;
	}
	return false;
}

/* Its supervisor makes the folder when it begins: without one it is too early, or too old. */
static int open_folder(struct arena *a, const struct job_view *view, struct str *why)
{
	int fd = -1;

	switch (trust_open(a, view->job->root, JOB_FOLDER_ORDERS, &fd, why)) {
	case FOUND_REFUSED:
		return -1;
	case FOUND_NOTHING:
		fd = job_open(a, view->job, JOB_FILE_EVENTS, why);
		*why = fd < 0 ? STR("its set-up isn't over: no service has begun")
			      : STR("its supervisor is of an earlier version, which takes no orders");
		if (fd >= 0)
			close(fd);
		return -1;
	case FOUND_FILE:
		break;
	}
	struct stat st;
	if (fstat(fd, &st) == 0 && S_ISDIR(st.st_mode) && st.st_uid == geteuid() &&
	    (st.st_mode & 022) == 0)
		return fd;
	close(fd);
	*why = STR("its folder of orders isn't yours alone");
	return -1;
}

static struct str order_text(struct arena *a, const struct order *o)
{
	struct emitter e;

	emit_init(&e, a);
	emit_lit(&e, RT_ORDER_MAGIC " " RT_ORDER_VERSION "\n");
	for (uint32_t i = 0; i < o->n; i++) {
		emit_constant(&e, str_c(rt_order_word(o->what)));
		emit_lit(&e, " ");
		emit_word(&e, o->services[i]);
		if (o->what == RT_ORDER_SIGNAL) {
			emit_lit(&e, " ");
			emit_word(&e, str_c(o->signal));
		}
		emit_lit(&e, "\n");
	}
	return buf_str(&e.text);
}

/* The supervisor sees all of it or nothing. */
static bool put_file(struct arena *a, int folder, const char *name, struct str text,
		     struct str *why)
{
	const char *temporary = str_fmt(a, ".%s.tmp", name).ptr;
	int fd = openat(folder, temporary, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC,
			JOB_MODE_ORDER);
	bool ok = fd >= 0 && write(fd, text.ptr, text.len) == (ssize_t)text.len;
	int error = errno;

	if (fd >= 0 && close(fd) != 0 && ok) {
		error = errno;
		ok = false;
	}
	if (ok && renameat(folder, temporary, folder, name) != 0) {
		error = errno;
		ok = false;
	}
	if (!ok && fd >= 0)
		unlinkat(folder, temporary, 0);
	if (!ok)
		*why = str_fmt(a, "the order can't be written: %.*s",
			       STR_ARG(error_text(a, error)));
	return ok;
}

const char *order_signal(struct arena *a, const char *word)
{
	uint64_t number;

	if (!str_to_u64(str_c(word), &number)) {
		const char *name = str_to_c(a, str_upper(a, str_c(word)));
		number = (uint64_t)rt_word_signal(name);
	}
	const char *name = number < NSIG ? rt_signal_name((int)number) : "";
	return rt_word_signal(name) != 0 ? name : NULL;
}

bool order_put(struct invocation *inv, const struct job_view *view, const struct order *o,
	       struct sent_order *sent, struct str *why)
{
	static unsigned count;
	struct arena *a = inv->arena;
	struct timespec now;

	*sent = (struct sent_order){.view = view, .n = o->n, .folder = -1};
	if (!is_there(view, why))
		return false;
	int folder = open_folder(a, view, why);
	if (folder < 0)
		return false;
	/* In the order of their names they are taken. */
	clock_gettime(CLOCK_REALTIME, &now);
	sent->name = str_fmt(a, "%012lld%09ld-%ld-%u", (long long)now.tv_sec, now.tv_nsec,
			     (long)getpid(), count++);
	sent->folder = folder;
	sent->nudged_at = clock_ns();
	sent->answers = ARENA_ARRAY(a, o->n, struct order_answer);
	if (put_file(a, folder, sent->name.ptr, order_text(a, o), why))
		return true;
	order_close(sent);
	return false;
}

static void read_answer(struct sent_order *sent, struct str text)
{
	enum rt_reply reply = RT_A_MALFORMED;
	struct str line;

	text = str_split(text, '\n', &line);
	for (uint32_t i = 0; i < sent->n; i++) {
		struct order_answer *answer = &sent->answers[i];
		uint64_t launch = 0;
		char room[32];

		/* One that wasn't understood has a single answer. */
		if (text.len > 0) {
			text = str_split(text, '\n', &line);
			struct str word;
			line = str_split(line, ' ', &word);
			snprintf(room, sizeof(room), "%.*s", STR_ARG(word));
			reply = rt_reply_of_word(room);
			str_to_u64(line, &launch);
		}
		*answer = (struct order_answer){reply, (uint32_t)launch};
	}
}

enum order_news order_read(struct sent_order *sent)
{
	enum order_news news = ORDER_OPEN;
	struct arena scratch;

	arena_init(&scratch);
	struct str text, why;
	if (!file_read_at(&scratch, sent->folder, sent->name.ptr, RT_ORDER_SIZE_MAX, &text, &why)) {
		news = errno == ENOENT ? ORDER_VANISHED : ORDER_OPEN;
	} else if (str_has_prefix(text, RT_ANSWER_MAGIC " ")) {
		read_answer(sent, text);
		news = ORDER_ANSWERED;
	}
	arena_free(&scratch);
	if (news == ORDER_ANSWERED)
		unlinkat(sent->folder, sent->name.ptr, 0);
	return news;
}

bool order_is_to_nudge(struct sent_order *sent)
{
	uint64_t now = clock_ns();

	if (now - sent->nudged_at < AGAIN_NS << sent->nudges)
		return false;
	sent->nudges++;
	sent->nudged_at = now;
	return true;
}

enum order_news order_look(struct invocation *inv, struct sent_order *sent)
{
	enum order_news news = order_read(sent);
	bool is_told;

	if (news == ORDER_OPEN && order_is_to_nudge(sent))
		jobs_nudge(inv, &sent->view, 1, &is_told);
	return news;
}

void order_close(struct sent_order *sent)
{
	if (sent->folder < 0)
		return;
	unlinkat(sent->folder, sent->name.ptr, 0);
	close(sent->folder);
	sent->folder = -1;
}
