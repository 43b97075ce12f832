/* SPDX-License-Identifier: Apache-2.0 */
/* Reports of trials: lines of a file below their folders, as they come. */
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "runtime/files.h"
#include "runtime/trials/agent.h"

enum {
	VALUE_ROOM = 200,
	PIECE = 4096
};

bool rt_agent_read_pattern(struct rt_agent *a)
{
	if (!a->table.pattern || !regcomp(&a->pattern, a->table.pattern, REG_EXTENDED))
		return true;
	rt_say("trials-agent: '%s' is no regular expression", a->table.pattern);
	return false;
}

static int open_reports(const struct rt_agent *a, const struct rt_agent_slot *s)
{
	char path[4096];

	snprintf(path, sizeof(path), "%s/%s", s->def->folder, a->table.reports);
	return rt_open_plain(AT_FDCWD, path, O_RDONLY, 0);
}

void rt_agent_forget_reports(struct rt_agent *a, struct rt_agent_slot *s)
{
	int fd = a->table.reports ? open_reports(a, s) : -1;

	s->reports = 0;
	struct stat st;
	s->read = fd >= 0 && !fstat(fd, &st) ? st.st_size : 0;
	if (fd >= 0)
		close(fd);
}

/* The value in a line; false: it is no report. */
static bool find_value(const struct rt_agent *a, const char *line, char value[VALUE_ROOM])
{
	regmatch_t part[100] = {{.rm_so = 0, .rm_eo = (regoff_t)strlen(line)}};
	const regmatch_t *m = part;

	if (a->table.pattern) {
		if (regexec(&a->pattern, line, 100, part, 0))
			return false;
		m = &part[a->table.group];
	}
	snprintf(value, VALUE_ROOM, "%.*s", m->rm_so < 0 ? 0 : (int)(m->rm_eo - m->rm_so),
		 line + (m->rm_so < 0 ? 0 : m->rm_so));
	return m->rm_so >= 0;
}

/* False: the connection has no room, and the line comes again. */
static bool take_line(struct rt_agent *a, struct rt_agent_slot *s, const char *line)
{
	char value[VALUE_ROOM];

	if (!find_value(a, line, value))
		return true;
	char text[VALUE_ROOM + 60];
	snprintf(text, sizeof(text), "%u %u %lu %s", s->trial, s->attempt, s->reports + 1, value);
	if (!rt_step_wire_say(&a->wire, RT_WIRE_TRIAL_REPORTS, text))
		return false;
	s->reports++;
	return true;
}

/* False when there is no more to read for the time being. */
static bool take_piece(struct rt_agent *a, struct rt_agent_slot *s, int fd)
{
	char piece[PIECE + 1], *line = piece;
	ssize_t n = pread(fd, piece, PIECE, s->read);

	if (n <= 0)
		return false;
	for (ssize_t i = 0; i < n; i++)
		piece[i] = piece[i] ? piece[i] : ' ';
	piece[n] = '\0';
	char *end;
	while ((end = strchr(line, '\n'))) {
		*end = '\0';
		if (!take_line(a, s, line))
			return false;
		s->read += end + 1 - line;
		line = end + 1;
	}
	/* No line of interest is so long. */
	if (line == piece && n == PIECE)
		s->read += n;
	return line > piece || n == PIECE;
}

void rt_agent_report(struct rt_agent *a, struct rt_agent_slot *s)
{
	int fd = a->table.reports ? open_reports(a, s) : -1;

	if (fd < 0)
		return;
	struct stat st;
	if (!fstat(fd, &st) && st.st_size < s->read)
		s->read = 0;
	while (take_piece(a, s, fd))
		;
	close(fd);
}
