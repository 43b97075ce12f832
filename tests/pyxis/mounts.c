/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What becomes of the mounts that were asked for. Pyxis writes a function for bash that echoes one
 * line of fstab a mount, with the paths in double quotes, and Enroot runs it as the user: `$`, `"`
 * and backquotes mean what they mean to a shell. Blanks and backslashes are escaped for fstab since
 *0.24.
 *
 *	/data/$USER:/d:ro	echo "/data/$USER /d x-create=auto,rbind,ro"
 */
#include "tests/pyxis/standin.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

enum {
	ESCAPING_VERSION = 24,
};

static void put_field(FILE *out, const struct step *step, const char *text)
{
	for (; *text != '\0'; text++) {
		if (step->site.version >= ESCAPING_VERSION && strchr(" \t\n\\", *text) != NULL)
			fprintf(out, "\\%03o", (unsigned char)*text);
		else
			fputc(*text, out);
	}
}

static char *write_script(const struct step *step)
{
	char *script = NULL;
	size_t size;
	FILE *out = open_memstream(&script, &size);

	fputs("set -euo pipefail\nmounts() {\n\t:\n", out);
	for (size_t i = 0; i < step->options->mount_count; i++) {
		fputs("\techo \"", out);
		put_field(out, step, step->options->mounts[i].source);
		fputc(' ', out);
		put_field(out, step, step->options->mounts[i].target);
		fprintf(out, " %s\"\n", step->options->mounts[i].flags);
	}
	fputs("}\nmounts\n", out);
	fclose(out);
	return script;
}

/* Runs the script as the user, with the step's variables; what it writes stands in out. */
static bool run_script(const struct step *step, const char *script, int out, FILE *log)
{
	pid_t pid;
	int status;

	fflush(log);
	pid = fork();
	if (pid == 0) {
		if (become_user(step, log) && dup2(out, STDOUT_FILENO) >= 0)
			execle("/bin/bash", "bash", "--norc", "-c", script, NULL, step->host_env);
		_exit(127);
	}
	return pid > 0 && waitpid(pid, &status, 0) == pid && status == 0;
}

/* One field of a line of fstab, with its escapes undone in place; NULL at the line's end. */
static char *next_field(char **rest)
{
	char *field, *to;

	*rest += strspn(*rest, " \t");
	if (**rest == '\0')
		return NULL;
	field = to = *rest;
	for (char *p = field;; p++) {
		unsigned octal;

		if (*p == '\\' && sscanf(p + 1, "%3o", &octal) == 1 &&
		    strspn(p + 1, "01234567") >= 3) {
			*to++ = (char)octal;
			p += 3;
		} else if (*p == '\0' || *p == ' ' || *p == '\t') {
			*rest = *p == '\0' ? p : p + 1;
			break;
		} else {
			*to++ = *p;
		}
	}
	*to = '\0';
	return field;
}

static bool take_line(struct options *options, char *line, FILE *log)
{
	char *rest = line;
	char *source = next_field(&rest), *target = next_field(&rest), *flags = next_field(&rest);

	if (source == NULL)
		return true;
	if (target == NULL || flags == NULL) {
		fprintf(log, "enroot-mount: invalid fstab entry: %s\n", source);
		return false;
	}
	options->mounts =
		reallocarray(options->mounts, options->mount_count + 1, sizeof(*options->mounts));
	options->mounts[options->mount_count++] = (struct mount_entry){
		.source = strdup(source),
		.target = strdup(target),
		.flags = strdup(flags),
		.source_fd = -1,
	};
	return true;
}

static bool take_lines(struct options *options, int fd, FILE *log)
{
	FILE *lines = fdopen(fd, "r");
	char *line = NULL;
	size_t size = 0;
	bool ok = lines != NULL;

	rewind(lines);
	while (ok && getline(&line, &size, lines) > 0) {
		line[strcspn(line, "\n")] = '\0';
		ok = take_line(options, line, log);
	}
	free(line);
	fclose(lines);
	return ok;
}

static bool sources_exist(const struct step *step, FILE *log)
{
	struct stat st;

	for (size_t i = 0; i < step->options->mount_count; i++) {
		const char *source = step->options->mounts[i].source;

		if (step->site.version < ESCAPING_VERSION || *source != '/' ||
		    stat(source, &st) == 0)
			continue;
		if (errno != ENOENT && errno != ENOTDIR)
			continue;
		fprintf(log, "--container-mounts: source path does not exist: %s\n", source);
		return false;
	}
	return true;
}

bool mounts_evaluate(const struct step *step, struct options *options, FILE *log)
{
	char *script;
	int out = memfd_create("mounts", MFD_CLOEXEC);
	bool ok;

	if (out < 0 || !sources_exist(step, log))
		return false;
	script = write_script(step);
	ok = run_script(step, script, out, log);
	if (!ok)
		fputs("[ERROR] Invalid argument: the configuration script\n", log);
	free(script);
	options->mounts = NULL;
	options->mount_count = 0;
	return ok && take_lines(options, out, log);
}
