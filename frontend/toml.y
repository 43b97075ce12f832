/* SPDX-License-Identifier: Apache-2.0 */
/* TOML, as far as settings need it. A bad line is reported, and the next one read. */
%define api.prefix {toml_file_}
%define api.pure full
%define api.value.type {struct toml_token}
%define api.location.type {struct loc}
%define parse.error custom
%define lr.default-reduction consistent
%locations
%param {struct toml_scan *in}
%code requires {
#include "frontend/toml.h"
}
%code {
static int toml_file_lex(struct toml_token *token, struct loc *at, struct toml_scan *in)
{
	return toml_scan_token(token, at, in);
}

static void yyerror(const struct loc *at, struct toml_scan *in, const char *what)
{
	(void)what; /* the parser's stack is full; syntax errors have their own report */
	toml_refuse(in, *at, "arrays are nested too deep");
}

static struct toml_key *new_key(struct toml_scan *in, struct loc at, struct str text)
{
	struct toml_key *key = ARENA_NEW(in->u->arena, struct toml_key);
	*key = (struct toml_key){text, toml_span(in, at), NULL};
	return key;
}

/* Integers may group digits by '_'. */
static struct str digits(struct toml_scan *in, struct str text)
{
	struct buf b;
	buf_init(&b, in->u->arena);
	for (size_t i = 0; i < text.len; i++)
		if (text.ptr[i] != '_' && text.ptr[i] != '+')
			buf_add_byte(&b, text.ptr[i]);
	return buf_str(&b);
}
}
%token END 0 "the end"
%token BARE "a key" STRING "a string" INTEGER "an integer" BOOLEAN "true or false"
%token WORD "something else"
%token NEWLINE 10 "the end of the line"

%%

file: line
| file end line

end: NEWLINE			{ yyerrok; }

line: %empty
| '[' key ']'			{ toml_open_table(in, $2.key); }
| key '=' value			{ toml_set(in, $1.key, $3.node); }
| error

key: part
| key '.' part {
	$$ = $1;
	$$.last_key->next = $3.key;
	$$.last_key = $3.key;
}

part: BARE			{ $$.key = $$.last_key = new_key(in, @1, $1.text); }
| STRING			{ $$.key = $$.last_key = new_key(in, @1, $1.text); }

value: STRING {
	$$.node = toml_node(in, NODE_STRING, @1, $1.text);
	$$.node->is_quoted = true;
}
| INTEGER			{ $$.node = toml_node(in, NODE_INT, @1, digits(in, $1.text)); }
| BOOLEAN			{ $$.node = toml_node(in, NODE_BOOL, @1, $1.text); }
| '[' ']'			{ $$.node = toml_node(in, NODE_LIST, @$, STR("")); }
| '[' items ']'			{ $$.node = $2.node; $$.node->at = toml_span(in, @$); }
| '[' items ',' ']'		{ $$.node = $2.node; $$.node->at = toml_span(in, @$); }

items: value {
	$$.node = toml_node(in, NODE_LIST, @1, STR(""));
	toml_append(in, $$.node, $1.node);
}
| items ',' value		{ $$ = $1; toml_append(in, $$.node, $3.node); }

%%

static int yyreport_syntax_error(const yypcontext_t *context, struct toml_scan *in)
{
	const struct loc *at = yypcontext_location(context);
	yysymbol_kind_t expected[4];
	int n = yypcontext_expected_tokens(context, expected, 4);
	struct str found = str_slice(in->text, at->begin, at->end);
	if (str_has_prefix(found, "{"))
		toml_refuse(in, *at, "inline tables aren't part of settings: write a [table]");
	else if (str_has_prefix(found, "\"") || str_has_prefix(found, "'"))
		toml_refuse(in, *at, "a string has no closing quote on its line");
	else if (str_eq_c(found, "["))
		toml_refuse(in, *at, "arrays of tables aren't part of settings");
	else if (yypcontext_token(context) == YYSYMBOL_WORD)
		toml_refuse(in, *at, "strings need quotes; else only integers, true, false and "
				     "arrays can stand here");
	else if (n == 1)
		toml_refuse(in, *at, str_fmt(in->u->arena, "%s is expected here",
					     yysymbol_name(expected[0])).ptr);
	else
		toml_refuse(in, *at, "a line is KEY = VALUE or [TABLE]");
	return 0;
}
