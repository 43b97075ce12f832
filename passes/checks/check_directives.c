/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the scheduler is asked for, field by field: signals (R044), log files (R045), fields that
 * say the same thing twice (R051 to R053), the author's own arguments (R054, R055, R058, R059),
 * mail (R056, R057), burst buffers (R066), parallelism (R083, R084).
 */
#include "passes/checks/check.h"

#include <string.h>

enum {
	LAST_SIGNAL_SECOND = 65535
};

static void check_signal(const struct subject *s)
{
	const struct job_signal *signal = s->slurm->signal;
	if (!HAS_RECORD(signal) || !IS_SET(signal->at_seconds))
		return;
	uint64_t at = signal->at_seconds.v;
	if (!at || at > LAST_SIGNAL_SECOND)
		subject_error(s, &signal->at_seconds.from, RULE_R044, "x-slurm.signal.at_seconds",
			      "the signal comes 1 to %d seconds before the end, not %llu",
			      LAST_SIGNAL_SECOND, (unsigned long long)at);
}

/* The pattern without its % specifiers, such as %j, %08j and %%. */
static struct str without_specifiers(struct arena *a, struct str text)
{
	struct buf b;
	buf_init(&b, a);
	for (size_t i = 0; i < text.len; i++) {
		if (text.ptr[i] != '%') {
			buf_add_byte(&b, text.ptr[i]);
			continue;
		}
		i++;
		while (i < text.len && text.ptr[i] >= '0' && text.ptr[i] <= '9')
			i++;
	}
	return buf_str(&b);
}

static bool has_parent_part(struct str path)
{
	struct str part;
	while (path.len) {
		path = str_split(path, '/', &part);
		if (str_eq_c(part, ".."))
			return true;
	}
	return false;
}

static void check_log_file(const struct subject *s, const struct v_str *file, const char *field)
{
	if (!IS_SET(*file))
		return;
	if (str_is_blank(file->v))
		subject_error(s, &file->from, RULE_R045, field, "a log file needs a name");
	else if (has_parent_part(without_specifiers(s->d->arena, file->v)))
		subject_error(s, &file->from, RULE_R045, field,
			      "'..' can't be a part of '%.*s': write the path without it",
			      STR_ARG(file->v));
}

static void check_log_files(const struct subject *s)
{
	check_log_file(s, &s->slurm->output, "x-slurm.output");
	check_log_file(s, &s->slurm->error, "x-slurm.error");
}

/* Two fields of x-slurm of which only one may be set. */
static void check_pair(const struct subject *s, enum rule_id rule, const struct origin *one,
		       const char *one_key, const struct origin *other, const char *other_key,
		       const char *why)
{
	if (one->kind <= ORIGIN_DEFAULT || other->kind <= ORIGIN_DEFAULT)
		return;
	struct diag *d =
		subject_error(s, one, rule, str_fmt(s->d->arena, "x-slurm.%s", one_key).ptr,
			      "can't stand beside '%s': %s", other_key, why);
	diag_note(s->d, d, other->at, "'%s' is here", other_key);
	diag_help(s->d, d, "keep one of the two");
}

static void check_cpus(const struct subject *s)
{
	const struct v_uint *task = s->service ? &s->step->cpus_per_task : &s->slurm->cpus_per_task;
	const struct v_uint *gpu = s->service ? &s->step->cpus_per_gpu : &s->slurm->cpus_per_gpu;
	check_pair(s, RULE_R051, &gpu->from, "cpus_per_gpu", &task->from, "cpus_per_task",
		   "CPUs are counted by task or by GPU");
}

/* By node, by CPU or by GPU: one of the three. */
static void check_memory(const struct subject *s)
{
	static const enum slurm_opt ways[] = {SLURM_OPT_MEM, SLURM_OPT_MEM_PER_CPU,
					      SLURM_OPT_MEM_PER_GPU};
	const void *record = s->service ? (const void *)s->step : s->slurm;
	for (size_t i = 0; i < 3; i++)
		for (size_t k = i + 1; k < 3; k++) {
			const struct slurm_option *one = &slurm_options[ways[k]];
			const struct slurm_option *other = &slurm_options[ways[i]];
			const struct option_field *f = s->service ? &one->step : &one->root;
			const struct option_field *g = s->service ? &other->step : &other->root;
			check_pair(s, RULE_R052, option_origin(record, f), one->key,
				   option_origin(record, g), other->key,
				   "memory is counted by node, by CPU or by GPU");
		}
}

static void check_gpus(const struct subject *s)
{
	const struct v_str *gres = s->service ? &s->step->gres : &s->slurm->gres;
	const struct v_gpus *gpus = s->service ? &s->step->gpus : &s->slurm->gpus;
	bool has_gpu = false;
	uint64_t count;
	if (IS_SET(*gres))
		grammar_gres_gpus(gres->v, &has_gpu, &count);
	if (has_gpu)
		check_pair(s, RULE_R053, &gpus->from, "gpus", &gres->from, "gres",
			   "both ask for GPUs");
}

/* The option that an item gives; NULL for one that can't be looked at. */
static const struct slurm_option *option_of_item(const struct v_str *item)
{
	return IS_SET(*item) ? option_of_argument(str_trim(item->v)) : NULL;
}

/* R054, R058. An argument that repeats a field which is set. */
static void check_repeated(const struct subject *s, enum rule_id rule, const struct v_str *item,
			   const char *field, const struct slurm_option *o)
{
	const struct option_field *f = s->service ? &o->step : &o->root;
	const void *record = s->service ? (const void *)s->step : s->slurm;
	const struct origin *from = option_origin(record, f);
	if (!f->is_field || from->kind <= ORIGIN_DEFAULT)
		return;
	struct diag *d = subject_error(s, &item->from, rule, field, "'--%s' is what '%s' asks for",
				       o->name, o->key);
	diag_note(s->d, d, from->at, "'%s' is here", o->key);
	diag_help(s->d, d, "drop the argument, or '%s'", o->key);
}

static void check_submit_args(const struct subject *s)
{
	const struct v_list *args = &s->slurm->submit_args;
	for (uint32_t i = 0; i < args->n; i++) {
		const struct v_str *item = &args->items[i];
		const char *field = item_field(s, "x-slurm.submit_args", i, "");
		const struct slurm_option *o = option_of_item(item);
		if (!o || !o->root.path)
			continue;
		if (o->is_shared) {
			check_repeated(s, RULE_R054, item, field, o);
			continue;
		}
		struct diag *d = subject_error(s, &item->from, RULE_R054, field,
					       "'--%s' is written by hpcc itself", o->name);
		diag_help(s->d, d, "set x-slurm.%s instead", o->root.path);
	}
}

/* The item begins with the option's name, whatever follows. */
static bool begins_with(const struct v_str *item, const struct slurm_option *o)
{
	struct str text = str_trim(item->v);
	return str_has_prefix(text, "--") && str_has_prefix(str_from(text, 2), o->name);
}

/* Options about mail, with their dashes or without. */
static bool is_mail_option(const struct v_str *item)
{
	for (size_t i = 0; i < N_SLURM_OPTS; i++)
		if (slurm_options[i].classes & OPTION_CLASS_MAIL &&
		    (begins_with(item, &slurm_options[i]) ||
		     str_has_prefix(str_trim(item->v), slurm_options[i].name)))
			return true;
	return false;
}

static void check_mail_args(const struct subject *s)
{
	const struct notify *notify = s->slurm->notify;
	if (!HAS_RECORD(notify) || !notify->email)
		return;
	const struct v_list *args = &s->slurm->submit_args;
	for (uint32_t i = 0; i < args->n; i++) {
		if (!IS_SET(args->items[i]) || !is_mail_option(&args->items[i]))
			continue;
		struct diag *d = subject_error(s, &args->items[i].from, RULE_R055,
					       item_field(s, "x-slurm.submit_args", i, ""),
					       "mail is what 'notify.email' asks for");
		diag_note(s->d, d, notify->email->head.from.at, "'notify.email' is here");
		diag_help(s->d, d, "drop the argument, or 'notify.email'");
	}
}

static void check_mail(const struct subject *s)
{
	const struct notify *notify = s->slurm->notify;
	if (!HAS_RECORD(notify) || !HAS_RECORD(notify->email))
		return;
	const struct email *email = notify->email;
	if (IS_SET(email->to) && str_is_blank(email->to.v))
		subject_error(s, &email->to.from, RULE_R057, "x-slurm.notify.email.to",
			      "mail needs an address");
	for (uint32_t i = 0; i < email->on.n; i++) {
		const struct v_str *event = &email->on.items[i];
		if (!IS_SET(*event) || !str_eq_c(event->v, "array_tasks") ||
		    s->slurm->array.from.kind != ORIGIN_ABSENT)
			continue;
		struct diag *d = subject_error(s, &event->from, RULE_R056,
					       item_field(s, "x-slurm.notify.email.on", i, ""),
					       "this job is no array: x-slurm.array isn't set");
		diag_help(s->d, d, "drop 'array_tasks'; 'end' and 'fail' tell of the job");
	}
}

static void check_step_args(const struct subject *s)
{
	const struct v_list *args = &s->step->extra_srun_args;
	for (uint32_t i = 0; i < args->n; i++) {
		const struct v_str *item = &args->items[i];
		const char *field = item_field(s, "x-slurm.extra_srun_args", i, "");
		const struct slurm_option *o = option_of_item(item);
		if (o && o->step.path && !o->is_step_shared) {
			struct diag *d = subject_error(s, &item->from, RULE_R058, field,
						       "'--%s' is written by hpcc itself", o->name);
			diag_help(s->d, d, "set the service's x-slurm.%s instead", o->step.path);
		} else if (o && o->is_step_shared && o->step.is_field) {
			check_repeated(s, RULE_R058, item, field, o);
		} else if (o && o->writes) {
			subject_warning(
				s, &item->from, RULE_R058, field,
				"'--%s' is what hpcc writes for %s; two of them may disagree",
				o->name, o->writes);
		}
	}
}

static void check_mpi_args(const struct subject *s)
{
	const struct v_list *args = &s->step->extra_srun_args;
	const struct slurm_option *o = &slurm_options[SLURM_OPT_MPI];
	for (uint32_t i = 0; s->step->mpi && i < args->n; i++) {
		if (!IS_SET(args->items[i]) || !begins_with(&args->items[i], o))
			continue;
		struct diag *d =
			subject_error(s, &args->items[i].from, RULE_R059,
				      item_field(s, "x-slurm.extra_srun_args", i, ""),
				      "'--%s' is what '%s' asks for", o->name, o->step.path);
		diag_note(s->d, d, s->step->mpi->head.from.at, "'mpi' is here");
		diag_help(s->d, d, "drop the argument, and set %s", o->step.path);
	}
}

static void check_burst_buffer(const struct subject *s)
{
	const struct burst_buffer *buffer = s->slurm->burst_buffer;
	for (uint32_t i = 0; HAS_RECORD(buffer) && i < buffer->directives.n; i++) {
		const struct v_str *line = &buffer->directives.items[i];
		if (!IS_SET(*line))
			continue;
		bool has_mark = str_has_prefix(line->v, "#BB") || str_has_prefix(line->v, "#DW");
		if (has_mark && line->v.len > 3 && byte_is_in(line->v.ptr[3], " \t"))
			continue;
		subject_error(s, &line->from, RULE_R066,
			      item_field(s, "x-slurm.burst_buffer.directives", i, ""),
			      "a directive begins with '#BB ' or '#DW '");
	}
}

static void check_parallelism(const struct subject *s)
{
	const struct parallelism *p = s->service ? s->step->parallelism : s->slurm->parallelism;
	if (!HAS_RECORD(p) || !IS_SET(p->tensor) || !IS_SET(p->pipeline))
		return;
	if (!p->tensor.v)
		subject_error(s, &p->tensor.from, RULE_R083, "x-slurm.parallelism.tensor",
			      "must be at least 1, not 0");
	if (!p->pipeline.v)
		subject_error(s, &p->pipeline.from, RULE_R083, "x-slurm.parallelism.pipeline",
			      "must be at least 1, not 0");
	const struct v_gpus *gpus = s->service ? &s->step->gpus_per_node : &s->slurm->gpus_per_node;
	const struct v_uint *nodes = s->service ? &s->step->nodes : &s->slurm->nodes;
	uint64_t ranks = p->tensor.v * p->pipeline.v; /* 32 bits each */
	uint64_t n = IS_SET(*nodes) ? nodes->v : 1;
	if (!ranks || !n || !IS_GIVEN(*gpus) || IS_POISON(*nodes) || ranks == n * gpus->v)
		return;
	struct diag *d = subject_error(
		s, &p->head.from, RULE_R084, "x-slurm.parallelism",
		"tensor %llu x pipeline %llu makes %llu rank%s, but %llu node%s x gpus_per_node %llu "
		"makes %llu GPU%s",
		(unsigned long long)p->tensor.v, (unsigned long long)p->pipeline.v,
		(unsigned long long)ranks, plural(ranks), (unsigned long long)n, plural(n),
		(unsigned long long)gpus->v, (unsigned long long)(n * gpus->v),
		plural(n * gpus->v));
	diag_note(s->d, d, gpus->from.at, "'gpus_per_node' is here");
	if (IS_GIVEN(*nodes))
		diag_note(s->d, d, nodes->from.at, "'nodes' is here");
}

static check_fn *const root_checks[] = {
	check_signal,      check_log_files, check_cpus, check_memory,       check_gpus,
	check_submit_args, check_mail_args, check_mail, check_burst_buffer, check_parallelism,
};

static check_fn *const service_checks[] = {
	check_cpus, check_memory, check_gpus, check_step_args, check_mpi_args, check_parallelism,
};

void check_directives(const struct unit *u, struct diags *d)
{
	run_root_checks(u, d, root_checks, N_CHECKS(root_checks));
	run_service_checks(u, d, service_checks, N_CHECKS(service_checks));
}
