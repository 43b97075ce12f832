/* SPDX-License-Identifier: Apache-2.0 */
/* Healthcheck commands: splits them into words, and says what those of known tools amount to. */
#include "frontend/probe.h"

#include <string.h>

#include "frontend/probe_scan.h"

/* The next word: an item, or a part of one between blanks. */
static bool next_word(struct probe_word *word, struct probe_scan *in)
{
	if (!in->is_split) {
		if (in->item == in->n_items)
			return false;
		*word = (struct probe_word){in->items[in->item], in->item};
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
	*word = (struct probe_word){str_slice(text, begin, in->at), in->item};
	return true;
}

int probe_scan_word(struct probe_word *word, struct probe_scan *in)
{
	if (!next_word(word, in))
		return 0;
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
	if (!in->has_z || in->n_operands != 2 || !str_to_u64(number->text, &port) ||
	    port > UINT16_MAX)
		return;
	*in->probe = (struct probe){.kind = PROBE_TCP,
				    .host = host->text,
				    .port = (uint16_t)port,
				    .item = number->item};
}

void probe_take_http(struct probe_scan *in, bool is_probe)
{
	if (is_probe && in->url.text.len)
		*in->probe = (struct probe){
			.kind = PROBE_HTTP, .url = in->url.text, .item = in->url.item};
}

void probe_take_nothing(struct probe_scan *in)
{
	problem_set(in->problem, RULE_R095, 0, 0, STR("no command is written here"));
	in->is_good = false;
}

/* A command of more words than the grammar bears is none of the forms. */
static bool read_words(struct probe_scan *in, size_t *item)
{
	in->is_good = true;
	probe_words_parse(in);
	*item = in->is_split && !in->is_good ? in->item : 0;
	return in->is_good;
}

bool probe_parse(struct arena *a, enum probe_form form, const struct str *items, size_t n_items,
		 struct probe *probe, size_t *item, struct problem *p)
{
	struct probe_scan in = {.items = items, .n_items = n_items, .probe = probe, .problem = p};
	*item = 0;
	*probe = (struct probe){.kind = PROBE_EXEC};
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
		p->help = STR("write [CMD, nc, -z, HOST, PORT], or a text for a shell");
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
