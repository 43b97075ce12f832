/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The input as a text with variables, as a dotenv file, and as a settings file. Every place lies in
 * its file; a text whose dollars are doubled comes out as it was.
 */
#include "frontend/variables/dotenv.h"
#include "frontend/variables/interpolate.h"
#include "frontend/settings.h"
#include "frontend/variables/variables.h"
#include "ir/support/bug.h"
#include "tests/fuzz/target.h"

static void try_template(struct fixture *f, struct str text)
{
	struct unit *u = &f->unit;
	uint32_t file = source_add(&u->sources, STR("text"), text);
	const struct source *source = &u->sources.files.items[file];
	struct node node = {
		.kind = NODE_STRING, .at = source_span(source, 0, text.len), .text = text};
	struct v_str value = {.from = {.at = node.at, .kind = ORIGIN_WRITTEN}};
	uint32_t errors = u->diags.n_errors;
	bool is_good =
		interpolate(u, &node, text, (struct diag_subject){.path = STR("field")}, 0, &value);
	if (is_good != (u->diags.n_errors == errors))
		BUG("a refusal without a reason, or a reason without a refusal");
	if (is_good == IS_POISON(value))
		BUG("poison and refusal differ");
	struct buf doubled;
	buf_init(&doubled, u->arena);
	for (size_t i = 0; i < text.len; i++) {
		if (text.ptr[i] == '$')
			buf_add_byte(&doubled, '$');
		buf_add_byte(&doubled, text.ptr[i]);
	}
	value = (struct v_str){.from = {.kind = ORIGIN_WRITTEN}};
	if (!interpolate(u, &node, buf_str(&doubled), (struct diag_subject){.path = STR("field")},
			 0, &value) ||
	    !str_eq(value.v, text) || origin_trail(value.from))
		BUG("a text with doubled dollars isn't itself");
}

static void try_dotenv(struct fixture *f, struct str text)
{
	struct unit *u = &f->unit;
	struct dotenv out;
	uint32_t file = source_add(&u->sources, STR("env"), text);
	dotenv_parse(u, file, &out);
	for (uint32_t i = 0; i < out.entries.n; i++) {
		const struct dotenv_entry *e = &out.entries.items[i];
		if (!str_eq(source_text(&u->sources, e->name_at), e->name) ||
		    !str_eq(source_text(&u->sources, e->value_at), e->value))
			BUG("an entry isn't at its place");
		if (!e->name.len || !str_eq(str_trim(e->name), e->name))
			BUG("a name isn't trimmed");
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct fixture f;
	if (size > FUZZ_MAX_INPUT)
		return 0;
	fixture_begin(&f);
	const char *names[] = {"A", "app", "SET", "name"};
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		*LIST_PUSH(&f.arena, &f.unit.process_env) =
			(struct assignment){str_c(names[i]), STR("value")};
	struct str text = str_dup(&f.arena, (struct str){(const char *)data, size});
	variables_build(&f.unit);
	try_template(&f, text);
	try_dotenv(&f, text);
	*LIST_PUSH(&f.arena, &f.files) =
		(struct assignment){STR(".hpc-compose/settings.toml"), text};
	*LIST_PUSH(&f.arena, &f.files) =
		(struct assignment){STR(".hpc-compose/cluster.toml"), text};
	*LIST_PUSH(&f.arena, &f.unit.profiles) = (struct profile_name){.name = STR("big")};
	settings_load(&f.unit, STR("."));
	fuzz_check_diags(&f);
	fixture_end(&f);
	return 0;
}
