/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The allocation: what the job asks of the scheduler. In: the root's x-slurm; out: the plan's
 * name, nodes, time and options, one per field in the order of the language, neutral in form:
 *
 *	{nodes 4} {time 2:00:00} {mem 64G} {signal B:USR1@120}
 */
#include "passes/lower/components.h"

/* Directives at the head of the script: of the job, or of one of its parts. */
struct head {
	struct unit *u;
	const struct slurm *slurm;
	uint32_t part;
	LIST(struct plan_option) list;
};

static void add(struct head *h, const char *name, struct v_str value)
{
	struct plan_option option = {.value = value};
	option.head.from = value.from;
	option.name = plan_str(value.from, str_c(name));
	*LIST_PUSH(h->u->arena, &h->list) = option;
}

/* An option without a value. */
static void add_switch(struct head *h, const char *name, struct origin from)
{
	struct plan_option option = {.head.from = from, .name = plan_str(from, str_c(name))};
	*LIST_PUSH(h->u->arena, &h->list) = option;
}

/* Events of the language in their order, and the scheduler's words for them. */
static const struct {
	const char *word, *event;
} mail_events[] = {
	{"start", "BEGIN"},
	{"end", "END"},
	{"fail", "FAIL"},
	{"requeue", "REQUEUE"},
	{"invalid_depend", "INVALID_DEPEND"},
	{"stage_out", "STAGE_OUT"},
	{"time_limit", "TIME_LIMIT"},
	{"time_limit_90", "TIME_LIMIT_90"},
	{"time_limit_80", "TIME_LIMIT_80"},
	{"time_limit_50", "TIME_LIMIT_50"},
	{"array_tasks", "ARRAY_TASKS"},
};

static bool list_has(const struct v_list *list, const char *word)
{
	for (uint32_t i = 0; i < list->n; i++)
		if (str_eq_c(list->items[i].v, word))
			return true;
	return false;
}

/* "END,FAIL": each once, in the order of the table; without a list end and fail; `all` stands
   for everything but array_tasks. */
static struct str mail_types(struct arena *a, const struct v_list *on)
{
	if (!IS_SET(*on) || !on->n)
		return STR("END,FAIL");
	bool is_all = list_has(on, "all");
	struct buf b;
	buf_init(&b, a);
	buf_add_c(&b, is_all ? "ALL" : "");
	for (size_t i = 0; i < sizeof(mail_events) / sizeof(mail_events[0]); i++) {
		bool is_array = str_eq_c(str_c(mail_events[i].word), "array_tasks");
		if ((is_all && !is_array) || !list_has(on, mail_events[i].word))
			continue;
		buf_add_c(&b, b.len ? "," : "");
		buf_add_c(&b, mail_events[i].event);
	}
	return buf_str(&b);
}

static const struct email *unit_email(const struct unit *u)
{
	const struct notify *notify = unit_slurm(u)->notify;
	return HAS_RECORD(notify) && HAS_RECORD(notify->email) ? notify->email : NULL;
}

static void add_mail_user(struct head *h, const char *name)
{
	const struct email *email = unit_email(h->u);
	if (email && IS_SET(email->to))
		add(h, name, email->to);
}

static void add_mail_type(struct head *h, const char *name)
{
	const struct email *email = unit_email(h->u);
	if (!email || IS_POISON(email->on))
		return;
	struct origin from = IS_SET(email->on) ? email->on.from : email->head.from;
	add(h, name, plan_str(from, mail_types(h->u->arena, &email->on)));
}

static void add_requeue(struct head *h, const char *name)
{
	const struct v_bool *requeue = &h->slurm->requeue;
	if (IS_SET(*requeue) && requeue->v)
		add_switch(h, name, requeue->from);
}

static void add_no_requeue(struct head *h, const char *name)
{
	const struct v_bool *requeue = &h->slurm->requeue;
	if (IS_SET(*requeue) && !requeue->v)
		add_switch(h, name, requeue->from);
}

static void add_signal(struct head *h, const char *name)
{
	const struct job_signal *signal = h->slurm->signal;
	if (!HAS_RECORD(signal) || !IS_SET(signal->name) || !IS_SET(signal->at_seconds))
		return;
	/* The script is in the first part. */
	bool to_batch = IS_SET(signal->shell) && signal->shell.v == JOB_SIGNAL_SHELL_BATCH;
	if (to_batch && h->part)
		return;
	struct str text =
		str_fmt(h->u->arena, "%s%.*s@%llu", to_batch ? "B:" : "", STR_ARG(signal->name.v),
			(unsigned long long)signal->at_seconds.v);
	add(h, name, plan_str(signal->head.from, text));
	/* INT and TERM end the batch step: they begin the teardown and are not passed on. */
	if (to_batch && !str_eq_c(signal->name.v, "INT") && !str_eq_c(signal->name.v, "TERM"))
		h->u->plan->relay_signal = plan_str(signal->name.from, signal->name.v);
}

/* Nothing that sbatch knows: the steps have it. */
static void set_kill_on_bad_exit(struct head *h, const char *name)
{
	const struct v_bool *kill = &h->slurm->kill_on_bad_exit;
	(void)name;
	if (IS_SET(*kill))
		h->u->plan->kill_on_bad_exit = plan_bool(kill->from, kill->v);
}

static void add_job_name(struct head *h, const char *name)
{
	add(h, name, h->u->plan->name);
}

static void add_nodes(struct head *h, const char *name)
{
	struct v_uint nodes = h->u->plan->nodes;
	if (h->u->components)
		nodes = h->slurm->nodes;
	if (!IS_SET(nodes))
		return;
	add(h, name,
	    plan_str(nodes.from, str_fmt(h->u->arena, "%llu", (unsigned long long)nodes.v)));
}

/* Options that are more than the value of a field of their name. */
static void (*const made_apart[N_SLURM_OPTS])(struct head *h, const char *name) = {
	[SLURM_OPT_JOB_NAME] = add_job_name,   [SLURM_OPT_NODES] = add_nodes,
	[SLURM_OPT_MAIL_USER] = add_mail_user, [SLURM_OPT_MAIL_TYPE] = add_mail_type,
	[SLURM_OPT_REQUEUE] = add_requeue,     [SLURM_OPT_NO_REQUEUE] = add_no_requeue,
	[SLURM_OPT_SIGNAL] = add_signal,       [SLURM_OPT_KILL_ON_BAD_EXIT] = set_kill_on_bad_exit,
};

static void add_options(struct head *h)
{
	for (size_t i = 0; i < N_SLURM_OPTS; i++) {
		const struct slurm_option *o = &slurm_options[i];
		struct plan_option option;
		if (h->part && o->is_whole)
			continue;
		if (made_apart[i])
			made_apart[i](h, o->key);
		else if (plan_option_of(h->u->arena, o, &o->root, h->slurm, &option))
			*LIST_PUSH(h->u->arena, &h->list) = option;
	}
}

static void lower_part(struct unit *u, uint32_t part, struct plan_component *p)
{
	struct head h = {.u = u, .slurm = part_slurm(u, part), .part = part};
	struct origin from = u->components->items[part].written->head.from;
	add_options(&h);
	p->head.from = from;
	p->name = plan_str(from, part_name(u, part));
	p->nodes =
		plan_uint(IS_SET(h.slurm->nodes) ? h.slurm->nodes.from : from, part_nodes(u, part));
	p->first = plan_uint(from, part_first(u, part));
	if (IS_SET(h.slurm->time))
		p->time_s = plan_uint(h.slurm->time.from, h.slurm->time.seconds);
	p->options.from = origin_derived(from);
	p->options.items = h.list.items;
	p->options.n = h.list.n;
	p->submit_args = h.slurm->submit_args;
}

/* The script stands in the first part, which is what the job shows of itself. */
static void lower_parts(struct unit *u)
{
	struct plan *plan = u->plan;
	plan->components.from = origin_derived(unit_slurm(u)->components.from);
	plan->components.n = u->components->n;
	plan->components.items = ARENA_ARRAY(u->arena, u->components->n, struct plan_component);
	for (uint32_t i = 0; i < u->components->n; i++)
		lower_part(u, i, &plan->components.items[i]);
	plan->options.from = plan->components.items[0].options.from;
	plan->options.items = plan->components.items[0].options.items;
	plan->options.n = plan->components.items[0].options.n;
	plan->submit_args = plan->components.items[0].submit_args;
	plan->time_s = plan->components.items[0].time_s;
}

/* "afterok:123,singleton": an option of the submit command, never a directive. */
static void lower_dependency(struct unit *u)
{
	const struct slurm *slurm = unit_slurm(u);
	struct buf b;
	buf_init(&b, u->arena);
	struct origin from = slurm->dependency.from;
	if (HAS_RECORD(slurm->after_job) && IS_SET(slurm->after_job->id)) {
		static const char *const words[] = {"afterany", "afterok", "afternotok"};
		const struct v_enum *condition = &slurm->after_job->condition;
		buf_add_fmt(&b, "%s:%.*s", words[condition->v], STR_ARG(slurm->after_job->id.v));
		from = slurm->after_job->id.from;
	}
	if (IS_SET(slurm->dependency))
		buf_add_c(&b, b.len ? ",singleton" : "singleton");
	if (b.len)
		u->plan->dependency = plan_str(from, buf_str(&b));
	u->plan->dependency.is_secret =
		HAS_RECORD(slurm->after_job) && slurm->after_job->id.is_secret;
}

static struct v_str job_name(const struct unit *u)
{
	const struct slurm *slurm = unit_slurm(u);
	if (IS_SET(slurm->job_name))
		return slurm->job_name;
	if (IS_SET(u->job->name))
		return u->job->name;
	return plan_str(u->job->head.from, STR("hpc-compose"));
}

static struct str base_name(struct str path)
{
	ptrdiff_t slash = str_find_last(path, '/');
	return slash == STR_NONE ? path : str_from(path, (size_t)slash + 1);
}

/* "compose.yaml, site.yaml": those of the command line. */
static struct str spec_files(const struct unit *u)
{
	if (!u->overlays.n)
		return base_name(u->path);
	struct buf b;
	buf_init(&b, u->arena);
	buf_add(&b, base_name(u->path));
	for (uint32_t i = 0; i < u->overlays.n; i++) {
		buf_add_c(&b, ", ");
		buf_add(&b, base_name(u->overlays.items[i]));
	}
	return buf_str(&b);
}

void lower_allocation(struct unit *u)
{
	u->plan = ARENA_NEW(u->arena, struct plan);
	u->pass_state = ARENA_NEW(u->arena, struct pass_state);
	struct plan *plan = u->plan;
	const struct slurm *slurm = unit_slurm(u);
	plan->head.from = origin_derived(u->job->head.from);
	plan->spec_file = plan_str(u->job->head.from, spec_files(u));
	plan->spec_dir = plan_str(u->job->head.from, u->spec_dir);
	struct origin by_site = {.at = u->job->head.from.at, .kind = ORIGIN_PROFILE};
	if (u->settings && u->settings->is_wire_off)
		plan->is_wire_off = plan_bool(by_site, true);
	if (u->settings && u->settings->step_launches && u->scheduler == PLAN_SCHEDULER_SLURM)
		plan->step_launches = plan_uint(by_site, u->settings->step_launches);
	plan->name = job_name(u);
	plan->nodes = plan_uint(IS_SET(slurm->nodes) ? slurm->nodes.from : u->job->head.from,
				unit_nodes(u));
	if (unit_nodes_are_auto(u))
		plan->nodes.from = (struct origin){0};
	if (IS_SET(slurm->time))
		plan->time_s = plan_uint(slurm->time.from, slurm->time.seconds);

	struct head head = {.u = u, .slurm = slurm};
	if (u->components) {
		lower_parts(u);
	} else {
		add_options(&head);
		plan->options.from = plan->head.from;
		plan->options.items = head.list.items;
		plan->options.n = head.list.n;
		plan->submit_args = slurm->submit_args;
	}
	if (HAS_RECORD(slurm->burst_buffer))
		plan->burst_buffer = slurm->burst_buffer->directives;
	lower_dependency(u);
	plan->is_array = plan_bool(IS_SET(slurm->array) ? slurm->array.from : u->job->head.from,
				   IS_SET(slurm->array));
}
