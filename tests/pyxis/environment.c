/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the image adds to the environment: the lines of its /etc/environment, where Enroot keeps an
 * image's variables, and what its entrypoint exports when that is run. The image's value of a
 * variable wins over the host's, but for the names in --container-env.
 */
#include "tests/pyxis/standin.h"

#include <ctype.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static size_t name_length(const char *assignment)
{
	return strcspn(assignment, "=");
}

/* The name is one of a list NAME[,NAME...]. */
static bool is_listed(const char *list, const char *name, size_t length)
{
	while (list != NULL && *list != '\0') {
		size_t n = strcspn(list, ",");

		if (n == length && strncmp(list, name, n) == 0)
			return true;
		list += n + (list[n] == ',');
	}
	return false;
}

/* --container-env names it. */
bool environment_names(const struct step *step, const char *name)
{
	return is_listed(step->options->env_names, name, strlen(name));
}

static bool is_set_on_host(const struct step *step, const char *name, size_t length)
{
	for (char **entry = step->host_env; entry != NULL && *entry != NULL; entry++) {
		if (name_length(*entry) == length && strncmp(*entry, name, length) == 0)
			return true;
	}
	return false;
}

static bool host_wins(const struct step *step, const char *assignment)
{
	size_t length = name_length(assignment);

	return is_listed(step->options->env_names, assignment, length) &&
	       is_set_on_host(step, assignment, length);
}

static bool is_assignment(const char *line)
{
	return (isalpha((unsigned char)*line) || *line == '_') && strchr(line, '=') != NULL;
}

/* Calls use for each variable of the image that takes effect. */
static void for_image_variables(const struct step *step, void (*use)(const char *, void *),
				void *context)
{
	FILE *file = fopen("/etc/environment", "re");
	char *line = NULL;
	size_t size = 0;

	while (file != NULL && getline(&line, &size, file) > 0) {
		line[strcspn(line, "\n")] = '\0';
		if (is_assignment(line) && !host_wins(step, line))
			use(line, context);
	}
	free(line);
	if (file != NULL)
		fclose(file);
}

static void write_variable(const char *assignment, void *context)
{
	FILE *out = context;

	fputs(assignment, out);
	fputc('\0', out);
}

static void put_variable(const char *assignment, void *context)
{
	(void)context;
	putenv(strdup(assignment));
}

/* In a child that becomes the entrypoint: its environment is the host's under the image's. */
static bool run_entrypoint(const struct step *step, int fd, FILE *log)
{
	char *script;
	const char *argv[] = {"/bin/sh", "-c", NULL, NULL};
	int kept = dup(fd); /* fd itself is closed on exec */
	bool ok;

	if (kept < 0 ||
	    asprintf(&script, "exec /bin/sh /etc/rc /bin/sh -c 'exec cat /proc/self/environ >&%d'",
		     kept) < 0)
		return false;
	argv[2] = script;
	clearenv();
	for (char **entry = step->host_env; entry != NULL && *entry != NULL; entry++)
		put_variable(*entry, NULL);
	for_image_variables(step, put_variable, NULL);
	fcntl(fd, F_SETFD, 0); /* the programs below write to it */
	ok = run_as_user(step, argv, log);
	free(script);
	close(kept);
	if (!ok)
		fputs("[ERROR] the entrypoint failed\n", log);
	return ok;
}

bool environment_write(const struct step *step, int fd, FILE *log)
{
	FILE *out;

	if (step->options->entrypoint == CHOICE_YES && access("/etc/rc", R_OK) == 0)
		return run_entrypoint(step, fd, log);
	out = fdopen(dup(fd), "w");
	if (out == NULL)
		return false;
	for_image_variables(step, write_variable, out);
	return fclose(out) == 0;
}

char *image_workdir(void)
{
	FILE *file = fopen("/etc/rc", "re");
	char *line = NULL, *folder = NULL;
	size_t size = 0;

	while (folder == NULL && file != NULL && getline(&line, &size, file) > 0) {
		char *path = strncmp(line, "cd ", 3) == 0 ? strchr(line, '/') : NULL;

		if (path != NULL)
			folder = strndup(path, strcspn(path, "\" &\n"));
	}
	free(line);
	if (file != NULL)
		fclose(file);
	return folder != NULL ? folder : strdup("/");
}
