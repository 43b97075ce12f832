/* SPDX-License-Identifier: Apache-2.0 */
/* Inside the explanation of YAML errors: the fault and the text round it. */
#ifndef HPCC_FRONTEND_YAML_YAML_ERRORS_H
#define HPCC_FRONTEND_YAML_YAML_ERRORS_H

#include "frontend/yaml/compose.h"
#include "frontend/yaml/text_lines.h"

struct fault {
	struct composer *c;
	struct diags *ds;
	struct str text;               /* the whole file */
	size_t at, context_at;         /* libyaml's problem and context, as byte offsets */
	const char *problem, *context; /* libyaml's words; never NULL */
};

/* fault.c */
struct diag *fault_error(struct fault *f, size_t begin, size_t end, const char *format, ...)
	__attribute__((format(printf, 4, 5)));
void fault_note(struct fault *f, struct diag *d, size_t begin, size_t end, const char *what);

/* An edit and the help line that announces it. */
void fault_insert(struct fault *f, struct diag *d, size_t at, const char *text, const char *help);

/* Where a plain text that begins at `begin` ends: the line, a comment, or in flow a delimiter. */
size_t fault_value_end(const struct fault *f, size_t begin);

/* Proposes to close at its line's end the quote that opens at `begin`. */
void fault_close_quote(struct fault *f, struct diag *d, size_t begin);

/* Proposes quotes round the value, or the key, that `begin` is part of. */
void fault_quote(struct fault *f, struct diag *d, size_t begin);

/* The mistake may be a look-alike between begin and end; true when one was found. */
bool explain_look_alike(struct fault *f, size_t begin, size_t end);

/* A line that should have held "key: value" but makes no key; true when it was explained. */
bool explain_keyless_line(struct fault *f, size_t at);

/* "mapping values are not allowed": a ':' where no key can be. */
void explain_colon(struct fault *f);

/* Something behind the end of the file's only value. */
void explain_second_root(struct fault *f);

/* Something that isn't a key or a list item where one must be. */
void explain_expected_key(struct fault *f);

#endif
