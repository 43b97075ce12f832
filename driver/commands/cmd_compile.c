/* SPDX-License-Identifier: Apache-2.0 */
/* hpcc compose.yaml -o job.sbatch: the compiler itself, and the ways to look inside it. */
#include <string.h>
#include <sys/stat.h>

#include "driver/commands/cmd.h"
#include "driver/compile.h"
#include "driver/commands/show.h"
#include "driver/jobs/jobs.h"
#include "driver/jobs/runtime.h"
#include "driver/screen/stale.h"
#include "driver/system.h"
#include "frontend/frontend.h"
#include "ir/text/print.h"
#include "ir/support/bug.h"
#include "ir/diag/diag_render.h"
#include "passes/pass.h"

static int print_passes(struct arena *a, const char *output)
{
	struct buf out;

	buf_init(&out, a);
	for (size_t i = 0; i < n_passes; i++)
		buf_add_fmt(&out, "%-18s %-6s %s\n", passes[i].name,
			    passes[i].kind == PASS_LOWER ? "lower" : "check", passes[i].what);
	return file_write_result(a, output, buf_str(&out), plain_file_mode());
}

/* The files that were read, as make wants them. */
static struct str write_deps(struct compilation *c)
{
	const char *target = c->inv->options.output;
	struct buf out;

	buf_init(&out, c->inv->arena);
	buf_add_c(&out, target && strcmp(target, "-") != 0 ? target : "job.sbatch");
	buf_add_byte(&out, ':');
	for (uint32_t i = 0; i < c->unit.sources.files.n; i++) {
		struct str name = c->unit.sources.files.items[i].name;

		buf_add_c(&out, " \\\n  ");
		for (size_t k = 0; k < name.len; k++) {
			if (name.ptr[k] == ' ' || name.ptr[k] == '#')
				buf_add_byte(&out, '\\');
			if (name.ptr[k] == '$')
				buf_add_byte(&out, '$');
			buf_add_byte(&out, name.ptr[k]);
		}
	}
	buf_add_byte(&out, '\n');
	return buf_str(&out);
}

/* A form of the plan that the backends know. */
static struct str write_form(struct compilation *c, const char *name)
{
	for (size_t i = 0; i < n_backend_formats; i++)
		if (strcmp(backend_formats[i].name, name) == 0)
			return backend_formats[i].write(&c->unit, &c->backend);
	BUG("a form of output that nobody writes");
}

/* The text that the options ask for. */
static struct str write_result(struct compilation *c)
{
	static const char *const names[] = {"script", "tokens", "tree", "ir",   "plan",
					    "json",   "dot",    "map",  "deps", "table"};
	enum emit emit = (enum emit)c->inv->options.emit;
	const struct secret_set *hide = &c->unit.diags.secrets;

	if (emit == EMIT_DEPS)
		return write_deps(c);
	if (emit == EMIT_TREE)
		return show_tree(c->inv->arena, &c->unit.sources, hide, c->unit.tree);
	if (emit == EMIT_IR)
		return job_print(c->inv->arena, &c->unit.sources, c->unit.job, hide, 0);
	if (emit != EMIT_SCRIPT)
		return write_form(c, names[emit]);
	struct script script;
	compilation_script(c, &script);
	return script.text;
}

static int write_output(struct compilation *c, struct str text)
{
	bool is_secret = c->unit.plan && c->unit.plan->has_secrets.v;

	/* On a terminal a script is something to look at; the other forms show no secrets at all.
	 */
	if (is_secret && c->inv->options.emit == EMIT_SCRIPT &&
	    file_is_screen(c->inv->options.output)) {
		text = diags_redact_lines(c->inv->arena, &c->unit.diags, text);
		advise("a terminal is shown no secrets; '-o job.sbatch' writes them");
	}
	return file_write_result(c->inv->arena, c->inv->options.output, text,
				 is_secret ? 0600 : plain_file_mode());
}

/* A script that is written to be submitted finds its supervisor in the folder where it is: the job
   would find out only after its time in the queue. */
static void place_runtime(struct compilation *c)
{
	const struct options *o = &c->inv->options;
	struct arena *a = c->inv->arena;
	struct stat st;

	/* Only beside a script that stays: "-", /dev/null and pipes are looks at one. */
	if (o->emit != EMIT_SCRIPT || o->embed_runtime || !o->output ||
	    strcmp(o->output, "-") == 0 || stat(o->output, &st) != 0 || !S_ISREG(st.st_mode))
		return;
	struct str root = path_absolute(a, plan_path_here(a, c, c->unit.plan->runtime_root));
	struct str why;
	if (runtime_place(a, root, &why).len == 0) {
		complain(
			"the script is written, but not the hpcc-rt that it looks for in '%.*s': %.*s",
			STR_ARG(path_shown(a, root)), STR_ARG(why));
		advise("'--embed-runtime' puts it into the script");
	}
}

static void print_times(const struct pass_report *reports, uint64_t front_ns)
{
	static const char *const outcomes[] = {"", "failed", "blocked"};
	uint64_t total = front_ns;

	fprintf(stderr, "%10.3f ms  read and bind\n", (double)front_ns / 1e6);
	for (size_t i = 0; i < n_passes; i++) {
		total += reports[i].ns;
		fprintf(stderr, "%10.3f ms  %s %s\n", (double)reports[i].ns / 1e6, passes[i].name,
			outcomes[reports[i].outcome]);
	}
	fprintf(stderr, "%10.3f ms  in all\n", (double)total / 1e6);
}

static bool check_pass_name(const char *name)
{
	size_t n = 0;
	const char *names[128];
	for (; n < n_passes && n < 128; n++) {
		names[n] = passes[n].name;
		if (strcmp(names[n], name) == 0)
			return true;
	}
	const char *near = suggest_word(name, names, n);
	complain("no pass is called '%s'", name);
	if (near)
		advise("did you mean '%s'?", near);
	else
		advise("'hpcc --print-passes' lists them");
	return false;
}

/* Frontend and passes, timed. */
static bool run_pipeline(struct compilation *c)
{
	const struct options *o = &c->inv->options;
	struct pass_report *reports = ARENA_ARRAY(c->inv->arena, n_passes, struct pass_report);
	uint64_t start = clock_ns();

	compilation_bind(c);
	uint64_t front = clock_ns() - start;
	if (!c->unit.job)
		return false;
	bool ok = passes_run(&c->unit, o->emit_after, reports);
	if (o->time_passes)
		print_times(reports, front);
	if (o->emit_after || !c->unit.is_lowered)
		return ok;
	return backend_check(&c->unit, &c->backend) && ok;
}

int cmd_compile(struct invocation *inv)
{
	const struct options *o = &inv->options;

	if (o->print_passes)
		return print_passes(inv->arena, o->output);
	if (o->emit_after && !check_pass_name(o->emit_after))
		return EXIT_USAGE;
	if (o->check && path_is_folder(o->check))
		return scripts_check(inv);
	const char *path = spec_find(inv);
	struct compilation c;
	if (!path || !compilation_open(&c, inv, path))
		return EXIT_USAGE;
	if (o->emit == EMIT_TOKENS) {
		compilation_bind(&c); /* says what is secret; faults are told elsewhere */
		return write_output(&c, show_tokens(inv->arena, &c.unit.diags.secrets, c.text));
	}
	run_pipeline(&c);
	int status = compilation_report(&c, stderr);
	if (status != EXIT_OK)
		return status;
	if (o->emit_after)
		return write_output(&c, plan_print(inv->arena, &c.unit.sources, c.unit.plan,
						   &c.unit.diags.secrets, 0));
	if (o->check)
		return script_compare(&c, o->check, write_result(&c));
	status = write_output(&c, write_result(&c));
	if (status == EXIT_OK)
		place_runtime(&c);
	return status;
}
