/* SPDX-License-Identifier: Apache-2.0 */
/* Healthcheck commands: splits them into words, and says what each tool's words amount to. */
#include "frontend/probe.h"

#include <string.h>

#include "frontend/probe_scan.h"

/* The next word: an item, or a part of one between blanks. */
static bool next_word(struct probe_word *word, struct probe_scan *in)
{
	if (!in->is_split) {
		if (in->item == in->n_items)
			return false;
		*word = (struct probe_word){in->items[in->item], in->item, 0};
		in->item++;
		return true;
	}
	struct str text = in->items[in->item];
	while (in->at < text.len && byte_is_in(text.ptr[in->at], " \t\r\n"))
		in->at++;
	if (in->at == text.len)
		return false;
	size_t begin = in->at;
	while (in->at < text.len && !byte_is_in(text.ptr[in->at], " \t\r\n"))
		in->at++;
	*word = (struct probe_word){str_slice(text, begin, in->at), in->item, begin};
	return true;
}

int probe_scan_word(struct probe_word *word, struct probe_scan *in)
{
	if (!next_word(word, in))
		return 0;
	in->last = *word;
	if (str_eq_c(word->text, "nc"))
		return PROBE_NC;
	if (str_eq_c(word->text, "curl"))
		return PROBE_CURL;
	if (str_eq_c(word->text, "wget"))
		return PROBE_WGET;
	if (str_has_prefix(word->text, "http://") || str_has_prefix(word->text, "https://"))
		return PROBE_URL;
	if (str_eq_c(word->text, "-z"))
		return PROBE_OPTION_Z;
	if (str_eq_c(word->text, "--spider"))
		return PROBE_SPIDER;
	return str_has_prefix(word->text, "-") ? PROBE_OPTION : PROBE_WORD;
}

/* A problem with one word. */
static void blame(struct probe_scan *in, const struct probe_word *word, enum rule_id rule,
		  struct str what)
{
	in->bad_item = word->item;
	problem_set(in->problem, rule, word->begin, word->begin + word->text.len, what);
}

void probe_add_operand(struct probe_scan *in, const struct probe_word *word)
{
	if (in->n_operands < 2)
		in->operands[in->n_operands] = *word;
	in->n_operands++;
}

void probe_take_nc(struct probe_scan *in)
{
	const struct probe_word *host = &in->operands[0], *number = &in->operands[1];
	uint64_t port;
	if (!in->has_z) {
		blame(in, &in->last, RULE_R094,
		      STR("an nc probe needs -z: only connect, send nothing"));
		in->problem->help = STR("write nc -z HOST PORT");
	} else if (in->n_operands != 2) {
		blame(in, &in->last, RULE_R094,
		      str_fmt(in->arena,
			      "an nc probe has two words besides options, HOST and PORT; "
			      "this has %zu",
			      in->n_operands));
		in->problem->help = STR("leave out options that take a value, like -w 3; "
					"healthcheck.timeout says how long to wait");
	} else if (!str_to_u64(number->text, &port) || port > UINT16_MAX) {
		blame(in, number, RULE_R094,
		      str_fmt(in->arena, "%.*s is no port",
			      STR_ARG(problem_quote(in->arena, number->text))));
	} else {
		*in->probe = (struct probe){.kind = PROBE_TCP,
					    .host = host->text,
					    .port = (uint16_t)port,
					    .item = number->item};
		in->is_good = true;
	}
}

void probe_take_http(struct probe_scan *in, const struct probe_word *tool, bool is_probe)
{
	if (!is_probe) {
		blame(in, tool, RULE_R095, STR("wget without --spider downloads, and is no probe"));
		in->problem->help = STR("write wget --spider URL");
	} else if (!in->url.text.len) {
		blame(in, &in->last, RULE_R095,
		      str_fmt(in->arena, "no word begins with http:// or https://"));
		in->problem->help = STR("write the URL as a word of its own, without quotes");
	} else {
		*in->probe = (struct probe){
			.kind = PROBE_HTTP, .url = in->url.text, .item = in->url.item};
		in->is_good = true;
	}
}

/* Clients whose server listens on a port that everybody knows. */
static const struct {
	const char *tool;
	unsigned port;
} clients[] = {
	{"redis-cli", 6379}, {"pg_isready", 5432}, {"psql", 5432},   {"mysqladmin", 3306},
	{"mysql", 3306},     {"mongosh", 27017},   {"mongo", 27017}, {"rabbitmq-diagnostics", 5672},
};

void probe_take_unknown(struct probe_scan *in, const struct probe_word *first)
{
	static const struct probe_word nothing = {.text = {"", 0}};
	if (!first) {
		blame(in, &nothing, RULE_R095, STR("no command is written here"));
		in->bad_item = in->is_split ? in->item : 0;
		return;
	}
	blame(in, first, RULE_R095,
	      str_fmt(in->arena,
		      "%.*s is no probe that hpcc can run itself: those are nc -z, curl "
		      "and wget --spider",
		      STR_ARG(problem_quote(in->arena, first->text))));
	for (size_t i = 0; i < sizeof(clients) / sizeof(*clients); i++)
		if (str_eq_c(first->text, clients[i].tool))
			in->problem->help =
				str_fmt(in->arena, "write readiness: {type: tcp, port: %u}",
					clients[i].port);
	if (!in->problem->help.len)
		in->problem->help =
			STR("write readiness instead: type tcp with a port, http with a "
			    "url, or log with a pattern the service prints when ready");
}

static bool read_words(struct probe_scan *in, size_t *item)
{
	if (probe_words_parse(in))
		blame(in, &in->last, RULE_R095, STR("the command is too long"));
	*item = in->bad_item;
	return in->is_good;
}

bool probe_parse(struct arena *a, enum probe_form form, const struct str *items, size_t n_items,
		 struct probe *probe, size_t *item, struct problem *p)
{
	struct probe_scan in = {
		.arena = a, .items = items, .n_items = n_items, .probe = probe, .problem = p};
	*item = 0;
	in.is_split = form == PROBE_STRING;
	if (form == PROBE_STRING)
		return read_words(&in, item);
	struct str first = n_items ? items[0] : STR("");
	bool is_shell = str_eq_c(first, "CMD-SHELL");
	if (!is_shell && !str_eq_c(first, "CMD")) {
		problem_set(p, RULE_R093, 0, first.len,
			    n_items ? str_fmt(a, "a list begins with CMD or CMD-SHELL, not %.*s",
					      STR_ARG(problem_quote(a, first)))
				    : STR("the list is empty"));
		p->help = str_eq_c(first, "NONE") ? STR("write disable: true")
						  : STR("write [CMD, nc, -z, HOST, PORT]");
		return false;
	}
	if (n_items == 1 || (is_shell && str_is_blank(items[1]))) {
		problem_set(p, RULE_R093, 0, first.len,
			    str_fmt(a, "nothing stands behind %.*s", STR_ARG(first)));
		return false;
	}
	in.item = 1;
	in.is_split = is_shell;
	return read_words(&in, item);
}
