/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The file of jobs that are over. A line for each job, and behind it a line for each of its rows:
 *
 *	past 1
 *	4711.json <record> <submitted> <slurm|local> <rows> <cluster> <name>
 *		4711 <state> <ms> COMPLETED /home/me/.hpc-compose/4711
 *
 * with tabs between; <record> and <state> are inode:size:time. Names with tabs or line ends in them
 * can't stand here: such jobs are read each time.
 */
#include <stdlib.h>

#include "driver/jobs/listing.h"
#include "driver/system.h"
#include "driver/trust.h"

enum {
	MAX_PAST = 256 << 20,
	MAX_ROWS = 1 << 20
};

#define PAST_FILE  ".past"
#define PAST_FIRST "past 1"

int listing_by_file(const void *x, const void *y)
{
	const struct listing_job *a = x, *b = y;

	return str_cmp(a->file, b->file);
}

static bool read_sign(struct str text, struct file_sign *sign)
{
	struct str inode, size;
	struct str rest = str_split(str_split(text, ':', &inode), ':', &size);

	return str_to_u64(inode, &sign->inode) && str_to_u64(size, &sign->size) &&
	       str_to_u64(rest, &sign->changed_ns);
}

/* As str_split, and *head ends in NUL: the text was read into memory of its own. */
static struct str cut(struct str text, char byte, struct str *head)
{
	struct str rest = str_split(text, byte, head);

	if (head->len < text.len)
		((char *)head->ptr)[head->len] = '\0';
	return rest;
}

/* Parts of a line, as many as there are places; the last one is the rest. */
static void split_line(struct str line, struct str *const *places, size_t n)
{
	for (size_t i = 0; i + 1 < n; i++)
		line = cut(line, '\t', places[i]);
	*places[n - 1] = line;
}

static bool read_row(struct str line, struct listing_row *row)
{
	struct str nothing, state, ms;
	struct str *const places[] = {&nothing, &row->id, &state, &ms, &row->word, &row->root};
	uint64_t number;

	split_line(line, places, sizeof(places) / sizeof(*places));
	row->ms = -1;
	if (ms.len > 0 && str_to_u64(ms, &number) && number < INT64_MAX)
		row->ms = (int64_t)number;
	return nothing.len == 0 && row->id.len > 0 && row->word.len > 0 &&
	       read_sign(state, &row->state);
}

static bool read_head(struct str line, struct listing_job *job, uint64_t *n_rows)
{
	struct str record, submitted, where, count;
	struct str *const places[] = {&job->file, &record,       &submitted, &where,
				      &count,     &job->cluster, &job->name};

	split_line(line, places, sizeof(places) / sizeof(*places));
	job->is_local = str_eq_c(where, "local");
	job->is_past = true;
	return job->file.len > 0 && read_sign(record, &job->record) &&
	       str_to_u64(submitted, &job->submitted_at) && str_to_u64(count, n_rows) &&
	       *n_rows > 0 && *n_rows <= MAX_ROWS;
}

void past_read(struct invocation *inv, int folder, struct listing *past)
{
	*past = (struct listing){0};
	struct str text, why, line;
	if (trust_read_at(inv->arena, folder, PAST_FILE, MAX_PAST, &text, &why) != FOUND_FILE)
		return;
	text = cut(text, '\n', &line);
	if (!str_eq_c(line, PAST_FIRST))
		return;
	while (text.len > 0) {
		struct listing_job job = {0};
		uint64_t n;

		text = cut(text, '\n', &line);
		if (!read_head(line, &job, &n))
			break;
		LIST_RESERVE(inv->arena, &job.rows, (uint32_t)n);
		bool ok = true;
		for (uint64_t i = 0; ok && i < n; i++) {
			text = cut(text, '\n', &line);
			ok = read_row(line, LIST_PUSH(inv->arena, &job.rows));
		}
		if (!ok)
			break;
		*LIST_PUSH(inv->arena, &past->jobs) = job;
	}
	if (past->jobs.n > 1)
		qsort(past->jobs.items, past->jobs.n, sizeof(*past->jobs.items), listing_by_file);
}

static bool can_stand(struct str text)
{
	return str_find(text, '\t') == STR_NONE && str_find(text, '\n') == STR_NONE;
}

static bool job_can_stand(const struct listing_job *job)
{
	if (!can_stand(job->file) || !can_stand(job->name))
		return false;
	for (uint32_t i = 0; i < job->rows.n; i++)
		if (!can_stand(job->rows.items[i].root) || !can_stand(job->rows.items[i].word))
			return false;
	return true;
}

static void add_sign(struct buf *out, struct file_sign sign)
{
	buf_add_fmt(out, "%llu:%llu:%llu", (unsigned long long)sign.inode,
		    (unsigned long long)sign.size, (unsigned long long)sign.changed_ns);
}

static void add_job(struct buf *out, const struct listing_job *job)
{
	buf_add_fmt(out, "%.*s\t", STR_ARG(job->file));
	add_sign(out, job->record);
	buf_add_fmt(out, "\t%llu\t%s\t%u\t%.*s\t%.*s\n", (unsigned long long)job->submitted_at,
		    job->is_local ? "local" : "slurm", job->rows.n, STR_ARG(job->cluster),
		    STR_ARG(job->name));
	for (uint32_t i = 0; i < job->rows.n; i++) {
		const struct listing_row *row = &job->rows.items[i];

		buf_add_fmt(out, "\t%.*s\t", STR_ARG(row->id));
		add_sign(out, row->state);
		buf_add_byte(out, '\t');
		if (row->ms >= 0)
			buf_add_uint(out, (uint64_t)row->ms);
		buf_add_fmt(out, "\t%.*s\t%.*s\n", STR_ARG(row->word), STR_ARG(row->root));
	}
}

void past_write(struct invocation *inv, struct str folder, const struct listing *all)
{
	struct buf out;

	buf_init(&out, inv->arena);
	buf_add_c(&out, PAST_FIRST "\n");
	for (uint32_t i = 0; i < all->jobs.n; i++)
		if (all->jobs.items[i].is_past && job_can_stand(&all->jobs.items[i]))
			add_job(&out, &all->jobs.items[i]);
	struct str why;
	file_put(inv->arena, path_join(inv->arena, folder, STR(PAST_FILE)).ptr, buf_str(&out), 0600,
		 &why); /* names and paths may hold secrets */
}
