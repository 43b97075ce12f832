/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The container's environment, as Enroot makes it. A file of lines NAME=VALUE holds what the
 * image's /etc/environment says, then the host's values of the names in --container-env; a value
 * with a line break becomes lines of its own. The image's shell starts with that and nothing else,
 * as a login shell, which reads /etc/profile; it runs /etc/rc. What it then has, the task gets on
 * top of its own.
 */
#include "tests/pyxis/standin.h"

#include <ctype.h>
#include <limits.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

bool is_listed(const char *list, const char *name, size_t length)
{
	while (list != NULL && *list != '\0') {
		size_t n = strcspn(list, ",");

		if (n == length && strncmp(list, name, n) == 0)
			return true;
		list += n + (list[n] == ',');
	}
	return false;
}

const char *host_value(const struct step *step, const char *name)
{
	size_t length = strlen(name);

	for (char **entry = step->host_env; entry != NULL && *entry != NULL; entry++) {
		if (strncmp(*entry, name, length) == 0 && (*entry)[length] == '=')
			return *entry + length + 1;
	}
	return NULL;
}

/* A line with each ${NAME} replaced by the host's value. */
static void put_substituted(FILE *out, const struct step *step, const char *line)
{
	while (*line != '\0') {
		size_t n = strncmp(line, "${", 2) == 0 ? strcspn(line, "}") : 0;
		char *name = n > 2 && line[n] == '}' ? strndup(line + 2, n - 2) : NULL;
		const char *value = name != NULL ? host_value(step, name) : NULL;

		if (name == NULL) {
			fputc(*line++, out);
			continue;
		}
		fputs(value != NULL ? value : "", out);
		line += n + 1;
		free(name);
	}
}

static void put_image_lines(FILE *out, const struct step *step)
{
	FILE *file = fopen("/etc/environment", "re");
	char *line = NULL;
	size_t size = 0;

	while (file != NULL && getline(&line, &size, file) > 0) {
		line[strcspn(line, "\n")] = '\0';
		put_substituted(out, step, line);
		fputc('\n', out);
	}
	free(line);
	if (file != NULL)
		fclose(file);
}

static void put_host_lines(FILE *out, const struct step *step)
{
	const char *list = step->options->env_names;

	while (list != NULL && *list != '\0') {
		size_t n = strcspn(list, ",");
		char *name = strndup(list, n);
		const char *value = host_value(step, name);

		if (value != NULL && *value != '\0')
			fprintf(out, "%s=%s\n", name, value);
		free(name);
		list += n + (list[n] == ',');
	}
	if (step->options->mount_home == CHOICE_YES)
		fprintf(out, "HOME=%s\n",
			step->options->remap_root == CHOICE_YES ? "/root" : step->home);
}

/* What isn't an assignment is dropped, as are Enroot's own variables and quotes round a value. */
static void set_line(char *line)
{
	char *value;
	size_t length;

	line += strspn(line, " \t");
	value = strchr(line, '=');
	if (value == NULL || (!isalpha((unsigned char)*line) && *line != '_') ||
	    strncmp(line, "ENROOT_", 7) == 0)
		return;
	for (const char *p = line; p < value; p++)
		if (!isalnum((unsigned char)*p) && *p != '_')
			return;
	*value++ = '\0';
	length = strlen(value);
	while (length > 0 && isspace((unsigned char)value[length - 1]) && strchr("\"'", *value))
		length--;
	if (length >= 2 && strchr("\"'", *value) != NULL &&
	    strchr("\"'", value[length - 1]) != NULL) {
		value[length - 1] = '\0';
		value++;
	}
	setenv(line, value, 1);
}

/* Becomes the container's environment. */
static void set_environment(const struct step *step)
{
	char *lines = NULL, *rest, *line;
	size_t size;
	FILE *out = open_memstream(&lines, &size);

	put_image_lines(out, step);
	put_host_lines(out, step);
	fclose(out);
	clearenv();
	for (rest = lines; (line = strsep(&rest, "\n")) != NULL;)
		set_line(line);
	free(lines);
	if (!step->site.has_login_shell)
		return;
	setenv("TERM", "dumb", 0);
	setenv("HOME", step->home, 0);
	setenv("USER", step->user, 0);
	setenv("LOGNAME", step->user, 0);
	setenv("PATH", "/usr/bin:/bin", 0);
}

/* A login shell that runs /etc/rc, which runs a shell, which stops. */
static void start_shell(const struct step *step, FILE *log)
{
	const char *words[8] = {step->site.has_login_shell ? "-sh" : "sh"};
	size_t n = 1;

	set_environment(step);
	if (access("/etc/rc", F_OK) == 0) {
		words[n++] = "/etc/rc";
	} else {
		words[n++] = "-c";
		words[n++] = "exec \"$@\"";
		words[n++] = "sh";
	}
	words[n++] = "sh";
	words[n++] = "-c";
	words[n++] = "kill -STOP $$ ; exit 0";
	if (become_user(step, log) && chdir("/") == 0)
		execv("/bin/sh", (char *const *)words);
	dprintf(STDERR_FILENO, "enroot-switchroot: failed to execute: /bin/sh: %m\n");
	_exit(1);
}

/* The folder in which a process stands, and its variables. */
static bool copy_state(pid_t pid, int fd)
{
	char path[64], folder[PATH_MAX], buffer[4096];
	ssize_t n;
	FILE *in;
	bool ok;

	snprintf(path, sizeof(path), "/proc/%d/cwd", (int)pid);
	n = readlink(path, folder, sizeof(folder) - 1);
	if (n < 0)
		return false;
	folder[n] = '\0';
	ok = write(fd, folder, (size_t)n + 1) == n + 1;
	snprintf(path, sizeof(path), "/proc/%d/environ", (int)pid);
	in = fopen(path, "re");
	if (in == NULL)
		return false;
	while (ok && (n = (ssize_t)fread(buffer, 1, sizeof(buffer), in)) > 0)
		ok = write(fd, buffer, (size_t)n) == n;
	fclose(in);
	return ok;
}

bool environment_write(const struct step *step, int fd, FILE *log)
{
	int status;
	pid_t pid;
	bool ok;

	fflush(log);
	pid = fork();
	if (pid == 0)
		start_shell(step, log);
	if (pid < 0 || waitpid(pid, &status, WUNTRACED) != pid)
		return false;
	if (!WIFSTOPPED(status)) {
		fputs("container exited too soon\n", log);
		return false;
	}
	ok = copy_state(pid, fd);
	kill(pid, SIGCONT);
	(void)waitpid(pid, &status, 0);
	return ok;
}
