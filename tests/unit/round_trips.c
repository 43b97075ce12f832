/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Over all cases and examples that bind without errors: printing the IR text that was read gives
 * the same text, and the effective spec means the same job.
 */
#include "tests/unit/test.h"

#include <dirent.h>
#include <stdio.h>

#include "frontend/frontend.h"
#include "ir/text/print.h"
#include "tests/unit/fixture.h"

static bool read_file(void *folder, struct arena *a, struct str path, struct str *bytes,
		      struct str *why)
{
	char part[4096];
	struct buf b;
	FILE *file = fopen(str_fmt(a, "%s/%.*s", (const char *)folder, STR_ARG(path)).ptr, "rb");
	if (!file) {
		*why = STR("no such file");
		return false;
	}
	buf_init(&b, a);
	for (size_t n; (n = fread(part, 1, sizeof(part), file)) > 0;)
		buf_add(&b, (struct str){part, n});
	fclose(file);
	*bytes = buf_str(&b);
	return true;
}

static void begin(struct fixture *f, const char *folder, const char *name)
{
	fixture_begin(f);
	f->unit.reader = (struct reader){.read = read_file, .context = (void *)(uintptr_t)folder};
	f->unit.path = str_c(name);
	*LIST_PUSH(&f->arena, &f->unit.process_env) =
		(struct assignment){STR("HOME"), STR("/home/user")};
}

static struct str print(struct fixture *f, unsigned flags)
{
	if (!f->unit.job)
		fail_msg("%s", fixture_diags(f).ptr);
	return job_print(&f->arena, &f->unit.sources, f->unit.job, NULL, flags);
}

static void check_ir(struct fixture *f, const char *name)
{
	struct fixture again;
	struct str text = print(f, 0);
	fixture_begin(&again);
	frontend_read_ir(&again.unit, STR("job.ir"), text);
	struct str second = print(&again, 0);
	if (!str_eq(text, second))
		fail_msg("%s: the IR text changes:\n%s\n%s", name, text.ptr, second.ptr);
	fixture_end(&again);
}

static void check_config(struct fixture *f, const char *folder, const char *name)
{
	struct fixture again;
	struct str config = frontend_config(&f->unit, false, false);
	begin(&again, folder, name);
	frontend_read_text(&again.unit, config);
	frontend_bind(&again.unit);
	if (again.unit.diags.n_errors)
		fail_msg("%s: its effective spec is wrong: %s\n%s", name, fixture_diags(&again).ptr,
			 config.ptr);
	struct str first = print(f, PRINT_NO_PLACES), second = print(&again, PRINT_NO_PLACES);
	if (!str_eq(first, second))
		fail_msg("%s: its effective spec means another job:\n%s\n%s\n%s", name, config.ptr,
			 first.ptr, second.ptr);
	struct str twice = frontend_config(&again.unit, false, false);
	if (!str_eq(config, twice))
		fail_msg("%s: the effective spec of its effective spec differs:\n%s\n%s", name,
			 config.ptr, twice.ptr);
	fixture_end(&again);
}

static unsigned check_folder(const char *folder)
{
	unsigned n = 0;
	DIR *dir = opendir(folder);
	if (!dir)
		return 0;
	for (struct dirent *entry; (entry = readdir(dir));) {
		struct fixture f;
		if (!str_has_suffix(str_c(entry->d_name), ".yaml"))
			continue;
		begin(&f, folder, entry->d_name);
		frontend_read(&f.unit);
		frontend_bind(&f.unit);
		if (f.unit.job)
			check_ir(&f, entry->d_name);
		if (!f.unit.diags.n_errors) {
			check_config(&f, folder, entry->d_name);
			n++;
		}
		fixture_end(&f);
	}
	closedir(dir);
	return n;
}

static void cases_survive(void **state)
{
	(void)state;
	unsigned n = check_folder(HPCC_SOURCE_DIR "/examples");
	DIR *cases = opendir(HPCC_SOURCE_DIR "/tests/cases");
	assert_non_null(cases);
	struct arena a;
	arena_init(&a);
	for (struct dirent *entry; (entry = readdir(cases));)
		if (entry->d_name[0] != '.')
			n += check_folder(
				str_fmt(&a, "%s/tests/cases/%s", HPCC_SOURCE_DIR, entry->d_name)
					.ptr);
	closedir(cases);
	arena_free(&a);
	assert_true(n > 60);
}

static struct str config_of(struct fixture *f, const char *yaml, bool hide_secrets)
{
	fixture_begin(f);
	fixture_file(f, "job.yaml", yaml);
	fixture_file(f, ".env", "TAG=7\nCASH=a$b\n");
	fixture_file(f, "key.txt", "hunter2\n");
	frontend_read(&f->unit);
	frontend_bind(&f->unit);
	assert_str(fixture_diags(f), "");
	return frontend_config(&f->unit, hide_secrets, false);
}

static const char with_secrets[] = "x-anchors: {e: &e {API_TOKEN: t, KEY: '${KEY}'}}\n"
				   "secrets: {KEY: {file: key.txt}}\n"
				   "services:\n"
				   "  a:\n"
				   "    image: redis:${TAG}\n"
				   "    command: |\n"
				   "      echo $HOME\n"
				   "    environment: *e\n"
				   "  b:\n"
				   "    image: redis:${TAG}\n"
				   "    command: [x, $CASH, $$, '007', 7, '', null-ish]\n"
				   "    environment: ['PASSWORD=x', 'A=${KEY}']\n"
				   "    working_dir:\n";

static void secrets_are_hidden(void **state)
{
	(void)state;
	struct fixture f;
	assert_str(config_of(&f, with_secrets, true), "secrets:\n"
						      "  KEY:\n"
						      "    file: key.txt\n"
						      "services:\n"
						      "  a:\n"
						      "    image: redis:7\n"
						      "    command: |\n"
						      "      echo $HOME\n"
						      "    environment:\n"
						      "      API_TOKEN: \"<redacted>\"\n"
						      "      KEY: \"<redacted>\"\n"
						      "  b:\n"
						      "    image: redis:7\n"
						      "    command:\n"
						      "      - x\n"
						      "      - a$$b\n"
						      "      - \"$$\"\n"
						      "      - \"007\"\n"
						      "      - 7\n"
						      "      - \"\"\n"
						      "      - null-ish\n"
						      "    environment:\n"
						      "      - \"PASSWORD=<redacted>\"\n"
						      "      - \"A=<redacted>\"\n"
						      "    working_dir: null\n");
	fixture_end(&f);
}

static void secrets_can_be_shown(void **state)
{
	(void)state;
	struct fixture f;
	struct str text = config_of(&f, with_secrets, false);
	assert_true(str_contains(text, "KEY: hunter2\n"));
	assert_true(str_contains(text, "- PASSWORD=x\n"));
	assert_false(str_contains(text, "<redacted>"));
	fixture_end(&f);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(cases_survive),
		cmocka_unit_test(secrets_are_hidden),
		cmocka_unit_test(secrets_can_be_shown),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
