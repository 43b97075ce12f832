/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The variables of an image, where the container tool doesn't set them. Charliecloud keeps them in
 * a file of the image, one NAME=VALUE a line; a value may stand in single quotes.
 */
#include <fcntl.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "runtime/files.h"
#include "runtime/step.h"

/* More than this of a file doesn't count. */
enum {
	ROOM = 65536
};

static bool is_listed(const char *list, const char *name)
{
	size_t length = strlen(name);

	while (list && *list) {
		size_t n = strcspn(list, ",");

		if (n == length && !strncmp(list, name, n))
			return true;
		list += n + (list[n] == ',');
	}
	return false;
}

/* What hpcc or Slurm says about the job isn't the image's matter. */
static bool is_the_jobs(const char *name)
{
	return !strncmp(name, "HPC_COMPOSE_", 12) || !strncmp(name, "SLURM", 5);
}

static void set_line(char *line, const char *keep)
{
	char *value = strchr(line, '=');
	size_t n;

	if (!value || value == line || line[0] == '#')
		return;
	*value++ = '\0';
	n = strlen(value);
	if (n > 1 && value[0] == '\'' && value[n - 1] == '\'') {
		value[n - 1] = '\0';
		value++;
	}
	if (!is_the_jobs(line) && !is_listed(keep, line))
		setenv(line, value, 1);
}

void rt_step_image_environment(const char *path, const char *keep)
{
	static char text[ROOM + 1];
	int fd = rt_open_plain(AT_FDCWD, path, O_RDONLY, 0);
	size_t len = 0;
	ssize_t n;
	char *line = text;

	if (fd < 0)
		return;
	while (len < ROOM && (n = read(fd, text + len, ROOM - len)) > 0)
		len += (size_t)n;
	close(fd);
	text[len] = '\0';
	while (line && *line) {
		char *end = strchr(line, '\n');

		if (end)
			*end++ = '\0';
		else if (len == ROOM)
			return; /* half a line */
		set_line(line, keep);
		line = end;
	}
}
