/* SPDX-License-Identifier: Apache-2.0 */
/* Mounts: what may stand in the parts that mount.y found. */
#include "ir/grammar/scan.h"

static struct str part_of(const struct scan *in, int i)
{
	return str_slice(in->text, in->parts[i].begin, in->parts[i].end);
}

/* The text without its third part. */
static struct str without_mode(const struct scan *in)
{
	return str_slice(in->text, 0, in->parts[1].end);
}

/* Options of Docker's mounts that ask for nothing where there is no Docker. */
static bool is_idle_mode(struct str mode)
{
	static const char *const idle[] = {"cached", "delegated", "consistent", "z", "Z"};
	for (size_t i = 0; i < sizeof(idle) / sizeof(idle[0]); i++)
		if (str_eq_c(mode, idle[i]))
			return true;
	return false;
}

static bool read_mode(struct scan *in, struct v_mount *mount)
{
	mount->mode = MOUNT_DEFAULT;
	if (in->n_parts < 3)
		return true;
	struct str mode = part_of(in, 2);
	if (str_eq_c(mode, "ro") || str_eq_c(mode, "rw")) {
		mount->mode = str_eq_c(mode, "ro") ? MOUNT_RO : MOUNT_RW;
		return true;
	}
	in->problem->rule = RULE_R048;
	scan_problem(in, in->parts[2], "a mount's mode is ro or rw, not %.*s",
		     STR_ARG(problem_quote(in->arena, mode)));
	struct str kept = without_mode(in);
	if (str_has_prefix(mode, "ro,") || str_eq_nocase(str_trim(mode), STR("ro")))
		scan_fix(in, str_fmt(in->arena, "%.*s:ro", STR_ARG(kept)));
	else if (str_has_prefix(mode, "rw,") || str_eq_nocase(str_trim(mode), STR("rw")))
		scan_fix(in, str_fmt(in->arena, "%.*s:rw", STR_ARG(kept)));
	else
		scan_help(in, "leave the mode off: %.*s", STR_ARG(kept));
	if (is_idle_mode(str_trim(mode)))
		scan_fix(in, kept);
	return false;
}

static bool read_container(struct scan *in, struct str path, struct v_mount *mount)
{
	in->problem->rule = RULE_R050;
	if (path.ptr[0] != '/')
		scan_problem(in, in->parts[1], "the path in the container must begin with '/'");
	else if (!path_fold(in->arena, path, &mount->container))
		scan_problem(in, in->parts[1], "the path in the container climbs above '/'");
	return !in->has_problem;
}

static bool check_comma(struct scan *in)
{
	ptrdiff_t comma = str_find(in->text, ',');
	if (comma == STR_NONE || (size_t)comma >= in->parts[1].end)
		return true;
	scan_problem(in, (struct loc){(size_t)comma, (size_t)comma + 1},
		     "a comma can't stand in a mounted path: container runtimes take mounts as a "
		     "list with commas");
	return false;
}

bool grammar_mount(struct arena *a, struct str text, struct v_mount *mount, struct problem *p)
{
	if (problem_nul(text, p))
		return false;
	struct scan in;
	scan_begin_mount(&in, a, text, p);
	if (mount_parse(&in))
		return false;
	struct str host = str_trim(part_of(&in, 0)), container = str_trim(part_of(&in, 1));
	if (!host.len || !container.len) {
		p->rule = RULE_R049;
		scan_problem(&in, in.parts[host.len ? 1 : 0], "the %s path is empty",
			     host.len ? "container" : "host");
		return false;
	}
	if (!check_comma(&in) || !read_container(&in, container, mount) || !read_mode(&in, mount))
		return false;
	mount->text = text;
	mount->host = host;
	return true;
}
