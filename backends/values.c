/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the job knows before services start: ports that are free, where services are, and the values
 * that texts of the spec take from it. Texts have them as expansions in double quotes:
 *
 *	read -r -a PORTS <<<"$ports"
 *	echo "$ports" >"$JOB_DIR/allocation/ports"
 *	export HPC_COMPOSE_ADDR_WEB_HOST="${NODES[0]}" HPC_COMPOSE_ADDR_WEB_PORT_HTTP="${PORTS[0]}"
 *	HPCC_RUN_webz2ehost="${NODES[0]}"
 */
#include "backends/writer.h"

static uint64_t first_node(const struct plan *plan, uint64_t service)
{
	const struct v_nodeset *set = &plan->services.items[service].node_set;
	uint64_t node = 0;
	size_t digits = 0;
	while (IS_SET(*set) && digits < set->text.len && set->text.ptr[digits] >= '0' &&
	       set->text.ptr[digits] <= '9')
		digits++;
	if (digits)
		str_to_u64(str_slice(set->text, 0, digits), &node);
	return node;
}

bool looks_on_nodes(const struct writer *w)
{
	const struct plan *plan = w->plan;
	if (!IS_SET(plan->auto_ports) || w->scheduler != &scheduler_slurm || plan->nodes.v < 2)
		return false;
	for (uint32_t i = 0; i < plan->services.n; i++) {
		const struct plan_service *s = &plan->services.items[i];
		for (uint32_t k = 0; k < s->ports.n; k++)
			if (IS_SET(s->ports.items[k].chosen) && !str_eq_c(s->node_set.text, "0"))
				return true;
	}
	return false;
}

/* " --job ID --count N --range FIRST-LAST" of both verbs. */
static void emit_port_options(struct writer *w)
{
	emit_lit(&w->out, " --job \"${JOB_ROOT##*/}\" --count ");
	emit_int(&w->out, w->plan->auto_ports.v);
	if (!IS_SET(w->plan->auto_ports_first))
		return;
	emit_lit(&w->out, " --range ");
	emit_int(&w->out, w->plan->auto_ports_first.v);
	emit_lit(&w->out, "-");
	emit_int(&w->out, w->plan->auto_ports_last.v);
}

/* The ports that services state by number, for nobody has them yet. */
static void emit_fixed_ports(struct writer *w)
{
	struct buf list;
	buf_init(&list, w->arena);
	for (uint32_t i = 0; i < w->plan->services.n; i++)
		for (uint32_t k = 0; k < w->plan->services.items[i].ports.n; k++) {
			const struct plan_port *p = &w->plan->services.items[i].ports.items[k];
			if (!IS_SET(p->first))
				continue;
			buf_add_fmt(&list, "%s%llu", list.len ? " " : "",
				    (unsigned long long)p->first.v);
			if (IS_SET(p->last))
				buf_add_fmt(&list, "-%llu", (unsigned long long)p->last.v);
		}
	if (!list.len)
		return;
	emit_lit(&w->out, " --fixed ");
	emit_word(&w->out, buf_str(&list));
}

static void emit_ports(struct writer *w)
{
	if (!IS_SET(w->plan->auto_ports))
		return;
	emit_lit(&w->out, "\n# Ports that are free where services will listen.\nbusy=$(");
	emit_verbatim(&w->out, looks_on_nodes(w) ? STR("on_nodes ") : STR(""));
	emit_lit(&w->out, "\"$HPCC_RT\" busy");
	emit_port_options(w);
	emit_lit(&w->out, ")\nports=$(\"$HPCC_RT\" ports");
	emit_port_options(w);
	emit_fixed_ports(w);
	emit_lit(&w->out, " --busy \"$busy\")\nread -r -a PORTS <<<\"$ports\"\n"
			  "echo \"$ports\" >\"$JOB_DIR/" JOB_FILE_PORTS "\"\n");
}

static void emit_port(struct writer *w, const struct plan_port *port)
{
	if (!IS_SET(port->chosen)) {
		emit_int(&w->out, port->first.v);
		return;
	}
	emit_lit(&w->out, "\"${PORTS[");
	emit_int(&w->out, port->chosen.v);
	emit_lit(&w->out, "]}\"");
}

static void emit_host(struct writer *w, uint64_t service)
{
	emit_lit(&w->out, "\"${NODES[");
	emit_int(&w->out, first_node(w->plan, service));
	emit_lit(&w->out, "]}\"");
}

static void emit_addresses(struct writer *w)
{
	const struct plan *plan = w->plan;
	if (plan->addresses.n)
		emit_lit(&w->out, "\n# Where services find each other.\n");
	for (uint32_t i = 0; i < plan->addresses.n; i++) {
		const struct plan_address *a = &plan->addresses.items[i];
		emit_lit(&w->out, "export ");
		emit_verbatim(&w->out, a->variable.v); /* letters, digits and '_' */
		emit_lit(&w->out, "=");
		if (IS_SET(a->port))
			emit_port(w, &plan->services.items[a->service.v].ports.items[a->port.v]);
		else
			emit_host(w, a->service.v);
		emit_lit(&w->out, "\n");
	}
}

static void emit_checks(struct writer *w)
{
	bool has_mounts = false;
	for (uint32_t i = 0; i < w->plan->values.n; i++)
		has_mounts |= w->plan->values.items[i].is_path.v;
	struct str odd = str_c(mounted_odd_bytes(w));
	const struct bash_fill fills[] = {
		{"mounts", .is_on = has_mounts && odd.len > 0},
		{"BYTES", .text = odd_bytes_text(w, str_cat(w->arena, odd, STR(",:")))},
		{0},
	};
	emit_bash(w, bash_value_checks, fills);
}

/* A variable of the batch job; without Slurm the job's id is that of its folder. */
static void emit_variable(struct writer *w, const struct plan_value *v)
{
	bool is_id = str_eq_c(v->name.v, "SLURM_JOB_ID") && w->scheduler == &scheduler_local;
	bool is_needed = !IS_SET(v->fallback) && !is_id;
	if (is_needed) {
		emit_lit(&w->out, "needs ");
		emit_verbatim(&w->out, v->name.v); /* letters, digits and '_' */
		emit_lit(&w->out, " ");
		emit_word(&w->out, v->where.v);
		emit_lit(&w->out, "\n");
	}
	emit_verbatim(&w->out, v->variable.v);
	emit_verbatim(&w->out, is_needed ? STR("=\"$") : STR("=\"${"));
	emit_verbatim(&w->out, v->name.v);
	emit_verbatim(&w->out, is_needed ? STR("\"\n")
			       : is_id   ? STR(":-${JOB_ROOT##*/}}\"\n")
					 : STR("-}\"\n"));
}

static void emit_nodes(struct writer *w, const struct plan_value *v)
{
	struct v_nodeset set = w->plan->services.items[v->service.v].node_set;
	if (IS_SET(v->all_nodes))
		set = (struct v_nodeset){.from = v->all_nodes.from, .text = v->all_nodes.v};
	struct word word;
	word_init(&word, w->arena);
	if (IS_SET(set) && set.text.len)
		word_nodes(&word, &set);
	else
		word_expansion(&word, "${NODES[0]}");
	emit_verbatim(&w->out, v->variable.v);
	emit_lit(&w->out, "=$(IFS=,; printf %s ");
	emit_parts(&w->out, &word);
	emit_lit(&w->out, ")\n");
}

static void emit_value(struct writer *w, const struct plan_value *v)
{
	emit_origin(&w->out, v->head.from.at, STR("run"));
	switch ((enum value_source)v->source.v) {
	case VALUE_SOURCE_VARIABLE:
		emit_variable(w, v);
		break;
	case VALUE_SOURCE_NODES:
		emit_nodes(w, v);
		break;
	case VALUE_SOURCE_HOST:
		emit_verbatim(&w->out, v->variable.v);
		emit_lit(&w->out, "=");
		emit_host(w, v->service.v);
		emit_lit(&w->out, "\n");
		break;
	case VALUE_SOURCE_PORT: {
		const struct plan_port port = {.chosen = v->port, .first = v->number};
		emit_verbatim(&w->out, v->variable.v);
		emit_lit(&w->out, "=");
		emit_port(w, &port);
		emit_lit(&w->out, "\n");
		break;
	}
	case VALUE_SOURCE_N:
		break;
	}
	if (IS_SET(v->fallback)) {
		emit_lit(&w->out, "[ -n \"$");
		emit_verbatim(&w->out, v->variable.v);
		emit_lit(&w->out, "\" ] || ");
		emit_verbatim(&w->out, v->variable.v);
		emit_lit(&w->out, "=");
		emit_word(&w->out, v->fallback.v);
		emit_lit(&w->out, "\n");
	}
	if (v->source.v != VALUE_SOURCE_VARIABLE)
		return;
	bool is_mounted = v->is_path.v && *mounted_odd_bytes(w);
	emit_verbatim(&w->out, is_mounted ? STR("mountable ") : STR("one_line "));
	emit_verbatim(&w->out, v->variable.v);
	emit_lit(&w->out, " ");
	emit_word(&w->out, v->where.v);
	emit_lit(&w->out, "\n");
}

static bool some_are(const struct plan *plan, bool is_early)
{
	for (uint32_t i = 0; i < plan->values.n; i++)
		if (plan->values.items[i].is_early.v == is_early)
			return true;
	return false;
}

bool scratch_is_of_the_job(const struct plan *plan)
{
	return some_are(plan, true);
}

static void emit_those(struct writer *w, bool is_early)
{
	emit_lit(&w->out, "\n# Values of the job.\n");
	if (is_early || !some_are(w->plan, true))
		emit_checks(w);
	for (uint32_t i = 0; i < w->plan->values.n; i++)
		if (w->plan->values.items[i].is_early.v == is_early)
			emit_value(w, &w->plan->values.items[i]);
}

void emit_early_values(struct writer *w)
{
	if (some_are(w->plan, true))
		emit_those(w, true);
}

void emit_values(struct writer *w)
{
	emit_ports(w);
	emit_addresses(w);
	if (some_are(w->plan, false))
		emit_those(w, false);
}

void emit_value_names(struct writer *w)
{
	for (uint32_t i = 0; i < w->plan->values.n; i++) {
		emit_lit(&w->out, " ");
		emit_verbatim(&w->out, w->plan->values.items[i].variable.v);
	}
}

void emit_probed_values(struct writer *w)
{
	for (uint32_t i = 0; i < w->plan->values.n; i++) {
		const struct plan_value *v = &w->plan->values.items[i];
		if (!v->is_probed.v)
			continue;
		emit_verbatim(&w->out, v->variable.v);
		emit_lit(&w->out, "=\"$");
		emit_verbatim(&w->out, v->variable.v);
		emit_lit(&w->out, "\" \\\n");
	}
}
