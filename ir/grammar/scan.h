/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the grammars of values share: the state of one parse, the tokens of values.l, and how a
 * syntax error becomes a problem. Scanners and parsers are reentrant; all their memory is the
 * arena's, and parser stacks have a fixed size, since every list is left-recursive.
 */
#ifndef HPCC_IR_GRAMMAR_SCAN_H
#define HPCC_IR_GRAMMAR_SCAN_H

#include "ir/grammar/grammar.h"

#define YYINITDEPTH 64
#define YYMAXDEPTH  64

/* Bytes of the whole text. */
struct loc {
	size_t begin, end;
};

/* Of nonterminals, `number` is the value worked out so far. */
struct token {
	uint64_t number;
	struct str text;
	bool is_huge; /* the digits exceed 64 bits */
};

/* Tokens of values.l; the grammars declare the same numbers. Other tokens are single bytes. */
enum {
	SCAN_NUMBER = 258,
	SCAN_WORD,
	SCAN_BLANK,
	SCAN_OTHER
};

struct scan {
	struct arena *arena;
	struct str text; /* the whole text */
	size_t at;       /* offset of the next token in it */
	void *scanner;   /* flex's own state */
	struct problem *problem;
	bool has_problem;
	uint64_t number; /* the result, where it is a number */
	struct {
		uint64_t first, last;
	} * ranges; /* of node sets */
	uint32_t n_ranges, cap_ranges;
	struct loc parts[3]; /* of mounts */
	int n_parts;
};

/* Ready to read `part` of text with values.l. */
void scan_begin(struct scan *in, struct arena *a, struct str text, struct str part,
		enum rule_id rule, struct problem *p);
int scan_value(struct token *token, struct loc *at, struct scan *in);

/* The same with mount.l. */
void scan_begin_mount(struct scan *in, struct arena *a, struct str text, struct problem *p);

int scan_mount(struct token *token, struct loc *at, struct scan *in);

/* The parsers; 0 is success. */
int walltime_parse(struct scan *in);
int duration_parse(struct scan *in);
int memory_parse(struct scan *in);
int array_parse(struct scan *in);
int nodeset_parse(struct scan *in);
int job_id_parse(struct scan *in);
int mount_parse(struct scan *in);

/* Records the first problem of a parse; later ones are dropped. */
void scan_problem(struct scan *in, struct loc at, const char *format, ...)
	__attribute__((format(printf, 3, 4)));
void scan_help(struct scan *in, const char *format, ...) __attribute__((format(printf, 2, 3)));
void scan_fix(struct scan *in, struct str text); /* also the help, when there is none */

/* Says what stands at `at` instead of one of the expected things. */
void scan_unexpected(struct scan *in, struct loc at, const char *const *expected, int n);

/* False, with a problem, when the digits don't fit into `limit`. */
bool scan_fits(struct scan *in, struct loc at, const struct token *number, uint64_t limit);

/* Fills in a problem without a parse. */
void problem_set(struct problem *p, enum rule_id rule, size_t begin, size_t end, struct str what);

/* A problem for the first NUL byte of text (R038). */
bool problem_nul(struct str text, struct problem *p);

/* User text in quotes, cut when long. */
struct str problem_quote(struct arena *a, struct str text);

uint64_t saturating_add(uint64_t x, uint64_t y);
uint64_t saturating_mul(uint64_t x, uint64_t y);

#define YYLLOC_DEFAULT(Current, Rhs, N)                                                            \
	((Current).begin = (N) ? YYRHSLOC(Rhs, 1).begin : YYRHSLOC(Rhs, 0).end,                    \
	 (Current).end = YYRHSLOC(Rhs, N).end)

/* The functions that bison's parser wants beside it. */
#define SCAN_PARSER(lex_name, lexer)                                                               \
	static int lex_name(struct token *token, struct loc *at, struct scan *in)                  \
	{                                                                                          \
		return lexer(token, at, in);                                                       \
	}                                                                                          \
	static void yyerror(const struct loc *at, struct scan *in, const char *what)               \
	{                                                                                          \
		scan_problem(in, *at, "%s", what);                                                 \
	}                                                                                          \
	static int yyreport_syntax_error(const yypcontext_t *context, struct scan *in)             \
	{                                                                                          \
		yysymbol_kind_t kinds[8];                                                          \
		const char *names[8];                                                              \
		int n = yypcontext_expected_tokens(context, kinds, 8);                             \
		for (int i = 0; i < n; i++)                                                        \
			names[i] = yysymbol_name(kinds[i]);                                        \
		scan_unexpected(in, *yypcontext_location(context), names, n);                      \
		return 0;                                                                          \
	}

#endif
