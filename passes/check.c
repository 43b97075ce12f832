/* SPDX-License-Identifier: Apache-2.0 */
/* Running tables of checks, and wording what they find. */
#include "passes/check.h"

void run_root_checks(const struct unit *u, struct diags *d, const struct check *checks, size_t n)
{
	const struct subject s = {.u = u, .d = d, .slurm = unit_slurm(u)};
	for (size_t i = 0; i < n; i++)
		checks[i].run(&s);
}

void run_service_checks(const struct unit *u, struct diags *d, const struct check *checks, size_t n)
{
	for (uint32_t i = 0; i < u->job->services.n; i++) {
		const struct service *service = &u->job->services.items[i];
		if (IS_POISON(service->head))
			continue;
		const struct subject s = {.u = u,
					  .d = d,
					  .slurm = unit_slurm(u),
					  .service = service,
					  .step = service_step(service)};
		for (size_t k = 0; k < n; k++)
			checks[k].run(&s);
	}
}

__attribute__((format(printf, 3, 0))) static struct str
worded(const struct subject *s, const char *field, const char *format, va_list args)
{
	struct buf b;
	buf_init(&b, s->d->arena);
	if (s->service)
		buf_add_fmt(&b, "services.%.*s.", STR_ARG(s->service->head.name));
	buf_add_fmt(&b, "%s: ", field);
	buf_add(&b, str_vfmt(s->d->arena, format, args));
	return buf_str(&b);
}

struct diag *subject_error(const struct subject *s, const struct origin *from, const char *rule,
			   const char *field, const char *format, ...)
{
	va_list args;
	va_start(args, format);
	struct str text = worded(s, field, format, args);
	va_end(args);
	return diag_error(s->d, from->at, rule, "%.*s", STR_ARG(text));
}

struct diag *subject_warning(const struct subject *s, const struct origin *from, const char *rule,
			     const char *field, const char *format, ...)
{
	va_list args;
	va_start(args, format);
	struct str text = worded(s, field, format, args);
	va_end(args);
	return diag_warning(s->d, from->at, rule, "%.*s", STR_ARG(text));
}

struct diag *subject_problem(const struct subject *s, const struct v_str *value, const char *field,
			     const struct problem *p)
{
	struct diag *diag =
		subject_error(s, &value->from, p->rule, field, "%.*s", STR_ARG(p->what));
	diag->at = source_part(&s->u->sources, value->from.at, value->v, p->begin, p->end);
	if (value->from.kind == ORIGIN_ENVIRONMENT && !value->is_secret)
		diag_note(s->d, diag, value->from.at,
			  "with its variables replaced the value is '%.*s'", STR_ARG(value->v));
	if (p->help.len)
		diag_help(s->d, diag, "%.*s", STR_ARG(p->help));
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

bool is_from_healthcheck(const struct readiness *r)
{
	return r->head.from.kind == ORIGIN_DERIVED;
}
