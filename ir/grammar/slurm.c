/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Values of options that Slurm parses itself, by its own grammar: what sbatch and srun refuse is
 * refused before anything was made for the job (E18). Taken from 22.05 by asking it
 * (tests/slurm/cases/job-refusals.sh asks again); what only some versions or sites refuse passes.
 *
 *	mem: 1.5G	no: 1536M		distribution: block:cyclic,Pack
 *	mem: 16GiB	no: 16G			cpu_bind: verbose,map_cpu:0,1
 */
#include "ir/grammar/grammar.h"
#include "ir/grammar/scan.h"

#include <string.h>

static const char digits[] = "0123456789";

enum {
	MOST_NICE = INT32_MAX - 2
};

static size_t span_of(struct str text, size_t from, const char *set)
{
	size_t n = 0;
	while (from + n < text.len && byte_is_in(text.ptr[from + n], set))
		n++;
	return n;
}

static bool refuse(struct problem *p, size_t begin, size_t end, struct str what)
{
	problem_set(p, RULE_E18, begin, end, what);
	return false;
}

/* 1.5G is 1536M: the same amount in whole numbers of a smaller unit, or empty. */
static struct str whole_amount(struct arena *a, struct str whole, struct str part, char unit)
{
	static const char units[] = "KMGT";
	const char *found = strchr(units, unit & ~0x20);
	uint64_t number = 0, fraction = 0, scale = 1;
	if (!unit || !found || found == units || part.len > 3 || !str_to_u64(whole, &number) ||
	    number > UINT32_MAX)
		return STR("");
	for (size_t i = 0; i < part.len; i++) {
		fraction = fraction * 10 + (uint64_t)(part.ptr[i] - '0');
		scale *= 10;
	}
	return str_fmt(a, "%llu%c",
		       (unsigned long long)(number * 1024 + (fraction * 1024 + scale - 1) / scale),
		       found[-1]);
}

/* What people write for memory, by parts: 16.5 GiB of it. */
struct amount {
	struct str whole, part, blanks;
	struct str unit;   /* one letter that Slurm knows, or empty */
	struct str binary; /* iB */
	struct str rest;
};

static struct str take(struct str *rest, size_t n)
{
	struct str taken = str_slice(*rest, 0, n);
	*rest = str_from(*rest, n);
	return taken;
}

static struct amount read_amount(struct str text)
{
	struct amount m = {.rest = text};
	m.whole = take(&m.rest, span_of(m.rest, 0, digits));
	if (str_has_prefix(m.rest, "."))
		m.part = take(&m.rest, 1 + span_of(m.rest, 1, digits));
	size_t n = span_of(m.rest, 0, " ");
	if (n < m.rest.len && byte_is_in(m.rest.ptr[n], "kKmMgGtT")) {
		m.blanks = take(&m.rest, n);
		m.unit = take(&m.rest, 1);
	}
	if (m.unit.len && m.rest.len && byte_is_in(m.rest.ptr[0], "bB"))
		take(&m.rest, 1);
	else if (m.unit.len && str_eq_nocase(str_slice(m.rest, 0, 2), STR("ib")))
		m.binary = take(&m.rest, 2);
	return m;
}

/* The same amount as Slurm takes it; empty when it has no such form. */
static struct str amount_for_slurm(struct arena *a, const struct amount *m)
{
	if (m->part.len > 1)
		return m->unit.len ? whole_amount(a, m->whole, str_from(m->part, 1), m->unit.ptr[0])
				   : STR("");
	return str_cat(a, m->whole, m->unit);
}

/* Digits, then K, M, G or T in any case, then perhaps B. Blanks and a sign may stand before. */
static bool memory(struct arena *a, struct str text, struct problem *p)
{
	size_t begin = span_of(text, 0, " \t");
	begin += begin < text.len && text.ptr[begin] == '+';
	struct amount m = read_amount(str_from(text, begin));
	size_t unit_at = begin + m.whole.len + m.part.len, rest_at = text.len - m.rest.len;
	if (!m.whole.len)
		return refuse(p, 0, text.len,
			      STR("memory is a number of megabytes, or a number and K, M, G or T"));
	uint64_t number;
	if (!str_to_u64(m.whole, &number) || number > INT64_MAX)
		return refuse(p, begin, unit_at, STR("the number is too large for Slurm"));
	if (m.part.len)
		refuse(p, begin + m.whole.len, unit_at, STR("Slurm takes whole numbers of memory"));
	else if (m.rest.len && m.unit.len)
		refuse(p, rest_at, text.len, STR("nothing can stand behind an amount of memory"));
	else if (m.rest.len)
		refuse(p, rest_at, text.len, STR("Slurm knows the units K, M, G and T"));
	else if (m.binary.len)
		refuse(p, unit_at, text.len,
		       STR("Slurm's units are powers of 1024 and have no 'i'"));
	else if (m.blanks.len)
		refuse(p, unit_at, rest_at, STR("no blank can stand before the unit"));
	else
		return true;
	struct str amount = amount_for_slurm(a, &m);
	if (amount.len && (m.unit.len || m.part.len))
		p->help = str_fmt(a, "write %.*s", STR_ARG(amount));
	if (p->help.len && !m.rest.len)
		p->fix = amount;
	return false;
}

static bool is_word(struct str word, const char *const *words)
{
	for (; *words; words++)
		if (str_eq_nocase(word, str_c(*words)))
			return true;
	return false;
}

static struct str list_words(struct arena *a, const char *const *words)
{
	struct buf b;
	buf_init(&b, a);
	for (size_t i = 0; words[i]; i++)
		buf_add_fmt(&b, "%s%s", !i ? "" : words[i + 1] ? ", " : " or ", words[i]);
	return buf_str(&b);
}

static bool refuse_word(struct arena *a, struct problem *p, size_t begin, struct str word,
			const char *const *words)
{
	struct str all = list_words(a, words);
	struct str what = word.len ? str_fmt(a, "%.*s is none of %.*s",
					     STR_ARG(problem_quote(a, word)), STR_ARG(all))
				   : str_fmt(a, "one of %.*s is missing", STR_ARG(all));
	return refuse(p, begin, begin + word.len, what);
}

/* Each word between commas is one of these. */
static bool words_between_commas(struct arena *a, struct str text, const char *const *words,
				 struct problem *p)
{
	for (size_t at = 0; at <= text.len;) {
		struct str rest = str_from(text, at);
		ptrdiff_t comma = str_find(rest, ',');
		struct str word = comma == STR_NONE ? rest : str_slice(rest, 0, (size_t)comma);
		if (!is_word(word, words))
			return refuse_word(a, p, at, word, words);
		at += word.len + 1;
	}
	return true;
}

static bool hint(struct arena *a, struct str text, struct problem *p)
{
	static const char *const words[] = {"compute_bound", "memory_bound", "multithread",
					    "nomultithread", NULL};
	return words_between_commas(a, text, words, p);
}

/* Numbers between commas, each perhaps with a repetition behind '*'. */
static bool numbers(struct arena *a, struct str text, size_t at, bool is_hex, struct problem *p)
{
	size_t bad = at;
	while (bad < text.len &&
	       byte_is_in(text.ptr[bad], is_hex ? "0123456789abcdefABCDEFxX,*" : "0123456789,*"))
		bad++;
	if (at < text.len && bad == text.len)
		return true;
	return refuse(
		p, bad, text.len,
		str_fmt(a, is_hex ? "a list of hexadecimal masks with commas between stands here"
				  : "a list of numbers with commas between stands here"));
}

struct binding {
	const char *const *words;  /* between commas */
	const char *const *lists;  /* "map_cpu": takes a list behind ':', up to the end */
	const char *const *masks;  /* the same with hexadecimal numbers */
	const char *const *shares; /* "single": takes anything behind ':' */
	const char *const *all;    /* for messages */
};

static bool binding(struct arena *a, struct str text, const struct binding *b, struct problem *p)
{
	for (size_t at = 0; at <= text.len;) {
		struct str rest = str_from(text, at);
		ptrdiff_t comma = str_find(rest, ',');
		struct str word = comma == STR_NONE ? rest : str_slice(rest, 0, (size_t)comma);
		struct str key;
		str_split(word, ':', &key);
		bool has_value = key.len < word.len;
		if (has_value && is_word(key, b->lists))
			return numbers(a, text, at + key.len + 1, false, p);
		if (has_value && is_word(key, b->masks))
			return numbers(a, text, at + key.len + 1, true, p);
		if (has_value ? !is_word(key, b->shares) : !is_word(word, b->words))
			return refuse_word(a, p, at, word, b->all);
		at += word.len + 1;
	}
	return true;
}

static const char *const nothing[] = {NULL};

static bool cpu_bind(struct arena *a, struct str text, struct problem *p)
{
	static const char *const words[] = {
		"q",     "quiet",     "v",          "verbose", "no",      "none",
		"rank",  "rank_ldom", "one_thread", "thread",  "threads", "core",
		"cores", "socket",    "sockets",    "ldom",    "ldoms",   NULL};
	static const char *const lists[] = {"map_cpu", "map_ldom", NULL};
	static const char *const masks[] = {"mask_cpu", "mask_ldom", NULL};
	static const char *const all[] = {
		"quiet",         "verbose",       "none",           "threads",   "cores",
		"sockets",       "ldoms",         "rank",           "rank_ldom", "map_cpu:LIST",
		"mask_cpu:LIST", "map_ldom:LIST", "mask_ldom:LIST", NULL};
	return binding(a, text, &(struct binding){words, lists, masks, nothing, all}, p);
}

static bool mem_bind(struct arena *a, struct str text, struct problem *p)
{
	static const char *const words[] = {"q",    "quiet",  "v",     "verbose", "no",
					    "none", "rank",   "local", "sort",    "nosort",
					    "p",    "prefer", NULL};
	static const char *const lists[] = {"map_mem", NULL};
	static const char *const masks[] = {"mask_mem", NULL};
	static const char *const all[] = {"quiet",        "verbose",       "none", "local",
					  "rank",         "prefer",        "sort", "nosort",
					  "map_mem:LIST", "mask_mem:LIST", NULL};
	return binding(a, text, &(struct binding){words, lists, masks, nothing, all}, p);
}

static bool gpu_bind(struct arena *a, struct str text, struct problem *p)
{
	static const char *const words[] = {"verbose", "closest", "none", NULL};
	static const char *const lists[] = {"map_gpu", "map", NULL};
	static const char *const masks[] = {"mask_gpu", "mask", NULL};
	static const char *const shares[] = {"single", "per_task", NULL};
	static const char *const all[] = {"verbose",    "closest",      "none",          "single:N",
					  "per_task:N", "map_gpu:LIST", "mask_gpu:LIST", NULL};
	if (!binding(a, text, &(struct binding){words, lists, masks, shares, all}, p))
		return false;
	return !str_eq_nocase(text, STR("verbose")) ||
	       refuse(p, text.len, text.len, STR("'verbose' stands before another word"));
}

/* plane=SIZE, or up to three levels, then perhaps whether nodes are filled. */
static bool distribution(struct arena *a, struct str text, struct problem *p)
{
	static const char *const first[] = {"*", "block", "cyclic", "arbitrary", NULL};
	static const char *const others[] = {"*", "block", "cyclic", "fcyclic", NULL};
	static const char *const packing[] = {"Pack", "NoPack", NULL};
	if (is_word(text, packing))
		return true;
	if (str_eq_nocase(str_slice(text, 0, 5), STR("plane"))) {
		bool has_size = text.len > 6 && text.ptr[5] == '=';
		uint64_t size = 0;
		if (has_size && str_to_u64(str_from(text, 6), &size) && size && size <= UINT32_MAX)
			return true;
		return refuse(p, 0, text.len,
			      STR("'plane' takes a size and nothing else, as in plane=4"));
	}
	struct str levels, rest = str_split(text, ',', &levels);
	size_t at = 0;
	unsigned level = 0;
	for (; at <= levels.len; level++) {
		struct str word;
		str_split(str_from(levels, at), ':', &word);
		const char *const *words = level ? others : first;
		if (level > 2)
			return refuse(p, at, levels.len,
				      STR("there are three levels: nodes, sockets and cores"));
		if (word.len && !is_word(word, words))
			return refuse_word(a, p, at, word, words);
		if (level && word.len && str_eq_nocase(str_slice(levels, 0, 9), STR("arbitrary")))
			return refuse(p, at, at + word.len,
				      STR("'arbitrary' has no further levels"));
		at += word.len + 1;
	}
	if (!rest.len || (levels.len && is_word(rest, packing)))
		return true;
	if (!levels.len)
		return refuse_word(a, p, 0, levels, first);
	return refuse_word(a, p, text.len - rest.len, rest, packing);
}

/* [gres:]name[:type][:count[KMGTP]], with commas between. */
static bool gres_item(struct arena *a, struct str item, size_t at, struct problem *p)
{
	struct str rest = str_has_prefix(item, "gres:") ? str_from(item, strlen("gres:")) : item;
	unsigned parts = 0;
	bool is_last_number = false;
	if (str_find(item, '=') != STR_NONE || str_find(item, '(') != STR_NONE)
		return refuse(p, at, at + item.len,
			      STR("a resource is NAME, NAME:COUNT or NAME:TYPE:COUNT"));
	struct str word;
	do {
		bool has_more = str_find(rest, ':') != STR_NONE;
		size_t begin = at + (size_t)(rest.ptr - item.ptr);
		rest = str_split(rest, ':', &word);
		size_t n = span_of(word, 0, digits);
		bool is_number = n && (n == word.len || (n + 1 == word.len &&
							 byte_is_in(word.ptr[n], "kKmMgGtTpP")));
		parts++;
		if (!word.len)
			return refuse(p, begin, begin, STR("a part of the resource is empty"));
		if (parts > 3 || (parts > 1 && is_last_number))
			return refuse(p, begin, begin + word.len,
				      STR("a resource is NAME, NAME:COUNT or NAME:TYPE:COUNT"));
		if (parts == 3 && !is_number)
			return refuse(p, begin, begin + word.len,
				      STR("the count must be a whole number"));
		is_last_number = parts > 1 && is_number;
		if (parts > 1 && !is_number && (n || word.ptr[0] == '-') &&
		    span_of(word, 0, "-0123456789.") == word.len)
			return refuse(p, begin, begin + word.len,
				      STR("the count must be a whole number"));
		if (has_more && !rest.len)
			return refuse(p, at + item.len, at + item.len,
				      STR("a part of the resource is empty"));
	} while (rest.len);
	(void)a;
	return true;
}

static bool gres(struct arena *a, struct str text, struct problem *p)
{
	for (size_t at = 0; at <= text.len;) {
		struct str rest = str_from(text, at);
		ptrdiff_t comma = str_find(rest, ',');
		struct str item = comma == STR_NONE ? rest : str_slice(rest, 0, (size_t)comma);
		if (!item.len)
			return refuse(p, at, at, STR("a resource is missing between commas"));
		if (!gres_item(a, item, at, p))
			return false;
		at += item.len + 1;
	}
	return true;
}

/* Brackets of either kind, each closed before the one round it. */
static bool constraint(struct arena *a, struct str text, struct problem *p)
{
	size_t n = 0;
	(void)a;
	char open[8];
	for (size_t i = 0; i < text.len; i++) {
		char c = text.ptr[i];
		if (c == '(' || c == '[') {
			if (n == sizeof(open))
				return refuse(p, i, i + 1, STR("brackets are nested too deep"));
			open[n++] = c == '(' ? ')' : ']';
		} else if (c == ')' || c == ']') {
			if (!n || open[n - 1] != c)
				return refuse(p, i, i + 1,
					      STR("nothing is open that this bracket could close"));
			n--;
		}
	}
	return !n || refuse(p, text.len, text.len, STR("a bracket isn't closed"));
}

static bool exclusive(struct arena *a, struct str text, struct problem *p)
{
	static const char *const words[] = {"true", "false", "user", "mcs", NULL};
	return is_word(text, words) || refuse_word(a, p, 0, text, words);
}

/* What begins like one of the two. */
static bool open_mode(struct arena *a, struct str text, struct problem *p)
{
	static const char *const words[] = {"append", "truncate", NULL};
	return (text.len && byte_is_in(text.ptr[0], "aAtT")) || refuse_word(a, p, 0, text, words);
}

static bool nice_value(struct arena *a, struct str text, struct problem *p)
{
	(void)a;
	size_t sign = text.len && byte_is_in(text.ptr[0], "+-");
	uint64_t number;
	if (str_to_u64(str_from(text, sign), &number) && number <= MOST_NICE)
		return true;
	return refuse(p, 0, text.len, STR("must be a whole number from -2147483645 to 2147483645"));
}

/* A number of switches, and perhaps a time behind '@'. */
static bool switches(struct arena *a, struct str text, struct problem *p)
{
	(void)a;
	struct str count;
	uint64_t number;
	str_split(text, '@', &count);
	if (str_to_u64(count, &number) && number && number <= INT32_MAX)
		return true;
	return refuse(p, 0, count.len,
		      STR("needs a number of switches from 1 on, as in 2 or 2@30:00"));
}

static const struct {
	const char *name; /* in the schema's rows */
	bool (*check)(struct arena *a, struct str text, struct problem *p);
} grammars[] = {
	{"slurm_memory", memory},
	{"slurm_hint", hint},
	{"slurm_distribution", distribution},
	{"slurm_cpu_bind", cpu_bind},
	{"slurm_mem_bind", mem_bind},
	{"slurm_gpu_bind", gpu_bind},
	{"slurm_gres", gres},
	{"slurm_constraint", constraint},
	{"slurm_exclusive", exclusive},
	{"slurm_open_mode", open_mode},
	{"slurm_nice", nice_value},
	{"slurm_switches", switches},
	{"slurm_moment", grammar_moment},
};

bool grammar_gpus(struct str text, struct str *type, uint64_t *count)
{
	static const char letters[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
				      "0123456789_.-";
	struct str number = str_split(text, ':', type);
	return type->len && span_of(*type, 0, letters) == type->len && str_to_u64(number, count) &&
	       *count && *count <= UINT32_MAX;
}

bool grammar_slurm(struct arena *a, const char *name, struct str text, struct problem *p)
{
	for (size_t i = 0; i < sizeof(grammars) / sizeof(grammars[0]); i++)
		if (strcmp(name, grammars[i].name) == 0)
			return grammars[i].check(a, text, p);
	return true;
}
