/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Orders by hand. `hpcc restart` puts a file into the folder of orders and has URG sent; here it is
 * read, the core decides, and the answer takes the place of the order, under the same name, so that
 * no cache of names on another node hides it:
 *
 *	hpcc-order 1            hpcc-answer 1
 *	restart 'web-1'         taken 4
 *	signal 'db' HUP         starting 1
 *
 * A line of the answer has the word of what became of that order, and the number of the service's launch then.
 */
#include "runtime/loop/sup.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "runtime/core/orders.h"
#include "runtime/core/words.h"
#include "runtime/files.h"
#include "runtime/step/step_tree.h"
#include "ir/files.gen.h"

enum {
	NAMES_MAX = 256,   /* at a time */
	ANSWER_KEPT = 3600 /* seconds: whoever asked is gone */
};

struct names {
	uint32_t count;
	char *name[NAMES_MAX];
};

void rt_orders_open(struct rt_sup *sup)
{
	if (mkdirat(sup->folder, JOB_FOLDER_ORDERS, 0700) && errno != EEXIST)
		rt_say("cannot make " JOB_FOLDER_ORDERS ": %s; nothing can be done by hand",
		       strerror(errno));
}

/* By its number it is one of ours: what is being written has a dot in its name. */
static bool is_order_name(const char *name)
{
	return *name && name[strspn(name, "0123456789-")] == '\0';
}

static int compare_names(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

/* Nobody else may have a say in it. */
static int open_folder(const struct rt_sup *sup)
{
	int fd = openat(sup->folder, JOB_FOLDER_ORDERS,
			O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	struct stat st;

	if (fd < 0 || (!fstat(fd, &st) && st.st_uid == geteuid() && !(st.st_mode & 022)))
		return fd;
	close(fd);
	return -1;
}

/* The text of an order that waits; NULL: it isn't one, or has its answer. */
static char *read_order(struct rt_pool *pool, int folder, const char *name, size_t *len)
{
	static const char answered[] = RT_ANSWER_MAGIC;
	int fd = rt_open_plain(folder, name, O_RDONLY | O_NOFOLLOW, 0);
	char *text = NULL;
	struct stat st;

	if (fd >= 0 && !fstat(fd, &st) && st.st_uid == geteuid() && st.st_nlink == 1 &&
	    st.st_size <= RT_ORDER_SIZE_MAX)
		text = rt_read_fd(pool, fd, len);
	if (fd >= 0)
		close(fd);
	if (!text || strncmp(text, answered, sizeof(answered) - 1))
		return text;
	if (st.st_mtime < (time_t)(rt_wall() / RT_SECOND) - ANSWER_KEPT)
		unlinkat(folder, name, 0);
	return NULL;
}

static enum rt_reply give(struct rt_sup *sup, const struct rt_words *w, uint32_t *launch)
{
	struct rt_event e = {.kind = RT_EV_ORDER, .order = rt_order_of_word(w->word[0])};
	bool is_signal = e.order == RT_ORDER_SIGNAL;

	if (w->error || !e.order || w->count != 2u + is_signal)
		return RT_A_MALFORMED;
	e.service = rt_table_find(&sup->table, w->word[1]);
	if (e.service == sup->table.count)
		return RT_A_NO_SERVICE;
	e.signal = is_signal ? rt_word_signal(w->word[2]) : 0;
	if (is_signal && (!e.signal || (e.signal != SIGKILL && !rt_step_passes_on(e.signal))))
		return RT_A_NO_SIGNAL;
	*launch = sup->core.service[e.service].launches;
	sup->answer = RT_A_JOB_ENDS; /* which hears nothing any more */
	rt_sup_event(sup, &e);
	return sup->answer;
}

static void answer_lines(struct rt_sup *sup, struct rt_words *w, struct rt_out *out)
{
	if (!rt_words_next(w) || w->error || w->count != 2 || strcmp(w->word[0], RT_ORDER_MAGIC)) {
		rt_out_format(out, "%s 0\n", rt_reply_word(RT_A_MALFORMED));
		return;
	}
	if (strcmp(w->word[1], RT_ORDER_VERSION)) {
		rt_out_format(out, "%s 0\n", rt_reply_word(RT_A_VERSION));
		return;
	}
	while (rt_words_next(w)) {
		uint32_t launch = 0;
		enum rt_reply answer = give(sup, w, &launch);

		rt_out_format(out, "%s %u\n", rt_reply_word(answer), launch);
	}
}

/* Once for each, also where neither its answer can be written nor the order removed. */
static bool is_known(struct rt_sup *sup, const char *name)
{
	uint32_t hash = rt_text_hash(name, strlen(name)) | 1;

	for (size_t i = 0; i < RT_ORDERS_KNOWN; i++)
		if (sup->orders_known[i] == hash)
			return true;
	sup->orders_known[sup->orders_taken++ % RT_ORDERS_KNOWN] = hash;
	return false;
}

static void take(struct rt_sup *sup, struct rt_pool *pool, int folder, const char *name)
{
	size_t len;
	char *text = read_order(pool, folder, name, &len);

	if (!text || is_known(sup, name))
		return;
	struct rt_words words;
	rt_words_open(&words, pool, text, len);
	struct rt_replace file;
	bool is_open = rt_replace_begin(
		&file, pool, rt_pool_format(pool, "%s/" JOB_FOLDER_ORDERS "/%s", sup->dir, name),
		JOB_MODE_ORDER);
	file.is_lasting = false;
	rt_out_format(&file.out, RT_ANSWER_MAGIC " " RT_ORDER_VERSION "\n");
	answer_lines(sup, &words, &file.out);
	/* Whoever asked sees that it was taken, if not how. */
	if (!is_open || !rt_replace_end(&file))
		unlinkat(folder, name, 0);
}

void rt_orders_look(struct rt_sup *sup)
{
	struct rt_pool pool = {0};
	struct names names = {0};
	int folder = open_folder(sup);
	DIR *dir = folder < 0 ? NULL : fdopendir(folder);

	for (struct dirent *e; dir && names.count < NAMES_MAX && (e = readdir(dir));)
		if (is_order_name(e->d_name))
			names.name[names.count++] =
				rt_pool_text(&pool, e->d_name, strlen(e->d_name));
	qsort(names.name, names.count, sizeof(names.name[0]), compare_names);
	for (uint32_t i = 0; i < names.count; i++)
		take(sup, &pool, folder, names.name[i]);
	if (dir)
		closedir(dir);
	else if (folder >= 0)
		close(folder);
	rt_pool_free(&pool);
}
