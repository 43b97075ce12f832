/* SPDX-License-Identifier: Apache-2.0 */
/* The options of srun that Pyxis adds, and what their arguments may be. */
#include "tests/pyxis/standin.h"

#include <slurm/spank.h>

#include <stdlib.h>
#include <string.h>

enum option_id {
	OPTION_IMAGE,
	OPTION_MOUNTS,
	OPTION_WORKDIR,
	OPTION_NAME,
	OPTION_SAVE,
	OPTION_ENV,
	OPTION_MOUNT_HOME,
	OPTION_REMAP_ROOT,
	OPTION_ENTRYPOINT,
	OPTION_WRITABLE,
};

static struct options given = {
	.mount_home = CHOICE_UNSET,
	.remap_root = CHOICE_UNSET,
	.entrypoint = CHOICE_UNSET,
	.writable = CHOICE_UNSET,
};

struct options *options_get(void)
{
	return &given;
}

static int refuse(const char *option, const char *why)
{
	slurm_error("pyxis: --container-%s: %s", option, why);
	return -1;
}

/* Slurm calls twice with one value: once for srun, once for the step. Two values are a mistake. */
static int set_text(char **field, const char *option, const char *value)
{
	if (value == NULL || *value == '\0')
		return refuse(option, "argument required");
	if (*field != NULL && strcmp(*field, value) != 0)
		return refuse(option, "specified multiple times");
	if (*field == NULL)
		*field = strdup(value);
	return 0;
}

static void forget_mounts(void)
{
	for (size_t i = 0; i < given.mount_count; i++) {
		free(given.mounts[i].source);
		free(given.mounts[i].target);
		free(given.mounts[i].flags);
	}
	free(given.mounts);
	given.mounts = NULL;
	given.mount_count = 0;
}

/* What Enroot is told besides the author's own flags. */
static const char *default_flags(const char *source)
{
	return strcmp(source, "tmpfs") == 0    ? "x-create=dir"
	       : strcmp(source, "umount") == 0 ? "x-detach"
					       : "x-create=auto,rbind";
}

static char *join_flags(const char *source, const char *flags)
{
	char *all;

	if (asprintf(&all, "%s%s%s", default_flags(source), flags != NULL ? "," : "",
		     flags != NULL ? flags : "") < 0)
		return NULL;
	for (char *plus = strchr(all, '+'); plus != NULL; plus = strchr(plus, '+'))
		*plus = ',';
	return all;
}

/* SRC[:DST[:FLAG+FLAG]]; a path is absolute or starts with a dot. */
static bool add_mount(char *text)
{
	char *source = strsep(&text, ":");
	char *target = text != NULL ? strsep(&text, ":") : source;
	bool is_path = *source == '/' || *source == '.';

	if (*source == '\0' || *target == '\0') {
		slurm_error("pyxis: --container-mounts: invalid format");
		return false;
	}
	if (!is_path && strcmp(source, "tmpfs") != 0 && strcmp(source, "umount") != 0) {
		slurm_error("pyxis: mount source must be a relative path, an absolute path, "
			    "\"tmpfs\" or \"umount\": %s",
			    source);
		return false;
	}
	if (*target != '/' && *target != '.') {
		slurm_error("pyxis: mount target must be a relative path or an absolute path: %s",
			    target);
		return false;
	}
	given.mounts = reallocarray(given.mounts, given.mount_count + 1, sizeof(*given.mounts));
	given.mounts[given.mount_count++] = (struct mount_entry){
		.source = strdup(source),
		.target = strdup(target),
		.flags = join_flags(source, text),
		.source_fd = -1,
	};
	return true;
}

/* Given twice, only the last list counts: Slurm hands the step one value per option. */
static int set_mounts(const char *value)
{
	char *list, *rest, *entry;
	bool ok = true;

	if (value == NULL || *value == '\0')
		return refuse("mounts", "argument required");
	forget_mounts();
	list = rest = strdup(value);
	while (ok && (entry = strsep(&rest, ",")) != NULL)
		ok = add_mount(entry);
	free(list);
	return ok ? 0 : -1;
}

static int set_name(const char *value)
{
	const char *flag = value != NULL ? strchr(value, ':') : NULL;
	char *name;
	int status;

	if (flag != NULL && flag[1] != '\0' && strcmp(flag, ":auto") != 0 &&
	    strcmp(flag, ":create") != 0 && strcmp(flag, ":no_exec") != 0)
		return refuse("name",
			      "this stand-in knows the flags auto, create and no_exec only");
	name = value != NULL ? strndup(value, strcspn(value, ":")) : NULL;
	if (name != NULL && strchr(name, '/') != NULL) {
		free(name);
		return refuse("name", "a name has no slash");
	}
	status = set_text(&given.name, "name", name);
	free(name);
	free(given.name_flag);
	given.name_flag = strdup(flag != NULL && flag[1] != '\0' ? flag + 1 : "auto");
	return status;
}

static int set_choice(enum choice *field, const char *option, int value)
{
	if (*field != CHOICE_UNSET && *field != (enum choice)value)
		return refuse(option, "the option and its opposite were both specified");
	*field = (enum choice)value;
	return 0;
}

/* A callback's value is the option's id, times two, plus one for "yes". */
static int take_option(int value, const char *argument, int remote)
{
	(void)remote;
	switch ((enum option_id)(value / 2)) {
	case OPTION_IMAGE:
		return set_text(&given.image, "image", argument);
	case OPTION_MOUNTS:
		return set_mounts(argument);
	case OPTION_WORKDIR:
		return set_text(&given.workdir, "workdir", argument);
	case OPTION_NAME:
		return set_name(argument);
	case OPTION_SAVE:
		return refuse("save", "this stand-in cannot save containers");
	case OPTION_ENV:
		return set_text(&given.env_names, "env", argument);
	case OPTION_MOUNT_HOME:
		return set_choice(&given.mount_home, "mount-home", value % 2);
	case OPTION_REMAP_ROOT:
		return set_choice(&given.remap_root, "remap-root", value % 2);
	case OPTION_ENTRYPOINT:
		return set_choice(&given.entrypoint, "entrypoint", value % 2);
	case OPTION_WRITABLE:
		return set_choice(&given.writable, "writable", value % 2);
	}
	return -1;
}

#define TEXT(name, argument, id, help)                                                             \
	{                                                                                          \
		"container-" name, argument, "[pyxis stand-in] " help, 1, (id)*2, take_option      \
	}
#define CHOICE(name, id, yes, help)                                                                \
	{                                                                                          \
		name, NULL, "[pyxis stand-in] " help, 0, (id)*2 + (yes), take_option               \
	}

struct spank_option *options_table(void)
{
	static struct spank_option table[] = {
		TEXT("image", "PATH", OPTION_IMAGE, "squashfs file or folder, by / or ./"),
		TEXT("mounts", "SRC:DST[:FLAGS][,...]", OPTION_MOUNTS, "bind mounts"),
		TEXT("workdir", "PATH", OPTION_WORKDIR, "working folder inside"),
		TEXT("name", "NAME[:FLAG]", OPTION_NAME, "keep the file system under this name"),
		TEXT("save", "PATH", OPTION_SAVE, "refused"),
		TEXT("env", "NAME[,NAME...]", OPTION_ENV, "variables the host's value of wins"),
		CHOICE("container-mount-home", OPTION_MOUNT_HOME, 1, "mount the user's home"),
		CHOICE("no-container-mount-home", OPTION_MOUNT_HOME, 0, "don't"),
		CHOICE("container-remap-root", OPTION_REMAP_ROOT, 1, "be root inside"),
		CHOICE("no-container-remap-root", OPTION_REMAP_ROOT, 0, "don't"),
		CHOICE("container-entrypoint", OPTION_ENTRYPOINT, 1, "run the entrypoint"),
		CHOICE("no-container-entrypoint", OPTION_ENTRYPOINT, 0, "don't"),
		CHOICE("container-writable", OPTION_WRITABLE, 1, "writable file system"),
		CHOICE("container-readonly", OPTION_WRITABLE, 0, "read-only file system"),
		SPANK_OPTIONS_TABLE_END,
	};
	return table;
}

bool options_want_container(void)
{
	return given.image != NULL || given.name != NULL;
}

void options_warn_ignored(void)
{
	const struct {
		bool is_given;
		const char *option;
	} rows[] = {
		{given.mount_count > 0, "--container-mounts"},
		{given.workdir != NULL, "--container-workdir"},
		{given.env_names != NULL, "--container-env"},
		{given.mount_home != CHOICE_UNSET, "--[no-]container-mount-home"},
		{given.remap_root != CHOICE_UNSET, "--[no-]container-remap-root"},
		{given.entrypoint != CHOICE_UNSET, "--[no-]container-entrypoint"},
		{given.writable == CHOICE_YES, "--container-writable"},
		{given.writable == CHOICE_NO, "--container-readonly"},
	};

	if (options_want_container())
		return;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		if (rows[i].is_given)
			slurm_error("pyxis: ignoring %s because neither --container-image nor "
				    "--container-name is set",
				    rows[i].option);
	}
}
