/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Variables that go into a container under other names, for it gives those names values of its own,
 * or can't carry the value:
 *
 *	HPCC_ENV_NAME=value             NAME=value
 *	HPCC_LINES_NAME=:one\ntwo       NAME's value is two lines; \\ is one backslash
 */
#include <stdlib.h>
#include <string.h>

#include "runtime/step/step.h"

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

void rt_step_take_variables(void)
{
	take("HPCC_ENV_", NULL);
	take("HPCC_LINES_", join_lines);
}
