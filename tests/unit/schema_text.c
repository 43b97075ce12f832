/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What is made from the schema's rows: the reference pages in docs/ are current, every row says what
 * it is for, `hpcc explain PATH` finds every field. HPCC_UPDATE=1 writes the pages anew.
 */
#include "tests/unit/test.h"

#include "ir/option_ids.gen.h"
#include "ir/schema_externs.gen.h"
#include "ir/text/schema_text.h"
#include "ir/text/toml_text.h"
#include "tests/unit/files.h"
#include "tests/unit/pages.h"

static struct str cluster_schema(struct arena *a)
{
	return toml_schema(a, &cluster_keys);
}

static struct str settings_schema(struct arena *a)
{
	return toml_schema(a, &settings_keys);
}

static void the_pages_are_current(void **state)
{
	(void)state;
	static const struct {
		const char *path;
		struct str (*write)(struct arena *a);
	} pages[] = {
		{"docs/spec-reference.md", schema_reference},
		{"docs/slurm-options.md", options_reference},
		{"docs/schema/cluster.schema.json", cluster_schema},
		{"docs/schema/settings.schema.json", settings_schema},
	};
	for (size_t i = 0; i < sizeof(pages) / sizeof(pages[0]); i++) {
		struct arena a;
		arena_init(&a);
		page_is(pages[i].path, pages[i].write(&a), "unit_schema_text");
		arena_free(&a);
	}
}

/* The keys of the site's file stand on the page for administrators, as their rows say. */
static void the_page_has_all_keys(void **state)
{
	(void)state;
	struct arena a;
	arena_init(&a);
	page_has("docs/your-site.md", "a test writes them anew -->\n", "<!-- end -->",
		 toml_reference(&a, &cluster_keys), "unit_schema_text");
	arena_free(&a);
}

#define PROFILE_KEY(key) " `" #key "`"

/* The page about settings lists the keys of a resource profile, in the order of their rows. */
static void the_settings_page_knows_profiles(void **state)
{
	(void)state;
	struct arena a;
	arena_init(&a);
	struct str page = read_file(&a, HPCC_SOURCE_DIR "/docs/settings.md");
	static const char keys[] = "`resource_profiles.<name>` |" PROFILE_OPTIONS(PROFILE_KEY) " |";
	if (!str_contains(page, keys))
		fail_msg("docs/settings.md lacks this row: %s", keys);
	arena_free(&a);
}

static void every_row_has_help(void **state)
{
	(void)state;
	struct arena a;
	struct record_list list = {0};
	arena_init(&a);
	schema_records(&a, &list);
	assert_true(list.records.n > 40);
	for (uint32_t i = 0; i < list.records.n; i++)
		for (size_t k = 0; k < list.records.items[i]->n_fields; k++) {
			const struct field *f = &list.records.items[i]->fields[k];
			struct str help = str_c(f->help);
			if (!str_has_suffix(help, ".") || help.len < 8 || help.len > 100)
				fail_msg("%s.%s: help is '%s'", list.records.items[i]->name, f->key,
					 f->help);
		}
	arena_free(&a);
}

static void every_field_is_explained(void **state)
{
	(void)state;
	struct arena a;
	struct record_list list = {0};
	arena_init(&a);
	schema_records(&a, &list);
	for (uint32_t i = 0; i < list.records.n; i++) {
		const struct record *r = list.records.items[i];
		for (size_t k = 0; k < r->n_fields; k++) {
			struct str path =
				str_fmt(&a, *r->path ? "%s.%s" : "%s%s", r->path, r->fields[k].key);
			if (!str_has_prefix(schema_explain(&a, path), path.ptr))
				fail_msg("'%s' isn't explained", path.ptr);
		}
	}
	arena_free(&a);
}

static void paths_name_fields(void **state)
{
	(void)state;
	struct arena a;
	arena_init(&a);
	assert_str(schema_explain(&a, STR("x-slurm.nodes")),
		   "x-slurm.nodes\n"
		   "  Number of nodes of the allocation; auto: as many as Slurm takes for ntasks.\n"
		   "\n"
		   "  takes:    integer from 1, or auto; variables are replaced\n"
		   "  default:  1\n"
		   "  becomes:  #SBATCH --nodes\n"
		   "  rules:    R039, E38\n");
	struct str image = schema_explain(&a, STR("services.api.image"));
	assert_true(str_has_prefix(image, "services.<name>.image\n"));
	assert_true(str_contains(image, "variables are replaced"));
	struct str hook = schema_explain(&a, STR("services.api.x-slurm.hooks[2].on"));
	assert_true(str_has_prefix(hook, "services.<name>.x-slurm.hooks[].on\n"));
	assert_str(schema_explain(&a, STR("x-slurm.nodez")), "");
	assert_str(schema_explain(&a, STR("")), "");
	assert_str(schema_explain(&a, STR("x-slurm.nodes.more")), "");
	struct str variable = schema_explain(&a, STR("services.api.environment.X"));
	assert_true(str_has_prefix(variable, "services.<name>.environment\n"));
	assert_str(schema_ending(&a, STR("mpi.type")), "services.<name>.x-slurm.mpi.type");
	assert_str(schema_ending(&a, STR("stage_in[0].from")), "x-slurm.stage_in[].from");
	assert_str(schema_ending(&a, STR("nodes")), "x-slurm.nodes");
	assert_str(schema_ending(&a, STR("odes")), "");
	assert_ptr_equal(schema_record(STR("")), &record_job);
	assert_ptr_equal(schema_record(STR("services.image.x-slurm.mpi")), &record_mpi);
	assert_ptr_equal(schema_record(STR("services.image")), &record_service);
	assert_null(schema_record(STR("services")));
	assert_null(schema_record(STR("x-slurm.nodes")));
	assert_null(schema_record(STR("services.a.nothing")));
	assert_str(schema_suggest(&a, STR("x-slurm.nodez")), "x-slurm.nodes");
	assert_str(schema_suggest(&a, STR("qqqqqqqq")), "");
	arena_free(&a);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_pages_are_current),
		cmocka_unit_test(the_page_has_all_keys),
		cmocka_unit_test(the_settings_page_knows_profiles),
		cmocka_unit_test(every_row_has_help),
		cmocka_unit_test(every_field_is_explained),
		cmocka_unit_test(paths_name_fields),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
