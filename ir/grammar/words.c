/* SPDX-License-Identifier: Apache-2.0 */
/* Grammars that are a list of words: signals, and the GPU entries of `gres`. */
#include "ir/grammar/grammar.h"
#include "ir/grammar/scan.h"

static const struct {
	const char *name, *number;
} signals[] = {
	{"HUP", "1"}, {"INT", "2"}, {"QUIT", "3"}, {"USR1", "10"}, {"USR2", "12"}, {"TERM", "15"},
};
enum {
	N_SIGNALS = sizeof(signals) / sizeof(*signals)
};

static bool find_signal(struct str word, struct str *name)
{
	for (int i = 0; i < N_SIGNALS; i++) {
		if (!str_eq_nocase(word, str_c(signals[i].name)) &&
		    !str_eq_c(word, signals[i].number))
			continue;
		*name = str_c(signals[i].name);
		return true;
	}
	return false;
}

bool grammar_signal(struct arena *a, struct str text, struct str *name, struct problem *p)
{
	struct str word = str_trim(text);
	if (find_signal(word, name))
		return true;
	size_t begin = word.len ? (size_t)(word.ptr - text.ptr) : 0;
	problem_set(p, RULE_R043, begin, begin + word.len, STR(""));
	if (!word.len) {
		p->what = STR("no signal is named");
	} else if (str_eq_nocase(str_slice(word, 0, 3), STR("SIG")) &&
		   find_signal(str_from(word, 3), &p->fix)) {
		p->what = STR("signals are named without SIG");
		p->help = str_fmt(a, "write %.*s", STR_ARG(p->fix));
		return false;
	} else {
		p->what = str_fmt(a, "%.*s is none of the signals that can be asked for",
				  STR_ARG(problem_quote(a, word)));
	}
	p->help = STR("HUP, INT, QUIT, USR1, USR2 and TERM can");
	return false;
}

void grammar_gres_gpus(struct str text, bool *has_gpu, uint64_t *count)
{
	*has_gpu = false;
	*count = 0;
	struct str rest = text, item, kind;
	while (rest.len) {
		rest = str_split(rest, ',', &item);
		item = str_trim(item);
		str_split(item, ':', &kind);
		if (!str_eq_nocase(kind, STR("gpu")) && !str_eq_nocase(kind, STR("gres/gpu")))
			continue;
		ptrdiff_t colon = str_find_last(item, ':');
		uint64_t n = 1;
		if (colon == STR_NONE || !str_to_u64(str_from(item, (size_t)colon + 1), &n))
			n = 1;
		*has_gpu = true;
		*count = saturating_add(*count, n);
	}
}
