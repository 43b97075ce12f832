/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The variables of an image, where the container tool doesn't set them, or lets the image's login
 * shell set others. They stand in a file of the image, one NAME=VALUE a line. Charliecloud takes
 * single quotes round a value away. So does Enroot with both kinds, and with backslashes, and it
 * replaces ${NAME} by a variable of the host, which can't be seen from here: such a value stays as
 * Enroot has set it.
 */
#include <fcntl.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "runtime/files.h"
#include "runtime/step/step.h"

/* More than this of a file doesn't count. */
enum {
	ROOM = 65536
};

#define NAME_BYTES "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_"

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

/* Enroot has a reason for each value that it gives to these: its settings, or where home is. */
static bool is_enroots(const char *name, const char *value)
{
	return !strncmp(name, "ENROOT_", 7) || !strcmp(name, "HOME") || strstr(value, "${");
}

static char *without_quotes(char *value, const char *quotes)
{
	size_t n = strlen(value);

	if (n < 2 || !strchr(quotes, value[0]) || !strchr(quotes, value[n - 1]))
		return value;
	value[n - 1] = '\0';
	return value + 1;
}

static void set_line(char *line, const char *keep, enum rt_image rules)
{
	char *value = strchr(line, '=');

	if (!value || value == line || line[0] == '#')
		return;
	*value++ = '\0';
	if (rules == RT_IMAGE_ENROOT) {
		line += strspn(line, " \t");
		if (line[strspn(line, NAME_BYTES)] || is_enroots(line, value))
			return;
	}
	value = without_quotes(value, rules == RT_IMAGE_ENROOT ? "'\"\\" : "'");
	if (!is_the_jobs(line) && !is_listed(keep, line))
		setenv(line, value, 1);
}

void rt_step_image_environment(const char *path, const char *keep, enum rt_image rules)
{
	static char text[ROOM + 1];
	int fd = rt_open_plain(AT_FDCWD, path, O_RDONLY, 0);
	size_t len = 0;
	char *line = text;

	if (fd < 0)
		return;
	ssize_t n;
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
		set_line(line, keep, rules);
		line = end;
	}
}
