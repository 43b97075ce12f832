/* SPDX-License-Identifier: Apache-2.0 */
/* Grammars that are a list of words: signals, the GPU entries of `gres`, and a command line. */
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

static bool refuse_word(struct problem *p, const char *what)
{
	problem_set(p, RULE_E11, 0, 0, str_c(what));
	p->help = STR(
		"write it as a list: its items have variables replaced, and go to the ENTRYPOINT "
		"as they are");
	return false;
}

/* What stands up to the closing quote. */
static bool take_quoted(struct str *rest, char quote, struct buf *word, struct problem *p)
{
	size_t i = 0;
	for (; i < rest->len && rest->ptr[i] != quote; i++) {
		char c = rest->ptr[i];
		if (quote == '"' && (c == '$' || c == '`'))
			return refuse_word(p, "no shell replaces what begins with '$' or '`' here");
		if (quote == '"' && c == '\\' && i + 1 < rest->len &&
		    byte_is_in(rest->ptr[i + 1], "\"\\$`"))
			c = rest->ptr[++i];
		buf_add_byte(word, c);
	}
	if (i == rest->len)
		return refuse_word(p, "a quote isn't closed");
	*rest = str_from(*rest, i + 1);
	return true;
}

bool grammar_word(struct arena *a, struct str *rest, struct str *word, struct problem *p)
{
	static const char blanks[] = " \t\r\n";
	struct buf b;
	*p = (struct problem){0};
	while (rest->len && byte_is_in(rest->ptr[0], blanks))
		*rest = str_from(*rest, 1);
	if (!rest->len)
		return false;
	buf_init(&b, a);
	while (rest->len && !byte_is_in(rest->ptr[0], blanks)) {
		char c = rest->ptr[0];
		*rest = str_from(*rest, 1);
		if (c == '$' || c == '`')
			return refuse_word(p, "no shell replaces what begins with '$' or '`' here");
		if (c == '\'' || c == '"') {
			if (!take_quoted(rest, c, &b, p))
				return false;
			continue;
		}
		if (c == '\\' && rest->len) {
			c = rest->ptr[0];
			*rest = str_from(*rest, 1);
		}
		buf_add_byte(&b, c);
	}
	*word = buf_str(&b);
	return true;
}
