/* SPDX-License-Identifier: Apache-2.0 */
/* TOML. A bad line is reported, and the next one read. */
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
	toml_refuse(in, *at, "arrays or tables are nested too deep");
}

static struct toml_key *new_key(struct toml_scan *in, struct loc at, struct str text)
{
	struct toml_key *key = ARENA_NEW(in->u->arena, struct toml_key);
	*key = (struct toml_key){text, toml_span(in, at), NULL};
	return key;
}

}
%token END 0 "the end"
%token BARE "a key" STRING "a string" INTEGER "an integer" BOOLEAN "true or false"
%token FLOAT "a number" MOMENT "a date or time" WORD "something else"
%token NEWLINE 10 "the end of the line"

%%

file: line
| file end line

end: NEWLINE			{ yyerrok; }

line: %empty
| '[' key ']'			{ toml_open_table(in, $2.key, false); }
| '[' '[' key ']' ']'		{ toml_open_table(in, $3.key, true); }
| key '=' value			{ toml_set(in, in->table, $1.key, $3.node); }
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
| MOMENT			{ $$.node = toml_node(in, NODE_STRING, @1, $1.text); }
| INTEGER			{ $$.node = toml_node(in, NODE_INT, @1, toml_decimal(in, $1.text)); }
| FLOAT				{ $$.node = toml_node(in, NODE_FLOAT, @1, $1.text); }
| BOOLEAN			{ $$.node = toml_node(in, NODE_BOOL, @1, $1.text); }
| '[' ']'			{ $$.node = toml_node(in, NODE_LIST, @$, STR("")); }
| '[' items ']'			{ $$.node = $2.node; $$.node->at = toml_span(in, @$); }
| '[' items ',' ']'		{ $$.node = $2.node; $$.node->at = toml_span(in, @$); }
| '{' '}'			{ $$.node = toml_node(in, NODE_MAP, @$, STR("")); $$.node->is_quoted = true; }
| '{' pairs '}'			{ $$.node = $2.node; $$.node->at = toml_span(in, @$); }
| '{' pairs ',' '}'		{ $$.node = $2.node; $$.node->at = toml_span(in, @$); }

pairs: key '=' value {
	$$.node = toml_node(in, NODE_MAP, @1, STR(""));
	toml_set(in, $$.node, $1.key, $3.node);
	$$.node->is_quoted = true; /* complete: no header may add to it */
}
| pairs ',' key '=' value	{ $$ = $1; toml_set(in, $$.node, $3.key, $5.node); }

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
	in->open.n = 0; /* the next line begins anew */
	if (str_has_prefix(found, "\"") || str_has_prefix(found, "'"))
		toml_refuse(in, *at, "a string has no closing quote on its line");
	else if (str_has_prefix(found, ":"))
		toml_refuse(in, *at, "'=' stands between a key and its value");
	else if (yypcontext_token(context) == YYSYMBOL_WORD)
		toml_refuse(in, *at, "strings need quotes; else only numbers, dates, true, false, "
				     "[arrays] and {tables} can stand here");
	else if (n == 1)
		toml_refuse(in, *at, str_fmt(in->u->arena, "%s is expected here",
					     yysymbol_name(expected[0])).ptr);
	else
		toml_refuse(in, *at, "a line is KEY = VALUE or [TABLE]");
	return 0;
}
