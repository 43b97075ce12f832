/* SPDX-License-Identifier: Apache-2.0 */
/*
 * hpcc artifacts: what a job collected. `export` copies it to the spec's export_dir: the bundle
 * `default` there, others to bundles/NAME/, a record of each to _hpc-compose/bundles/NAME.json.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "driver/child.h"
#include "driver/open.h"
#include "driver/commands/cmd.h"
#include "driver/jobs/elements.h"
#include "driver/json.h"
#include "driver/system.h"
#include "ir/files.gen.h"

enum {
	MAX_MANIFEST = 64 << 20
};

struct export
{
	struct invocation *inv;
	struct job_files job;
	json_t *manifest;
	struct str payload; /* folder of what was collected */
	struct str target;
	int payload_fd, target_fd; /* the same, open */
	unsigned n_copied;
	bool is_one_of_many; /* elements of an array */
};

static bool read_manifest(struct export *e)
{
	struct arena *a = e->inv->arena;
	struct str path = path_join(a, e->job.root, STR(JOB_FILE_MANIFEST));

	e->payload = path_join(a, e->job.root, STR(JOB_FOLDER_PAYLOAD));
	struct str text, why;
	if (!job_read(a, &e->job, JOB_FILE_MANIFEST, MAX_MANIFEST, &text, &why)) {
		complain("job %.*s has collected nothing (%.*s: %.*s)", STR_ARG(e->job.id),
			 STR_ARG(path), STR_ARG(why));
		advise("collection happens at the end of a job whose spec has x-slurm.artifacts");
		return false;
	}
	json_error_t error;
	e->manifest = json_loadb(text.ptr, text.len, 0, &error);
	if (json_is_object(json_object_get(e->manifest, "bundles")))
		return true;
	complain("'%.*s' is no manifest that this hpcc understands", STR_ARG(path));
	return false;
}

/* ${SLURM_JOB_ID} in an export folder is filled in here. */
static struct str with_job_id(struct arena *a, struct str text, struct str id)
{
	static const char variable[] = "${SLURM_JOB_ID}";
	struct buf out;

	buf_init(&out, a);
	while (text.len > 0) {
		if (str_has_prefix(text, variable)) {
			buf_add(&out, id);
			text = str_from(text, sizeof(variable) - 1);
		} else {
			buf_add_byte(&out, text.ptr[0]);
			text = str_from(text, 1);
		}
	}
	return str_dup(a, buf_str(&out));
}

static bool find_target(struct export *e)
{
	struct arena *a = e->inv->arena;
	struct str folder = json_str(e->job.record, "export_dir");
	bool is_own = str_contains(folder, "${SLURM_JOB_ID}");

	if (e->inv->options.to) {
		folder = str_c(e->inv->options.to);
		is_own = false;
	} else if (folder.len > 0) {
		folder = path_join(a, json_str(e->job.record, "spec_dir"),
				   with_job_id(a, folder, e->job.number));
	} else {
		complain("the spec of job %.*s names no export_dir; --to names a folder",
			 STR_ARG(e->job.id));
		return false;
	}
	/* Elements of an array must not overwrite each other's results. */
	if (e->is_one_of_many && !is_own)
		folder = path_join(a, folder, e->job.task);
	e->target = path_absolute(a, folder);
	return true;
}

/* A manifest must not make us read or write outside the two folders. */
static bool is_inside(struct str path)
{
	if (path.len == 0 || path.ptr[0] == '/')
		return false;
	struct str part;
	while (path.len > 0) {
		path = str_split(path, '/', &part);
		if (str_eq_c(part, ".."))
			return false;
	}
	return true;
}

static bool run(struct export *e, const char *const *argv)
{
	struct child_call call = {.argv = argv};
	struct child_end end;

	if (child_run(e->inv->arena, &call, &end))
		return true;
	complain("%.*s", STR_ARG(child_complaint(e->inv->arena, &call, &end)));
	return false;
}

/* Opens the folder that `path` lies in, below an open one: no part of the way may be a link, which
   would lead out of it. Makes what is missing if it is to be written into. -1 with *why. */
static int open_way(struct arena *a, int top, struct str path, bool makes, struct str *why)
{
	int flags = O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC, at = dup(top);
	struct str rest = path, part;

	for (rest = str_split(rest, '/', &part); at >= 0 && rest.len > 0;
	     rest = str_split(rest, '/', &part)) {
		const char *name = str_dup(a, part).ptr;

		if (part.len == 0)
			continue;
		if (makes)
			mkdirat(at, name, 0777);
		int next = openat(at, name, flags);
		if (next < 0)
			*why = errno == ENOTDIR || errno == ELOOP
				       ? str_fmt(a, "'%s' is no folder", name)
				       : str_fmt(a, "'%s': %.*s", name,
						 STR_ARG(error_text(a, errno)));
		close(at);
		at = next;
	}
	return at;
}

/* A path that other programs open by way of our descriptor. */
static struct str path_of(struct arena *a, int fd, struct str name)
{
	return str_fmt(a, "/proc/%ld/fd/%d/%.*s", (long)getpid(), fd, STR_ARG(name));
}

/* Copies to the export folder, or to bundles/BUNDLE in it. */
static bool copy_one(struct export *e, const char *bundle, struct str path)
{
	struct arena *a = e->inv->arena;
	struct str target = bundle ? str_fmt(a, "bundles/%s/%.*s", bundle, STR_ARG(path)) : path;
	struct str name = path_base(path), why = STR("it is gone");
	int from = open_way(a, e->payload_fd, path, false, &why);
	int to = from >= 0 ? open_way(a, e->target_fd, target, true, &why) : -1;
	bool ok = to >= 0;

	if (ok) {
		/* A link that stands at the place of a file is replaced, not followed. */
		const char *argv[] = {"cp",
				      "-RpT",
				      "--remove-destination",
				      "--",
				      path_of(a, from, name).ptr,
				      path_of(a, to, name).ptr,
				      NULL};

		e->n_copied++;
		ok = run(e, argv);
	} else {
		complain("can't copy '%.*s': %.*s", STR_ARG(path), STR_ARG(why));
	}
	if (from >= 0)
		close(from);
	if (to >= 0)
		close(to);
	return ok;
}

static bool pack(struct export *e, const char *name, const json_t *paths)
{
	struct arena *a = e->inv->arena;
	struct str file = str_fmt(a, "%.*s/%s.tar.gz", STR_ARG(e->target), name);
	const char **argv = ARENA_ARRAY(a, json_array_size(paths) + 8, const char *);
	size_t n = 0;

	unlink(file.ptr); /* a link there would lead elsewhere */
	argv[n++] = "tar";
	argv[n++] = "-czf";
	argv[n++] = file.ptr;
	argv[n++] = "-C";
	argv[n++] = e->payload.ptr;
	argv[n++] = "--";
	for (size_t i = 0; i < json_array_size(paths); i++)
		if (json_is_string(json_array_get(paths, i)))
			argv[n++] = json_string_value(json_array_get(paths, i));
	return n == 6 || run(e, argv);
}

/* Where it came from: the manifest's words on the bundle, and the job. */
static bool write_provenance(struct export *e, const char *name, json_t *bundle)
{
	struct arena *a = e->inv->arena;
	json_t *all = json_object();

	json_object_set_new(all, "schema_version", json_integer(1));
	json_object_set_new(all, "bundle", json_string(name));
	json_object_set(all, "job_id", json_object_get(e->manifest, "job_id"));
	json_object_set(all, "job_outcome", json_object_get(e->manifest, "job_outcome"));
	json_object_set(all, "attempt", json_object_get(e->manifest, "attempt"));
	json_object_set(all, "collected_at", json_object_get(e->manifest, "collected_at"));
	json_object_set(all, "spec", json_object_get(e->job.record, "spec"));
	json_object_set(all, "files", json_object_get(bundle, "copied_relative_paths"));
	char *text = json_dumps(all, JSON_INDENT(2));
	struct str why;
	int fd = open_way(a, e->target_fd, STR("_hpc-compose/bundles/x"), true, &why);
	bool ok = fd >= 0 && file_put(a, path_of(a, fd, str_fmt(a, "%s.json", name)).ptr,
				      str_fmt(a, "%s\n", text), plain_file_mode(), &why);
	if (fd >= 0)
		close(fd);
	if (!ok)
		complain("can't write the record of bundle '%s': %.*s", name, STR_ARG(why));
	free(text);
	json_decref(all);
	return ok;
}

static bool export_bundle(struct export *e, const char *name, json_t *bundle)
{
	const json_t *paths = json_object_get(bundle, "copied_relative_paths");
	bool is_default = strcmp(name, "default") == 0;

	if (!is_inside(str_c(name)) || strchr(name, '/')) {
		complain("the manifest has a bundle with a strange name: '%s'", name);
		return false;
	}
	for (size_t i = 0; i < json_array_size(paths); i++) {
		const json_t *one = json_array_get(paths, i);

		if (!json_is_string(one) || !is_inside(str_c(json_string_value(one)))) {
			complain("the manifest has a strange path in bundle '%s'; it is left out",
				 name);
			return false;
		}
		if (!e->inv->options.tarball &&
		    !copy_one(e, is_default ? NULL : name, str_c(json_string_value(one))))
			return false;
	}
	if (e->inv->options.tarball && !pack(e, name, paths))
		return false;
	printf("%.*s: %zu path%s\n", STR_ARG(str_visible(e->inv->arena, str_c(name), VISIBLE_LINE)),
	       json_array_size(paths), plural(json_array_size(paths)));
	return write_provenance(e, name, bundle);
}

/* Where to copy from and to, each by a descriptor; there may be nothing to copy from. */
static bool open_folders(struct export *e, struct str *why)
{
	struct arena *a = e->inv->arena;
	int flags = O_RDONLY | O_DIRECTORY | O_CLOEXEC, root;

	if (job_open_root(a, &e->job, &root, why) != FOUND_FILE)
		return false;
	e->payload_fd = openat(root, JOB_FOLDER_PAYLOAD, flags);
	close(root);
	if (!folder_make(a, e->target, 0777, why))
		return false;
	e->target_fd = open(e->target.ptr, flags);
	if (e->target_fd < 0)
		*why = error_text(a, errno);
	return e->target_fd >= 0;
}

static int export_all(struct export *e)
{
	const char *only = e->inv->options.bundle;
	json_t *bundles = json_object_get(e->manifest, "bundles");
	bool any = false, ok = true;
	struct str why;

	if (!open_folders(e, &why)) {
		complain("can't make the folder of results: %.*s", STR_ARG(why));
		return EXIT_ENVIRONMENT;
	}
	json_t *bundle;
	const char *name;
	json_object_foreach(bundles, name, bundle)
	{
		if (only && strcmp(only, name) != 0)
			continue;
		any = true;
		ok = export_bundle(e, name, bundle) && ok;
	}
	close(e->payload_fd);
	close(e->target_fd);
	if (only && !any) {
		complain("job %.*s has no bundle '%s'", STR_ARG(e->job.id), only);
		return EXIT_USAGE;
	}
	printf("exported to %.*s\n", STR_ARG(str_visible(e->inv->arena, e->target, VISIBLE_LINE)));
	return ok ? EXIT_OK : EXIT_ENVIRONMENT;
}

static void print_list(struct export *e)
{
	json_t *bundles = json_object_get(e->manifest, "bundles");
	struct arena *a = e->inv->arena;

	if (e->is_one_of_many)
		printf("job %.*s:\n", STR_ARG(e->job.id));
	json_t *bundle;
	const char *name;
	json_object_foreach(bundles, name, bundle)
	{
		const json_t *paths = json_object_get(bundle, "copied_relative_paths");

		printf("%.*s\n", STR_ARG(str_visible(a, str_c(name), VISIBLE_LINE)));
		for (size_t i = 0; i < json_array_size(paths); i++)
			printf("  %.*s\n",
			       STR_ARG(str_visible(
				       a, str_c(json_string_value(json_array_get(paths, i))),
				       VISIBLE_LINE)));
	}
}

/* Lists or exports what each has collected; fails when none has, or an export does. */
static int for_all(struct export *e, const struct job_list *parts, bool exports)
{
	bool is_json = e->inv->options.format == FORMAT_JSON && !exports;
	json_t *elements = json_array();
	int status = EXIT_ENVIRONMENT, worst = EXIT_OK;

	e->is_one_of_many = parts->list.n > 1;
	for (uint32_t i = 0; i < parts->list.n; i++) {
		e->job = parts->list.items[i];
		if (!read_manifest(e))
			continue;
		status = EXIT_OK;
		if (exports)
			status = find_target(e) ? export_all(e) : EXIT_ENVIRONMENT;
		else if (!is_json)
			print_list(e);
		worst = status > worst ? status : worst;
		json_array_append(elements, e->manifest);
	}
	if (is_json && e->is_one_of_many)
		json_print(json_pack("{s:i, s:O}", "schema_version", 1, "elements", elements));
	else if (is_json && json_array_size(elements) > 0)
		json_print(json_incref(json_array_get(elements, 0)));
	json_decref(elements);
	return worst != EXIT_OK ? worst : status;
}

int cmd_artifacts(struct invocation *inv)
{
	const char *verb = inv->words.n > 0 ? inv->words.items[0] : "list";
	struct export e = {.inv = inv};
	bool exports = strcmp(verb, "export") == 0;

	if (exports || strcmp(verb, "list") == 0) {
		/* What is left is the job. */
		if (inv->words.n > 0) {
			inv->words.items++;
			inv->words.n--;
		}
	} else if (!is_job_id(verb)) {
		complain("artifacts can't be told to '%s'", verb);
		advise("usage: hpcc artifacts [list|export] [JOB]");
		return EXIT_USAGE;
	}
	struct job_files job;
	struct job_list parts;
	if (!job_find(inv, &job) || !job_parts(inv, &job, &parts))
		return EXIT_ENVIRONMENT;
	return for_all(&e, &parts, exports);
}
