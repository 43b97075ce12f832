/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The ENTRYPOINT of an image ahead of the words of a command, as Docker has it; without words the image's
 * CMD follows. Each container tool has kept them in a place and a form of its own:
 *
 *	Enroot		/etc/rc, a script whose last part runs them: /bin/sh -c PART /etc/rc WORDS…
 *	SIF		/.singularity.d/runscript, which runs them as they are when told not to evaluate
 *	Charliecloud	/ch/config.pulled.json, the image's configuration
 *
 * The working folder comes with Enroot's script and the configuration, unless the service has its own. Of a
 * SIF image it is told by `hpcc-rt image-folder`, outside.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "runtime/data/image_config.h"
#include "runtime/files.h"
#include "runtime/step/step.h"

enum {
	ROOM = 256 << 10
};

static size_t count_words(char *const *words)
{
	size_t n = 0;

	while (words[n])
		n++;
	return n;
}

/* `first` ahead of the words; memory for the life of the process, once. */
static char **put_ahead(char *const *first, size_t n_first, char *const *words)
{
	size_t n = count_words(words);
	char **argv = calloc(n_first + n + 1, sizeof(*argv));

	if (!argv)
		return NULL;
	memcpy(argv, first, n_first * sizeof(*argv));
	memcpy(argv + n_first, words, n * sizeof(*argv));
	return argv;
}

static char *read_whole(const char *path)
{
	static char text[ROOM + 1];
	ssize_t n = 0, part = 0;
	int fd = rt_open_plain(AT_FDCWD, path, O_RDONLY, 0);

	if (fd < 0)
		return NULL;
	while ((size_t)n < ROOM && (part = read(fd, text + n, ROOM - (size_t)n)) > 0)
		n += part;
	close(fd);
	text[(size_t)n] = '\0';
	if (part < 0)
		return NULL;
	if ((size_t)n == ROOM) {
		errno = EFBIG;
		return NULL;
	}
	return text;
}

static bool lacks(const char *path, const char *what)
{
	fprintf(stderr, "hpcc-rt step: the image doesn't say what its ENTRYPOINT is: %s: %s\n",
		path, what);
	return false;
}

/* Small shells keep no variables with dots: what the script runs gets them from us again. */
static bool carry_dots(char *part, char **with)
{
	static const char *const places[] = {"then\n    exec ", " \"$@\"\nelse\n    exec "};
	static const char ours[] = "\"$" RT_STEP_PROGRAM "\" dots -- ";
	char program[4096];
	ssize_t n = readlink("/proc/self/exe", program, sizeof(program) - 1);

	*with = part;
	if (n < 0 || !rt_step_hide_dots())
		return true;
	program[n] = '\0';
	setenv(RT_STEP_PROGRAM, program, 1);
	char *to = *with = calloc(1, strlen(part) + 2 * sizeof(ours));
	if (!to)
		return false;
	for (size_t i = 0; i < 2; i++) {
		char *at = strstr(part, places[i]);
		size_t length = at ? (size_t)(at - part) + strlen(places[i]) : 0;

		memcpy(to, part, length);
		memcpy(to + length, ours, at ? strlen(ours) : 0);
		to += length + (at ? strlen(ours) : 0);
		part += length;
	}
	memcpy(to, part, strlen(part));
	return true;
}

/* The line that enters the working folder, and what follows the place where Pyxis ends the script. */
static bool take_rc(const struct rt_entrypoint *e, char ***command)
{
	static char sh[] = "/bin/sh", flag[] = "-c";
	char *text = read_whole(e->rc), *name = strdup(e->rc);

	if (!text || !name)
		return lacks(e->rc, strerror(errno));
	char *part = strstr(text, "\nif [ $# -gt 0 ]; then\n"), *enter = strstr(text, "\ncd \"");
	if (!part)
		return lacks(e->rc, "Enroot hasn't written it");
	part++;
	if (!e->has_folder && enter && enter < part) {
		size_t length = strcspn(enter + 1, "\n") + 1;

		memmove(text, enter + 1, length);
		memmove(text + length, part, strlen(part) + 1);
		part = text;
	}
	if (!carry_dots(part, &part))
		return lacks(e->rc, strerror(errno));
	char *const first[] = {sh, flag, part, name};
	*command = put_ahead(first, 4, *command);
	return *command != NULL;
}

static bool take_runscript(const struct rt_entrypoint *e, char ***command)
{
	char *name = strdup(e->runscript);

	if (!name || access(name, X_OK))
		return lacks(e->runscript, strerror(errno));
	/* Otherwise a shell evaluates the words. */
	setenv("APPTAINER_NO_EVAL", "1", 1);
	setenv("SINGULARITY_NO_EVAL", "1", 1);
	*command = put_ahead(&name, 1, *command);
	return *command != NULL;
}

static bool take_config(const struct rt_entrypoint *e, char ***command)
{
	static struct rt_image_config image;
	char *text = read_whole(e->config);

	if (!text)
		return lacks(e->config, strerror(errno));
	if (!rt_image_config_read(&image, text))
		return lacks(e->config, "it isn't the configuration of an image");
	if (!e->has_folder && image.folder && *image.folder && chdir(image.folder)) {
		fprintf(stderr, "hpcc-rt step: cannot change to %s, the image's WORKDIR: %s\n",
			image.folder, strerror(errno));
		return false;
	}
	if (!**command)
		*command = put_ahead(image.cmd.item, image.cmd.n, *command);
	if (*command)
		*command = put_ahead(image.entrypoint.item, image.entrypoint.n, *command);
	if (*command && !**command)
		return lacks(e->config, "neither ENTRYPOINT nor CMD");
	return *command != NULL;
}

bool rt_step_entrypoint(const struct rt_entrypoint *e, char ***command)
{
	return e->rc          ? take_rc(e, command)
	       : e->runscript ? take_runscript(e, command)
	       : e->config    ? take_config(e, command)
			      : true;
}
