/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The text form of the job (ir/text/print.h):
 *
 *	services.api.image = "redis:7"  # compose.yaml:4:12
 */
%define api.pure full
%define api.prefix {ir_text_yy}
%define parse.error detailed
%param { struct ir_text *t } { void *scanner }
%code requires {
#include "frontend/ir_text.h"
}
%code {
union IR_TEXT_YYSTYPE;
int ir_text_yylex(union IR_TEXT_YYSTYPE *value, struct ir_text *t, void *scanner);
static void ir_text_yyerror(struct ir_text *t, void *scanner, const char *what);
}
%union {
	struct ir_token token;
	struct ir_value value;
}
%token <token> WORD "a word" QUOTED "a quoted text" ORIGIN "a comment" EMPTY_MAP "'{}'" STRAY "a stray character"
%token '\n' "the end of the line"
%type <token> key origin
%type <value> value
%%
file:	  %empty
	| file line
	;
line:	  '\n'
	| path '=' value origin '\n'	{ ir_text_put(t, &$3, $4.text); t->path.n = 0; }
	| error '\n'			{ yyerrok; t->path.n = 0; }
	;
path:	  key				{ ir_text_key(t, $1); }
	| path '.' key			{ ir_text_key(t, $3); }
	| path '[' WORD ']'		{ ir_text_item(t, $3); }
	;
key:	  WORD
	| QUOTED
	;
value:	  QUOTED			{ $$ = (struct ir_value){IR_TEXT, $1}; }
	| WORD				{ $$ = (struct ir_value){IR_WORD, $1}; }
	| EMPTY_MAP			{ $$ = (struct ir_value){IR_MAP, $1}; }
	| '[' WORD ']'			{ $$ = (struct ir_value){IR_LIST, $2}; }
	| '?'				{ $$ = (struct ir_value){.form = IR_POISON}; }
	;
origin:	  %empty			{ $$ = (struct ir_token){0}; }
	| ORIGIN
	;
%%
static void ir_text_yyerror(struct ir_text *t, void *scanner, const char *what)
{
	(void)scanner;
	size_t at = t->offset ? t->offset - 1 : 0;
	ir_text_error(t, source_span(t->file, at, t->offset), what);
}
