/* SPDX-License-Identifier: Apache-2.0 */
/* Splitting table text into words, and reading numbers, durations and signal names. */
#include "runtime/core/words.h"

#include <signal.h>
#include <stdlib.h>
#include <string.h>

#include "ir/support/run_variable.h"

void rt_words_open(struct rt_words *w, struct rt_pool *pool, const char *text, size_t len)
{
	*w = (struct rt_words){.pool = pool, .at = text, .end = text + len, .next_line = 1};
}

static bool is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\r';
}

static bool is_bare(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
	       (c && strchr("_@%+=:,./-", c));
}

/* `"$HPCC_RUN_name"`: a value of the job, which the script has put into the environment. Leaves *p
   behind it; NULL when it isn't one, or the job has none. */
static const char *read_value(const struct rt_words *w, const char **p)
{
	static const char begin[] = "\"$" RUN_VARIABLE;
	size_t len = sizeof(begin) - 1;

	if ((size_t)(w->end - *p) < len || memcmp(*p, begin, len) != 0)
		return NULL;
	const char *end = *p + len;
	while (end < w->end && *end != '"' && *end != '\n')
		end++;
	if (end == w->end || *end != '"')
		return NULL;
	const char *value = getenv(rt_pool_text(w->pool, *p + 2, (size_t)(end - *p) - 2));
	*p = end + 1;
	return value;
}

/* Length of the word at w->at in the text and in memory; false: w->error is set. */
static bool measure_word(struct rt_words *w, size_t *raw, size_t *cooked)
{
	const char *p = w->at;
	size_t out = 0;

	while (p < w->end && !is_blank(*p) && *p != '\n') {
		if (*p == '\'') {
			const char *close = memchr(p + 1, '\'', (size_t)(w->end - p - 1));

			if (!close) {
				w->error = "a quote is opened and never closed";
				return false;
			}
			out += (size_t)(close - p) - 1;
			p = close + 1;
		} else if (*p == '"') {
			const char *value = read_value(w, &p);

			if (!value) {
				w->error = "a value that the job doesn't have";
				return false;
			}
			out += strlen(value);
		} else if (*p == '\\' && p + 1 < w->end && (p[1] == '\'' || p[1] == '\\')) {
			out++;
			p += 2;
		} else if (is_bare(*p)) {
			out++;
			p++;
		} else {
			w->error = "a character that needs single quotes";
			return false;
		}
	}
	*raw = (size_t)(p - w->at);
	*cooked = out;
	return true;
}

static const char *take_word(struct rt_words *w, size_t raw, size_t cooked)
{
	char *text = rt_pool_text(w->pool, "", 0);
	const char *stop = w->at + raw;
	bool quoted = false;

	if (cooked)
		text = rt_pool_take(w->pool, cooked + 1);
	char *out = text;
	for (; w->at < stop; w->at++) {
		if (!quoted && *w->at == '"') {
			const char *behind = w->at;
			out = stpcpy(out, read_value(w, &behind));
			w->at = behind - 1;
			continue;
		}
		if (*w->at == '\n')
			w->next_line++;
		if (!quoted && *w->at == '\\')
			*out++ = *++w->at;
		else if (*w->at == '\'')
			quoted = !quoted;
		else
			*out++ = *w->at;
	}
	return text;
}

static void skip_line(struct rt_words *w)
{
	while (w->at < w->end && *w->at != '\n')
		w->at++;
}

static bool read_line(struct rt_words *w)
{
	w->count = 0;
	w->error = NULL;
	w->line = w->next_line;
	size_t raw, cooked;
	for (;;) {
		while (w->at < w->end && is_blank(*w->at))
			w->at++;
		if (w->at < w->end && *w->at == '#')
			skip_line(w);
		if (w->at == w->end || *w->at == '\n')
			break;
		if (w->count == RT_WORDS_MAX)
			w->error = "more words than any line has";
		if (w->error || !measure_word(w, &raw, &cooked)) {
			skip_line(w);
			break;
		}
		w->word[w->count] = take_word(w, raw, cooked);
		if (memchr(w->at - raw, '\0', raw))
			w->error = "a NUL byte";
		w->count++;
	}
	if (w->at < w->end) {
		w->at++;
		w->next_line++;
	}
	return w->count || w->error;
}

bool rt_words_next(struct rt_words *w)
{
	while (w->at < w->end)
		if (read_line(w))
			return true;
	return false;
}

bool rt_words_begin(struct rt_words *w, const char *kind)
{
	return rt_words_next(w) && !w->error && w->count == 2 && !strcmp(w->word[0], kind) &&
	       !strcmp(w->word[1], "1");
}

uint32_t rt_word_digits(const char *word, uint32_t span)
{
	uint64_t rest = 0;

	for (; *word; word++)
		if (*word >= '0' && *word <= '9')
			rest = (rest * 10 + (uint64_t)(*word - '0')) % span;
	return (uint32_t)rest;
}

bool rt_word_number(const char *word, uint64_t max, uint64_t *value)
{
	uint64_t n = 0;

	if (!*word)
		return false;
	for (; *word; word++) {
		if (*word < '0' || *word > '9')
			return false;
		uint64_t digit = (uint64_t)(*word - '0');
		if (digit > max || n > (max - digit) / 10)
			return false;
		n = n * 10 + digit;
	}
	*value = n;
	return true;
}

bool rt_word_duration(const char *word, int64_t *ns)
{
	static const struct {
		const char *name;
		uint64_t ns;
	} units[] = {
		{"ms", 1000000},
		{"s", 1000000000},
		{"m", 60000000000},
		{"h", 3600000000000},
	};
	const uint64_t century = 3155760000000000000u;
	uint64_t n = 0;
	size_t digits = strspn(word, "0123456789");

	if (!digits)
		return false;
	for (size_t i = 0; i < digits; i++) {
		uint64_t digit = (uint64_t)(word[i] - '0');

		n = n > century ? n : n * 10 + digit;
	}
	for (size_t i = 0; i < sizeof(units) / sizeof(units[0]); i++) {
		if (strcmp(word + digits, units[i].name))
			continue;
		*ns = (int64_t)(n > century / units[i].ns ? century : n * units[i].ns);
		return true;
	}
	return false;
}

static const struct {
	int number;
	const char *name;
} signal_names[] = {
	{SIGHUP, "HUP"},   {SIGINT, "INT"},       {SIGQUIT, "QUIT"},   {SIGILL, "ILL"},
	{SIGTRAP, "TRAP"}, {SIGABRT, "ABRT"},     {SIGBUS, "BUS"},     {SIGFPE, "FPE"},
	{SIGKILL, "KILL"}, {SIGUSR1, "USR1"},     {SIGSEGV, "SEGV"},   {SIGUSR2, "USR2"},
	{SIGPIPE, "PIPE"}, {SIGALRM, "ALRM"},     {SIGTERM, "TERM"},   {SIGCHLD, "CHLD"},
	{SIGCONT, "CONT"}, {SIGSTOP, "STOP"},     {SIGTSTP, "TSTP"},   {SIGTTIN, "TTIN"},
	{SIGTTOU, "TTOU"}, {SIGURG, "URG"},       {SIGXCPU, "XCPU"},   {SIGXFSZ, "XFSZ"},
	{SIGPROF, "PROF"}, {SIGVTALRM, "VTALRM"}, {SIGWINCH, "WINCH"}, {SIGIO, "IO"},
	{SIGPWR, "PWR"},   {SIGSYS, "SYS"},
};

int rt_word_signal(const char *word)
{
	if (!strncmp(word, "SIG", 3))
		word += 3;
	for (size_t i = 0; i < sizeof(signal_names) / sizeof(signal_names[0]); i++)
		if (!strcmp(word, signal_names[i].name))
			return signal_names[i].number;
	return 0;
}

const char *rt_signal_name(int number)
{
	for (size_t i = 0; i < sizeof(signal_names) / sizeof(signal_names[0]); i++)
		if (number == signal_names[i].number)
			return signal_names[i].name;
	return "unknown";
}

bool rt_word_is_nodes(const char *word)
{
	const char *p = word;

	if (!strcmp(word, "all"))
		return true;
	for (;;) {
		size_t first = strspn(p, "0123456789");

		if (!first || first > 9)
			return false;
		if (p[first] == '-') {
			size_t second = strspn(p + first + 1, "0123456789");
			if (!second || second > 9)
				return false;
			if (second < first ||
			    (second == first && strncmp(p + first + 1, p, first) < 0))
				return false;
			first += 1 + second;
		}
		if (!p[first])
			return true;
		if (p[first] != ',')
			return false;
		p += first + 1;
	}
}

const char *rt_word_span(const char *set, uint32_t count, uint32_t *first, uint32_t *last)
{
	if (!strcmp(set, "all")) {
		*first = 0;
		*last = count - 1;
		return set + strlen(set);
	}
	char *end;
	*first = *last = (uint32_t)strtoul(set, &end, 10);
	if (*end == '-')
		*last = (uint32_t)strtoul(end + 1, &end, 10);
	return *last < count ? end + (*end == ',') : NULL;
}
