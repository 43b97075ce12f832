/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Runs a fuzz target without libFuzzer: first every file of the corpus as it is, then that many
 * mutations of them. The same seed gives the same inputs; the input at hand when the target aborts
 * is in the file crash-input.
 *
 *	fuzz_compose RUNS SEED FILE...		the examples of the rules take part as well
 *	fuzz_values RUNS SEED --only FILE...	they don't
 */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "ir/text/rules.h"
#include "tests/fuzz/target.h"

struct input {
	char *bytes;
	size_t len;
};

static struct input corpus[1000];
static size_t n_corpus;
static char current[FUZZ_MAX_INPUT];
static size_t current_len;
static uint64_t random_state;

static uint64_t next_random(void)
{
	random_state ^= random_state << 13;
	random_state ^= random_state >> 7;
	random_state ^= random_state << 17;
	return random_state;
}

static size_t below(size_t n)
{
	return n ? (size_t)(next_random() % n) : 0;
}

static void add_input(const char *bytes, size_t len)
{
	if (n_corpus == sizeof(corpus) / sizeof(corpus[0]) || len > FUZZ_MAX_INPUT / 2)
		return;
	char *copy = malloc(len + 1);
	if (!copy)
		abort();
	memcpy(copy, bytes, len);
	corpus[n_corpus++] = (struct input){copy, len};
}

static void add_file(const char *path)
{
	static char bytes[FUZZ_MAX_INPUT];
	FILE *file = fopen(path, "rb");
	if (!file) {
		perror(path);
		exit(1);
	}
	size_t n = fread(bytes, 1, sizeof(bytes), file);
	fclose(file);
	add_input(bytes, n);
}

static void add_rules(void)
{
	for (enum rule_id i = RULE_NONE + 1; i < N_RULES; i++) {
		add_input(rules[i].bad, strlen(rules[i].bad));
		add_input(rules[i].good, strlen(rules[i].good));
	}
}

/* Replaces n bytes at `at` by the text. */
static void replace(size_t at, size_t n, const char *text, size_t len)
{
	if (current_len - n + len > sizeof(current))
		return;
	memmove(current + at + len, current + at + n, current_len - at - n);
	memcpy(current + at, text, len);
	current_len = current_len - n + len;
}

static void insert_token(void)
{
	static const char *const tokens[] = {": ",
					     "- ",
					     "\n",
					     "  ",
					     "\t",
					     "'",
					     "\"",
					     "[",
					     "]",
					     "{",
					     "}",
					     ",",
					     "&a ",
					     "*a",
					     "<<: *a\n",
					     "|\n",
					     ">-\n",
					     "!!int",
					     "!x ",
					     "#",
					     "%",
					     "@",
					     "`",
					     "? ",
					     "---\n",
					     "...\n",
					     "\r\n",
					     "\xc2\xa0",
					     "\xef\xbb\xbf",
					     "\xe2\x80\x9c",
					     "\\x00",
					     "null",
					     "~",
					     "0",
					     "-1",
					     "4294967296",
					     "18446744073709551616",
					     "1:00",
					     "$",
					     "${",
					     "${A:-",
					     "${A:?",
					     "$$",
					     "}",
					     "services:",
					     "extends: ",
					     "base.yaml",
					     "steps:",
					     "0-3",
					     "${EMPTY}",
					     "\\",
					     ":",
					     "/",
					     "..",
					     "true",
					     "1.5",
					     "\xff",
					     "\0x",
					     "x-slurm:",
					     "image: ",
					     "\n    ",
					     "\n  ",
					     "command: ",
					     "depends_on: "};
	const char *token = tokens[below(sizeof(tokens) / sizeof(tokens[0]))];
	replace(below(current_len + 1), 0, token, strlen(token));
}

/* The line that a random byte lies in, with its line break. */
static size_t pick_line(size_t *len)
{
	size_t at = below(current_len), begin = at, end = at;
	while (begin && current[begin - 1] != '\n')
		begin--;
	while (end < current_len && current[end++] != '\n')
		;
	*len = end - begin;
	return begin;
}

static void mutate(void)
{
	static char line[FUZZ_MAX_INPUT];
	size_t len, at = below(current_len);
	switch (below(7)) {
	case 0:
		if (current_len)
			current[at] = (char)next_random();
		break;
	case 1:
		replace(at, below(current_len - at < 8 ? current_len - at : 8), "", 0);
		break;
	case 2:
	case 3:
		insert_token();
		break;
	case 4:
		at = pick_line(&len);
		replace(at, len, "", 0);
		break;
	case 5:
		at = pick_line(&len);
		memcpy(line, current + at, len);
		pick_line(&at);
		at = below(current_len + 1);
		replace(at, 0, line, len);
		break;
	case 6: {
		const struct input *other = &corpus[below(n_corpus)];
		size_t from = below(other->len), n = below(other->len - from);
		replace(at, 0, other->bytes + from, n);
		break;
	}
	}
}

/* Says which input it was; write is safe here, stdio is not. */
static void on_abort(int signal_number)
{
	static const char note[] = "the input is in the file crash-input\n";
	FILE *file = fopen("crash-input", "wb");
	if (file) {
		fwrite(current, 1, current_len, file);
		fclose(file);
	}
	if (write(STDERR_FILENO, note, sizeof(note) - 1) < 0)
		_exit(1);
	signal(signal_number, SIG_DFL);
	raise(signal_number);
}

static void run_once(const char *bytes, size_t len)
{
	if (bytes != current) {
		memcpy(current, bytes, len);
		current_len = len;
	}
	/* A copy of its exact size, so that sanitizers see every read beyond it. */
	uint8_t *copy = malloc(current_len ? current_len : 1);
	if (!copy)
		abort();
	memcpy(copy, current, current_len);
	LLVMFuzzerTestOneInput(copy, current_len);
	free(copy);
}

int main(int argc, char **argv)
{
	if (argc < 3) {
		fprintf(stderr, "usage: %s RUNS SEED FILE...\n", argv[0]);
		return 2;
	}
	size_t runs = strtoul(argv[1], NULL, 10);
	random_state = strtoull(argv[2], NULL, 10) * 0x9e3779b97f4a7c15u + 1;
	signal(SIGABRT, on_abort);
	signal(SIGSEGV, on_abort);
	bool is_only = argc > 3 && strcmp(argv[3], "--only") == 0;
	if (!is_only)
		add_rules();
	for (int i = is_only ? 4 : 3; i < argc; i++)
		add_file(argv[i]);
	for (size_t i = 0; i < n_corpus; i++)
		run_once(corpus[i].bytes, corpus[i].len);
	for (size_t i = 0; i < runs; i++) {
		const struct input *start = &corpus[below(n_corpus)];
		memcpy(current, start->bytes, start->len);
		current_len = start->len;
		for (size_t n = 1 + below(6); n; n--)
			mutate();
		run_once(current, current_len);
	}
	for (size_t i = 0; i < n_corpus; i++)
		free(corpus[i].bytes);
	printf("%zu inputs, %zu mutations\n", n_corpus, runs);
	return 0;
}
