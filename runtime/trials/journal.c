/* SPDX-License-Identifier: Apache-2.0 */
/* trials.jsonl and the marks in the folders of trials. */
#include "runtime/trials/journal.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

#include "runtime/data/json_text.h"
#include "runtime/files.h"

/* Marks. */

static const char *path_in(struct rt_pool *pool, const char *folder, const char *name)
{
	return rt_pool_format(pool, "%s/%s", folder, name);
}

bool rt_trial_mark_read(const char *folder, struct rt_trial_mark *mark)
{
	struct rt_pool pool = {0};
	size_t len;
	const char *text = rt_read_plain(&pool, path_in(&pool, folder, RT_TRIAL_MARK), &len);
	char *end = NULL;

	/* One that is cut off is none. */
	bool good = text && len && text[len - 1] == '\n' && !strncmp(text, "attempt=", 8);
	if (good)
		mark->attempt = (unsigned)strtoul(text + 8, &end, 10);
	good = good && !strncmp(end, " status=", 8);
	if (good)
		mark->status = (int)strtol(end + 8, NULL, 10);
	rt_pool_free(&pool);
	return good;
}

bool rt_trial_mark_write(const char *folder, const struct rt_trial_mark *mark)
{
	struct rt_pool pool = {0};
	struct rt_replace r;
	char host[256] = "";
	bool good = rt_replace_begin(&r, &pool, path_in(&pool, folder, RT_TRIAL_MARK), 0644);

	gethostname(host, sizeof(host) - 1);
	if (good) {
		rt_out_format(&r.out, "attempt=%u status=%d wall=%lld host=%s\n", mark->attempt,
			      mark->status, (long long)rt_wall(), host);
		good = rt_replace_end(&r);
	}
	rt_pool_free(&pool);
	return good;
}

/* Lines. */

static void begin(struct rt_journal *j, const char *event)
{
	rt_json_text(&j->out, "event", event);
}

void rt_journal_trial(struct rt_journal *j, const struct rt_trials *t, uint32_t trial,
		      const char *event)
{
	rt_json_open(&j->out, NULL, '{');
	rt_json_number(&j->out, "index", trial);
	rt_json_text(&j->out, "trial", t->table->trial[trial].id);
	begin(j, event);
	rt_json_number(&j->out, "attempt", t->trial[trial].attempt);
	rt_json_time(&j->out, "time", rt_wall());
}

void rt_journal_ended(struct rt_journal *j, const struct rt_trials *t, uint32_t trial,
		      enum rt_trial_verdict verdict, int status, bool again)
{
	rt_journal_trial(j, t, trial, "ended");
	rt_json_text(&j->out, "verdict", rt_trial_words[verdict]);
	rt_json_number(&j->out, "status", status);
	rt_json_bool(&j->out, "again", again);
	rt_journal_end(j);
}

void rt_journal_run(struct rt_journal *j, const char *event)
{
	rt_json_open(&j->out, NULL, '{');
	begin(j, event);
	rt_json_time(&j->out, "time", rt_wall());
}

void rt_journal_end(struct rt_journal *j)
{
	rt_json_close(&j->out, '}');
	rt_out_text(&j->out, "\n");
	j->out.comma = false;
}

void rt_journal_flush(struct rt_journal *j)
{
	if (rt_out_flush(&j->out))
		return;
	if (!j->told_failure)
		rt_say("can't write " RT_TRIALS_JOURNAL
		       ": %s; trials run on, and their own marks tell "
		       "what has ended",
		       strerror(j->out.error));
	j->told_failure = true;
	/* Half a line may stand there: what comes begins a line of its own. */
	j->out.error = 0;
	rt_out_text(&j->out, "\n");
}

/* Reading. */

struct past {
	enum rt_trial_verdict verdict;
	uint32_t attempt, failures;
	bool is_pruned;
};

static enum rt_trial_verdict verdict_of(const char *word)
{
	for (int i = 0; i < RT_TRIAL_VERDICTS; i++)
		if (!strcmp(rt_trial_words[i], word))
			return (enum rt_trial_verdict)i;
	return RT_TRIAL_NONE;
}

struct line {
	unsigned long index, attempt;
	const char *trial, *event, *verdict;
	bool again;
};

/* Over a value, which it cuts out where it is a text; NULL where there is none. */
static char *take_value(struct line *l, const char *key, char *value)
{
	if (*value == '{' || *value == '[')
		return rt_json_skip_nested(value);
	if (!strcmp(key, "index"))
		l->index = strtoul(value, NULL, 10);
	else if (!strcmp(key, "attempt"))
		l->attempt = strtoul(value, NULL, 10);
	else if (!strcmp(key, "again"))
		l->again = *value == 't';
	else if (*value == '"' && !strcmp(key, "trial"))
		l->trial = value + 1;
	else if (*value == '"' && !strcmp(key, "event"))
		l->event = value + 1;
	else if (*value == '"' && !strcmp(key, "verdict"))
		l->verdict = value + 1;
	return *value == '"' ? rt_json_take_text(value + 1) : value + strcspn(value, ",}");
}

static bool read_line(struct line *l, char *text)
{
	*l = (struct line){.trial = "", .event = "", .verdict = ""};
	while (text && (*text == '{' || *text == ',')) {
		const char *key = "";

		text = rt_json_take_key(text + 1, &key);
		text = text ? take_value(l, key, text) : NULL;
	}
	return text && *text == '}';
}

static void take_line(struct past *past, const struct rt_trials_table *table, char *text)
{
	struct line l;

	if (!read_line(&l, text) || l.index >= table->count ||
	    strcmp(table->trial[l.index].id, l.trial) != 0)
		return;
	struct past *p = &past[l.index];
	p->attempt = l.attempt > p->attempt ? (uint32_t)l.attempt : p->attempt;
	p->is_pruned = p->is_pruned || !strcmp(l.event, "prune");
	if (!strcmp(l.event, "started"))
		p->verdict = RT_TRIAL_NONE;
	if (strcmp(l.event, "ended") != 0)
		return;
	p->verdict = l.again ? RT_TRIAL_NONE : verdict_of(l.verdict);
	if (p->verdict > RT_TRIAL_PRUNED)
		p->verdict = RT_TRIAL_NONE;
	p->failures += l.again && verdict_of(l.verdict) == RT_TRIAL_FAILED;
}

static void take_lines(struct past *past, const struct rt_trials_table *table, char *text)
{
	for (char *line = text, *end; *line; line = end + 1) {
		end = strchr(line, '\n');
		if (!end)
			return; /* a runner was killed while it wrote */
		*end = '\0';
		take_line(past, table, line);
	}
}

/* It ended after the last line was written: the line is written late. */
static bool has_succeeded(struct rt_journal *j, struct rt_trials *t, uint32_t i)
{
	struct rt_trial_mark mark;

	if (!rt_trial_mark_read(t->table->trial[i].folder, &mark) || mark.status)
		return false;
	rt_journal_ended(j, t, i, RT_TRIAL_COMPLETED, 0, false);
	return true;
}

static void restore(struct rt_journal *j, struct rt_trials *t, uint32_t i, const struct past *p,
		    bool again)
{
	enum rt_trial_verdict verdict = p->is_pruned ? RT_TRIAL_PRUNED : p->verdict;
	bool is_anew = verdict == RT_TRIAL_FAILED && again;

	rt_trials_restore(t, i, is_anew ? RT_TRIAL_NONE : verdict, p->attempt,
			  is_anew ? 0 : p->failures);
	if (verdict == RT_TRIAL_NONE && p->attempt && has_succeeded(j, t, i))
		rt_trials_restore(t, i, RT_TRIAL_COMPLETED, p->attempt, p->failures);
}

const char *rt_journal_open(struct rt_journal *j, struct rt_pool *pool, const char *path,
			    struct rt_trials *trials, bool again)
{
	struct past *past = rt_pool_array(pool, trials->table->count + 1, sizeof(*past));
	size_t len = 0;
	int fd = rt_open_plain(AT_FDCWD, path, O_RDWR | O_CREAT | O_APPEND | O_NOFOLLOW, 0644);

	if (fd < 0)
		return rt_open_fault(path);
	/* Where files can't be locked, the locks of trials can't be either; Slurm's job is one. */
	if (flock(fd, LOCK_EX | LOCK_NB) && errno == EWOULDBLOCK)
		return "another runner is at work there";
	char *text = rt_read_fd(pool, fd, &len);
	if (!text)
		return strerror(errno);
	rt_out_open(&j->out, fd);
	if (len && text[len - 1] != '\n')
		rt_out_text(&j->out, "\n");
	take_lines(past, trials->table, text);
	for (uint32_t i = 0; i < trials->table->count; i++)
		restore(j, trials, i, &past[i], again);
	return NULL;
}
