/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Text that somebody else will parse: shell, and the word lists that are quoted the same way.
 * There are few writers on purpose, and none that formats: a constant, a quoted word, a number,
 * a comment, and text that its author wrote for that very place. So no value can turn into code.
 *
 *	emit_lit(e, "exec ");
 *	emit_word(e, STR("it's"));	exec 'it'\''s'
 */
#ifndef HPCC_IR_SUPPORT_EMIT_H
#define HPCC_IR_SUPPORT_EMIT_H

#include "ir/support/source.h"

/* Line of the text (1-based) and what it came from. */
struct line_origin {
	uint32_t line;
	struct span at;
	struct str what; /* "services.api.command" */
};

struct emitter {
	struct buf text;
	bool keeps_origins; /* emit_origin takes notes; without it, it does nothing */
	uint32_t line; /* 1-based number of the line that is being written; with origins only */
	LIST(struct line_origin) origins;
};

void emit_init(struct emitter *e, struct arena *a);

/* A constant of the program. */
#define emit_lit(e, literal) emit_constant((e), STR(literal))
void emit_constant(struct emitter *e, struct str text);

/* One word of a POSIX shell: bare when nothing in it could mean anything, else single-quoted; marks of
   values that the job alone knows (ir/support/run_text.h) become expansions in double quotes. */
void emit_word(struct emitter *e, struct str text);
void emit_int(struct emitter *e, uint64_t n);

/* "# text" and a line end; control characters become blanks. */
void emit_comment(struct emitter *e, struct str text);

/* What the language calls shell (setup lines, hooks) or what an emit wrote before: as it stands. */
void emit_verbatim(struct emitter *e, struct str text);

/* Takes back what was written since `before` was copied from e. */
void emit_rewind(struct emitter *e, const struct emitter *before);

/* The line that is being written came from `at`. */
void emit_origin(struct emitter *e, struct span at, struct str what);

/*
 * A word with expansions: constants such as $HOME stay live, texts are quoted. Without expansions
 * it is emit_word; with them it stands in double quotes, special characters escaped.
 *
 *	word_expansion(&w, "$HOME"); word_text(&w, STR("/a b")); emit_parts(e, &w);	"$HOME/a b"
 */
struct word_part {
	bool is_expansion;
	struct str text;
};

struct word {
	struct arena *arena;
	LIST(struct word_part) parts;
};

void word_init(struct word *w, struct arena *a);
void word_text(struct word *w, struct str text);
#define word_expansion(w, literal) word_constant((w), STR(literal))
void word_constant(struct word *w, struct str text);
/* ${NAME[index]} and the like: constant text, number, constant text. */
void word_indexed(struct word *w, const char *before, uint64_t n, const char *after);
void emit_parts(struct emitter *e, const struct word *w);

/* True when text is written without quotes. */
bool word_is_bare(struct str text);

/* A word that is no line of the text: `mark`, or `mark` with a number behind it. */
struct str emit_end_mark(struct arena *a, const char *mark, struct str text);

#endif
