/* SPDX-License-Identifier: Apache-2.0 */
/* Mounts: HOST:CONTAINER[:MODE]. The parts go to in->parts; what may stand in them is mount.c's. */
%define api.prefix {mount_}
%define api.pure full
%define api.value.type {struct token}
%define api.location.type {struct loc}
%define parse.error custom
%define lr.default-reduction consistent
%locations
%param {struct scan *in}
%code requires {
#include "ir/grammar/scan.h"
}
%code {
static int mount_lex(struct token *token, struct loc *at, struct scan *in);
static void yyerror(const struct loc *at, struct scan *in, const char *what);
}
%token END 0 "the end"
%token TEXT 259 "a path"

%%

mount: part ':' part		{ in->parts[0] = @1; in->parts[1] = @3; in->n_parts = 2; }
| part ':' part ':' part	{
	in->parts[0] = @1;
	in->parts[1] = @3;
	in->parts[2] = @5;
	in->n_parts = 3;
}
| part {
	scan_problem(in, @1,
		     "a mount is HOST:CONTAINER or HOST:CONTAINER:MODE, and this has one part");
	YYABORT;
}
| part ':' part ':' part ':' more {
	scan_problem(in, @7, "a mount has at most three parts, HOST:CONTAINER:MODE");
	YYABORT;
}

more: part
| more ':' part

part: %empty
| TEXT

%%

SCAN_PARSER(mount_lex, scan_mount)
