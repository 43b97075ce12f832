/* SPDX-License-Identifier: Apache-2.0 */
/* Reading the options of a verb. */
#include <string.h>

#include "runtime/files.h"
#include "runtime/verbs.h"

static const struct rt_option *find(const struct rt_option *options, const char *name)
{
	for (; options->name; options++)
		if (!strcmp(options->name, name))
			return options;
	return NULL;
}

bool rt_read_options(const struct rt_option *options, int argc, char **argv)
{
	for (int i = 1; i < argc; i++) {
		const struct rt_option *o = find(options, argv[i]);

		if (!o) {
			rt_say("%s: unknown option '%s'", argv[0], argv[i]);
			return false;
		}
		if (o->flag) {
			*o->flag = true;
			continue;
		}
		if (++i == argc) {
			rt_say("%s: option '%s' takes a value", argv[0], o->name);
			return false;
		}
		*o->value = argv[i];
	}
	for (; options->name; options++)
		if (options->required && !*options->value) {
			rt_say("%s: option '%s' is missing", argv[0], options->name);
			return false;
		}
	return true;
}

char **rt_read_command(const struct rt_option *options, bool may_be_empty, int argc, char **argv)
{
	int dashes = 1;

	while (dashes < argc && strcmp(argv[dashes], "--"))
		dashes++;
	if (!rt_read_options(options, dashes, argv))
		return NULL;
	if (dashes + 1 < argc || (may_be_empty && dashes < argc))
		return argv + dashes + 1;
	rt_say("%s: no command behind '--'", argv[0]);
	return NULL;
}
