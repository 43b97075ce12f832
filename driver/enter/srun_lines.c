/* SPDX-License-Identifier: Apache-2.0 */
#include "driver/enter/srun_lines.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

bool put_all(int fd, const char *bytes, size_t n)
{
	while (n > 0) {
		ssize_t done = write(fd, bytes, n);

		if (done < 0 && errno != EINTR && errno != EAGAIN)
			return false;
		if (done > 0) {
			bytes += done;
			n -= (size_t)done;
		}
	}
	return true;
}

/* "srun: error: n1: task 0: Exited with exit code 3\n" */
static bool is_of_status(const char *line, size_t n)
{
	static const char start[] = "srun: error: ", end[] = ": task 0: Exited with exit code ";
	const char *found = n > sizeof(start) && memcmp(line, start, strlen(start)) == 0
				    ? memmem(line, n, end, strlen(end))
				    : NULL;

	if (!found)
		return false;
	found += strlen(end);
	while (found < line + n && *found >= '0' && *found <= '9')
		found++;
	return *found == '\n' || *found == '\r'; /* in a terminal "\r\n" */
}

static bool may_be_of_srun(const char *line, size_t n)
{
	static const char start[] = "srun: error: ";

	return memcmp(line, start, n < strlen(start) ? n : strlen(start)) == 0;
}

static void filter_byte(struct srun_lines *s, int to, char byte)
{
	if (s->is_inside) {
		put_all(to, &byte, 1);
		s->is_inside = byte != '\n';
		return;
	}
	s->line[s->held++] = byte;
	if (byte == '\n') {
		if (!is_of_status(s->line, s->held))
			put_all(to, s->line, s->held);
		s->held = 0;
	} else if (s->held == SRUN_LINE_MAX || !may_be_of_srun(s->line, s->held)) {
		put_all(to, s->line, s->held);
		s->held = 0;
		s->is_inside = true;
	}
}

/* Lines that nobody would take for srun's go as they come. */
void srun_lines_put(struct srun_lines *s, int to, const char *bytes, size_t n)
{
	while (n > 0) {
		const char *end = s->is_inside ? memchr(bytes, '\n', n) : NULL;
		size_t len = end ? (size_t)(end - bytes) : s->is_inside ? n : 0;

		put_all(to, bytes, len);
		bytes += len;
		n -= len;
		if (n > 0) {
			filter_byte(s, to, *bytes++);
			n--;
		}
	}
}

void srun_lines_end(struct srun_lines *s, int to)
{
	put_all(to, s->line, s->held);
	s->held = 0;
}
