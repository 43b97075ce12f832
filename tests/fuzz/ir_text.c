/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The text form of the job, on any bytes. A YAML spec is first printed, so that a corpus of specs
 * gives texts to mutate: bytes behind a first `\1` are taken as they are.
 */
#include "tests/fuzz/target.h"

#include "ir/text/print.h"
#include "ir/support/bug.h"

/* The text with some bytes of the input strewn over it. */
static struct str disturbed(struct arena *a, struct str text, const uint8_t *data, size_t size)
{
	struct buf b;
	buf_init(&b, a);
	buf_add(&b, text);
	for (size_t i = 0; i + 3 < size && text.len; i += 97) {
		size_t at = ((size_t)data[i] << 16 | (size_t)data[i + 1] << 8 | data[i + 2]);
		b.ptr[at % text.len] = (char)data[i + 3];
	}
	return buf_str(&b);
}

static void check_text(struct str text)
{
	struct fixture f, again;
	fixture_begin(&f);
	frontend_read_ir(&f.unit, STR("job.ir"), text);
	if (!f.unit.job && !f.unit.diags.n_errors)
		BUG("neither a job nor an error");
	fuzz_check_diags(&f);
	if (f.unit.job) {
		struct str once = job_print(&f.arena, &f.unit.sources, f.unit.job, NULL, 0);
		fixture_begin(&again);
		frontend_read_ir(&again.unit, STR("job.ir"), once);
		if (!again.unit.job)
			BUG("what was printed can't be read");
		if (!str_eq(once,
			    job_print(&again.arena, &again.unit.sources, again.unit.job, NULL, 0)))
			BUG("what was printed changes when read");
		fixture_end(&again);
	}
	fixture_end(&f);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct str text = {(const char *)data, size};
	struct fixture f;
	if (size > FUZZ_MAX_INPUT)
		return 0;
	if (size && data[0] == 1) {
		check_text(str_from(text, 1));
		return 0;
	}
	fixture_begin(&f);
	frontend_read_text(&f.unit, text);
	if (f.unit.tree)
		frontend_bind(&f.unit);
	if (f.unit.job) {
		struct str ir = job_print(&f.arena, &f.unit.sources, f.unit.job, NULL, 0);
		check_text(ir);
		check_text(disturbed(&f.arena, ir, data, size));
	}
	fixture_end(&f);
	return 0;
}
