/* SPDX-License-Identifier: Apache-2.0 */
/* What the fuzz targets share. */
#include "tests/fuzz/target.h"

#include "backends/backend.h"
#include "ir/support/bug.h"
#include "ir/diag/diag_render.h"
#include "passes/pass.h"

void fuzz_check_diags(struct fixture *f)
{
	struct unit *u = &f->unit;
	const char *fault = fixture_check_spans(f);
	if (fault)
		BUG(fault);
	diags_text(&f->arena, &u->sources, &u->diags, (struct render_options){.color = true});
	const diag_reports *one = ONE_REPORT(&u->sources, &u->diags);
	diags_json(&f->arena, one);
	diags_sarif(&f->arena, one, STR(""));
	diags_github(&f->arena, one);
	diags_gitlab(&f->arena, one);
	uint32_t n_fixed;
	for (uint32_t i = 0; i < u->sources.files.n; i++)
		diags_fixed(&f->arena, &u->diags, &u->sources.files.items[i], &n_fixed);
}

static void write_all(struct fixture *f)
{
	struct unit *u = &f->unit;
	struct backend_options options = {.sources = &u->sources, .annotate = true};
	struct script script = {0};
	if (!u->is_lowered || !backend_check(u, &options) || u->diags.n_errors)
		return;
	backend_script(&f->arena, u->plan, &options, &script);
	for (size_t i = 0; i < n_backend_formats; i++)
		backend_formats[i].write(u, &options);
}

void fuzz_compile(struct fixture *f, struct str text)
{
	fixture_begin(f);
	fixture_file(f, ".env", "A=1\nEMPTY=\nexport LONG=\"two words\"\n");
	fixture_file(f, "base.yaml", "name: base\nservices: {app: {environment: {A: 1}}}\n");
	fixture_file(f, "app.env", "B=2\n");
	frontend_read_text(&f->unit, text);
	if (f->unit.tree)
		frontend_bind(&f->unit);
	if (f->unit.job)
		passes_run(&f->unit, NULL, NULL);
	write_all(f);
	frontend_explain(&f->unit);
}
