/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Variables that go into a container under other names, for it gives those names values of its own,
 * or can't carry the value:
 *
 *	HPCC_ENV_NAME=value             NAME=value
 *	HPCC_LINES_NAME=:one\ntwo       NAME's value is two lines; \\ is one backslash
 *	HPCC_DOTS_a_Db__c=value         a.b_c=value
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "runtime/files.h"
#include "runtime/step/step.h"
#include "runtime/verbs.h"

#define DOTS "HPCC_DOTS_"

static void join_lines(char *value)
{
	char *to = value;

	value += *value == ':';
	for (; *value; value++) {
		if (*value != '\\' || !value[1]) {
			*to++ = *value;
			continue;
		}
		value++;
		*to++ = *value == 'n' ? '\n' : *value;
	}
	*to = '\0';
}

static void take(const char *prefix, void (*decode)(char *value))
{
	const size_t len = strlen(prefix);
	size_t i = 0;
	extern char **environ;
	while (environ[i]) {
		char *name = strncmp(environ[i], prefix, len) ? NULL : strdup(environ[i]);
		char *value = name ? strchr(name, '=') : NULL;

		if (value) {
			*value++ = '\0';
			if (decode)
				decode(value);
			setenv(name + len, value, 1);
			unsetenv(name);
		}
		i = value ? 0 : i + 1; /* both change the list */
		free(name);
	}
}

/* "_D" is a dot, "__" one of its own. Of a name with dots from DOTS on. */
static void decode_name(char *name)
{
	char *to = name;

	for (; *name; name++)
		*to++ = *name == '_' && name[1] ? (*++name == 'D' ? '.' : '_') : *name;
	*to = '\0';
}

static void take_dots(void)
{
	const size_t len = strlen(DOTS);
	extern char **environ;

	for (size_t i = 0; environ[i];) {
		char *name = strncmp(environ[i], DOTS, len) ? NULL : strdup(environ[i]);
		char *value = name ? strchr(name, '=') : NULL;

		if (value) {
			*value++ = '\0';
			unsetenv(name);
			decode_name(name + len);
			setenv(name + len, value, 1);
		}
		i = value ? 0 : i + 1;
		free(name);
	}
}

void rt_step_take_variables(void)
{
	take("HPCC_ENV_", NULL);
	take("HPCC_LINES_", join_lines);
	take_dots();
}

static char *carried_name(const char *name, size_t len)
{
	char *carried = malloc(strlen(DOTS) + 2 * len + 1), *to = carried;

	if (!carried)
		return NULL;
	memcpy(to, DOTS, strlen(DOTS));
	to += strlen(DOTS);
	for (size_t i = 0; i < len; i++) {
		if (name[i] == '.' || name[i] == '_')
			*to++ = '_';
		*to++ = name[i];
		if (name[i] == '.')
			to[-1] = 'D';
	}
	*to = '\0';
	return carried;
}

bool rt_step_hide_dots(void)
{
	extern char **environ;
	bool is_any = false;

	for (size_t i = 0; environ[i];) {
		size_t len = strcspn(environ[i], "=");
		char *name = memchr(environ[i], '.', len) ? strndup(environ[i], len) : NULL;
		char *carried = name ? carried_name(name, len) : NULL;

		if (carried && setenv(carried, environ[i] + len + 1, 1) == 0) {
			unsetenv(name);
			is_any = true;
			i = 0; /* both change the list */
		} else {
			i++;
		}
		free(carried);
		free(name);
	}
	return is_any;
}

/* Behind a shell that loses them: the command, with them. */
int rt_verb_dots(int argc, char **argv)
{
	static const struct rt_option options[] = {{.name = NULL}};
	char **command = rt_read_command(options, false, argc, argv);

	if (!command)
		return RT_USAGE;
	take_dots();
	unsetenv(RT_STEP_PROGRAM);
	execvp(*command, command);
	int status = errno == ENOENT ? 127 : 126;
	rt_say("cannot start %s: %s", *command, strerror(errno));
	return status;
}
