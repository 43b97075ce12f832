/* SPDX-License-Identifier: Apache-2.0 */
/* Dotenv files: lines of NAME=value. A bad line is reported, and the next one read. */
%define api.prefix {dotenv_file_}
%define api.pure full
%define api.value.type {struct str}
%define api.location.type {struct loc}
%locations
%param {struct dotenv_scan *in}
%code requires {
#include "frontend/variables/dotenv_scan.h"
}
%code {
static int dotenv_file_lex(struct str *token, struct loc *at, struct dotenv_scan *in)
{
	return dotenv_scan_token(token, at, in);
}

static void yyerror(const struct loc *at, struct dotenv_scan *in, const char *what)
{
	(void)at, (void)in, (void)what; /* every text is a list of lines */
}

static struct span span_of(const struct dotenv_scan *in, struct str text)
{
	uint32_t begin = in->base + (uint32_t)(text.ptr - in->text.ptr);
	return (struct span){begin, begin + (uint32_t)text.len};
}

/* Without one pair of equal quotes round it all. */
static struct str unquote(struct str value)
{
	if (value.len < 2 || (value.ptr[0] != '"' && value.ptr[0] != '\'') ||
	    value.ptr[value.len - 1] != value.ptr[0])
		return value;
	return str_slice(value, 1, value.len - 1);
}

static void add(struct dotenv_scan *in, struct str name, struct str value)
{
	name = str_trim(name);
	value = unquote(str_trim(value));
	if (!name.len) {
		in->has_failed = true;
		struct diag *d = diag_error(&in->u->diags, span_of(in, name), RULE_R029,
					    "no name stands before '='");
		diag_help(&in->u->diags, d,
			  "a line is NAME=value, or a comment that begins with '#'");
		return;
	}
	*LIST_PUSH(in->u->arena, &in->out->entries) =
		(struct dotenv_entry){name, value, span_of(in, name), span_of(in, value)};
}

static void refuse(struct dotenv_scan *in, struct str line)
{
	in->has_failed = true;
	struct diag *d = diag_error(&in->u->diags, span_of(in, str_trim(line)), RULE_R029,
				    "%.*s has no '='",
				    STR_ARG(problem_quote(in->u->arena, str_trim(line))));
	diag_help(&in->u->diags, d, "a line is NAME=value, or a comment that begins with '#'");
}
}
%token END 0
%token NAME VALUE

%%

file: line
| file '\n' line

line: %empty
| NAME { refuse(in, $1); }
| NAME '=' { add(in, $1, str_slice(in->text, @2.end, @2.end)); }
| NAME '=' VALUE { add(in, $1, $3); }
| '=' { add(in, str_slice(in->text, @1.begin, @1.begin), str_slice(in->text, @1.end, @1.end)); }
| '=' VALUE { add(in, str_slice(in->text, @1.begin, @1.begin), $2); }

%%
