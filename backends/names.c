/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Hosts files of containers, by which they reach services. One of the first node's lines is enough where
 * all services are there; else each node says how its own lines differ, and its address:
 *
 *	"$HPCC_RT" hosts --dir "$JOB_DIR" --nodes <(on_nodes "$HPCC_RT" own-hosts …) <<'HPCC_HOSTS'
 *	hpcc-hosts 1
 *	file 0 nodes 0
 *	service web nodes 1
 *	HPCC_HOSTS
 */
#include "backends/writer.h"

bool names_ask_nodes(const struct writer *w)
{
	const struct plan *plan = w->plan;
	if (!IS_SET(plan->hosts_files) || w->scheduler != &scheduler_slurm || plan->nodes.v < 2)
		return false;
	for (uint32_t i = 0; i < plan->services.n; i++)
		if (!str_eq_c(plan->services.items[i].node_set.text, "0"))
			return true;
	return false;
}

static void emit_row(struct writer *w, const char *what, struct str word,
		     const struct plan_service *s)
{
	emit_verbatim(&w->out, str_c(what));
	emit_lit(&w->out, " ");
	emit_word(&w->out, word);
	emit_lit(&w->out, " nodes");
	emit_node_set(&w->out, w->plan, &s->node_set);
	emit_lit(&w->out, "\n");
}

static void hosts_text(struct writer *w, const void *of)
{
	const struct plan *plan = of;
	uint64_t next = 0;
	emit_lit(&w->out, "hpcc-hosts 1\n");
	for (uint32_t i = 0; i < plan->services.n; i++) {
		const struct plan_service *s = &plan->services.items[i];
		if (IS_SET(s->hosts_file) && s->hosts_file.v == next)
			emit_row(w, "file", str_fmt(w->arena, "%llu", (unsigned long long)next++),
				 s);
	}
	for (uint32_t i = 0; i < plan->services.n; i++) {
		const struct plan_service *s = &plan->services.items[i];
		for (uint32_t k = 0; k < s->host_names.n; k++) {
			struct str name = s->host_names.items[k].v;
			emit_row(w, str_eq(name, s->name.v) ? "service" : "name", name, s);
		}
	}
}

void emit_names(struct writer *w)
{
	if (!IS_SET(w->plan->hosts_files))
		return;
	emit_lit(&w->out, "\n# Names of services, for containers.\n");
	if (names_ask_nodes(w))
		emit_lit(&w->out, "cat /etc/hosts >\"$JOB_DIR/" JOB_FILE_OWN_HOSTS "\" || :\n");
	emit_lit(&w->out, "\"$HPCC_RT\" hosts --dir \"$JOB_DIR\" ");
	if (names_ask_nodes(w))
		emit_lit(&w->out, "--nodes <(on_nodes \"$HPCC_RT\" own-hosts "
				  "--base \"$JOB_DIR/" JOB_FILE_OWN_HOSTS "\") \\\n  ");
	emit_here_document(w, "HPCC_HOSTS", hosts_text, w->plan, STR(""));
}
