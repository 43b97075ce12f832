/* SPDX-License-Identifier: Apache-2.0 */
/* Running tables of checks, and wording what they find. */
#include <locale.h>
#include <regex.h>
#include <string.h>

#include "passes/checks/check.h"
#include "passes/lower/components.h"

struct subject subject_of_part(const struct unit *u, struct diags *d, uint32_t part)
{
	return (struct subject){.u = u,
				.d = d,
				.slurm = part_slurm(u, part),
				.part = u->components ? u->components->items[part].written : NULL};
}

void run_root_checks(const struct unit *u, struct diags *d, check_fn *const *checks, size_t n)
{
	for (uint32_t part = 0; part < unit_parts(u); part++) {
		const struct subject s = subject_of_part(u, d, part);
		for (size_t i = 0; i < n; i++)
			checks[i](&s);
	}
}

void run_service_checks(const struct unit *u, struct diags *d, check_fn *const *checks, size_t n)
{
	for (uint32_t i = 0; i < u->job->services.n; i++) {
		const struct service *service = &u->job->services.items[i];
		if (IS_POISON(service->head))
			continue;
		const struct subject s = {.u = u,
					  .d = d,
					  .slurm = service_slurm(u, service),
					  .service = service,
					  .step = service_step(service)};
		for (size_t k = 0; k < n; k++)
			checks[k](&s);
	}
}

/* What a part states stands in it, the rest in the job's x-slurm. */
static struct str path_of_part(const struct subject *s, struct span at, const char *field)
{
	struct str path = str_c(field), root = STR("x-slurm.");
	struct span own = s->part ? s->part->head.from.at : SPAN_NONE;
	if (!s->part || at.begin < own.begin || at.end > own.end || !str_has_prefix(path, root.ptr))
		return path;
	return str_fmt(s->d->arena, "x-slurm.components.%.*s.%.*s", STR_ARG(s->part->head.name),
		       STR_ARG(str_from(path, root.len)));
}

/* Of one that won't be kept nobody reads the path. */
static struct diag_subject about(const struct subject *s, struct span at, const char *field,
				 bool is_kept)
{
	if (!is_kept)
		return (struct diag_subject){.path = str_c(field)};
	if (!s->service)
		return (struct diag_subject){.path = path_of_part(s, at, field)};
	struct str name = s->service->head.name;
	return (struct diag_subject){
		.path = str_fmt(s->d->arena, "services.%.*s.%s", STR_ARG(name), field),
		.service = name};
}

struct diag *subject_error(const struct subject *s, const struct origin *from, enum rule_id rule,
			   const char *field, const char *format, ...)
{
	va_list args;
	va_start(args, format);
	struct diag *d = diag_about(s->d, SEVERITY_ERROR, from->at, rule,
				    about(s, from->at, field, !diags_are_full(s->d)), format, args);
	va_end(args);
	return d;
}

struct diag *subject_warning(const struct subject *s, const struct origin *from, enum rule_id rule,
			     const char *field, const char *format, ...)
{
	va_list args;
	va_start(args, format);
	struct diag *d =
		diag_about(s->d, SEVERITY_WARNING, from->at, rule,
			   about(s, from->at, field, diags_keep_warnings(s->d)), format, args);
	va_end(args);
	return d;
}

struct diag *subject_problem(const struct subject *s, const struct v_str *value, const char *field,
			     const struct problem *problem)
{
	struct problem p = problem_shown(s->d->arena, problem, value->is_secret);
	struct diag *diag = subject_error(s, &value->from, p.rule, field, "%.*s", STR_ARG(p.what));
	diag->at = source_part(&s->u->sources, value->from.at, value->v, p.begin, p.end);
	if (value->from.kind == ORIGIN_ENVIRONMENT && !value->is_secret)
		diag_note(s->d, diag, value->from.at,
			  "with its variables replaced the value is '%.*s'", STR_ARG(value->v));
	if (p.help.len)
		diag_help(s->d, diag, "%.*s", STR_ARG(p.help));
	return diag;
}

bool is_node_local(struct arena *a, struct str text)
{
	static const char *const folders[] = {"/tmp", "/var/tmp", "/private/tmp", "/dev/shm"};
	struct str folded;
	if (!str_has_prefix(text, "/") || !path_fold(a, text, &folded))
		return false;
	for (size_t i = 0; i < sizeof(folders) / sizeof(folders[0]); i++)
		if (path_is_below(folded, str_c(folders[i])))
			return true;
	return false;
}

const char *item_field(const struct subject *s, const char *list, uint32_t i, const char *member)
{
	return str_fmt(s->d->arena, "%s[%u]%s%s", list, (unsigned)i, *member ? "." : "", member)
		.ptr;
}

bool service_has_command(const struct service *s)
{
	return s->command.from.kind != ORIGIN_ABSENT || s->entrypoint.from.kind != ORIGIN_ABSENT ||
	       s->script.from.kind != ORIGIN_ABSENT;
}

bool service_has_shim(const struct subject *s)
{
	return service_has_command(s->service) || service_runs_entrypoint(s->u, s->service);
}

bool is_from_healthcheck(const struct readiness *r)
{
	return r->head.from.kind == ORIGIN_DERIVED;
}

/* The highest count of the repeat `{n}`, `{n,}` or `{n,m}` at the start of text; 1 for none. */
static uint64_t repeat_of(struct str text)
{
	uint64_t most = 1, n = 0;
	for (size_t i = 1; i < text.len && text.ptr[i] != '}'; i++) {
		char c = text.ptr[i];
		if (c == ',')
			n = 0;
		else if (c >= '0' && c <= '9' && n < UINT32_MAX)
			n = n * 10 + (uint64_t)(c - '0');
		else
			return 1;
		most = n > most ? n : most;
	}
	return most;
}

/* regcomp copies what is repeated, and recurses into parentheses. */
static bool is_tame(struct str pattern)
{
	enum {
		LONGEST = 4096,
		DEEPEST = 50,
		MOST_COPIES = 10000
	};
	uint64_t copies = 1, depth = 0;
	for (size_t i = 0; i < pattern.len; i++) {
		char c = pattern.ptr[i];
		if (c == '\\')
			i++;
		else if (c == '(')
			depth++;
		else if (c == ')')
			depth -= depth > 0;
		else if (c == '{')
			copies *= repeat_of(str_from(pattern, i));
		if (depth > DEEPEST || copies > MOST_COPIES)
			return false;
	}
	return pattern.len <= LONGEST;
}

/* Stands for itself: nothing to compile. Many log patterns are. */
static bool is_literal(struct str pattern)
{
	for (size_t i = 0; i < pattern.len; i++)
		if (byte_is_in(pattern.ptr[i], ".[]{}()*+?^$|\\"))
			return false;
	return pattern.len > 0;
}

/* As hpcc-rt reads patterns. Reading the locale's files costs more than compiling a small spec, so who
   has no pattern doesn't. */
static void use_utf8(void)
{
	const char *locale = setlocale(LC_CTYPE, NULL);
	if (!locale || strcmp(locale, "C") == 0)
		setlocale(LC_CTYPE, "C.UTF-8");
}

struct str regex_fault(struct arena *a, struct str pattern, size_t *groups)
{
	*groups = 0;
	if (str_find(pattern, '\0') != STR_NONE)
		return STR(""); /* has been reported as such */
	if (!is_tame(pattern))
		return STR("it is too long, too deep, or repeats too much");
	if (is_literal(pattern))
		return STR("");
	use_utf8();
	regex_t compiled;
	int status = regcomp(&compiled, str_dup(a, pattern).ptr, REG_EXTENDED | REG_NEWLINE);
	char why[128];
	if (status) {
		regerror(status, &compiled, why, sizeof(why));
		return str_dup(a, str_c(why));
	}
	*groups = compiled.re_nsub;
	regfree(&compiled);
	return STR("");
}

bool map_has(const struct v_map *map, struct str name)
{
	for (uint32_t i = 0; i < map->n; i++)
		if (str_eq(map->items[i].key, name))
			return true;
	return false;
}
