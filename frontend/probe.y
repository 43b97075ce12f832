/* SPDX-License-Identifier: Apache-2.0 */
/* Healthcheck commands: words of nc, curl and wget. probe.c makes the words. */
%define api.prefix {probe_words_}
%define api.pure full
%define api.value.type {struct probe_word}
%define api.location.type {struct loc}
%locations
%param {struct probe_scan *in}
%code requires {
#include "frontend/probe_scan.h"
}
%code {
static int probe_words_lex(struct probe_word *word, struct loc *at, struct probe_scan *in)
{
	*at = (struct loc){0, 0};
	return probe_scan_word(word, in);
}

static void yyerror(const struct loc *at, struct probe_scan *in, const char *what)
{
	(void)at, (void)in, (void)what; /* every list of words is a command */
}
}
%token END 0
%token NC 258 CURL 259 WGET 260 WORD 261 URL 262 OPTION 263 OPTION_Z 264 SPIDER 265

%%

command: %empty			{ probe_take_nothing(in); }
| NC nc_words			{ probe_take_nc(in); }
| CURL http_words		{ probe_take_http(in, true); }
| WGET http_words		{ probe_take_http(in, in->has_spider); }
| other words

other: WORD | URL | OPTION | OPTION_Z | SPIDER

nc_words: %empty
| nc_words OPTION
| nc_words SPIDER
| nc_words OPTION_Z		{ in->has_z = true; }
| nc_words plain		{ probe_add_operand(in, &$2); }

plain: WORD | URL | NC | CURL | WGET

http_words: %empty
| http_words URL		{ in->url = $2; }
| http_words SPIDER		{ in->has_spider = true; }
| http_words skipped

skipped: WORD | NC | CURL | WGET | OPTION | OPTION_Z

words: %empty
| words other
| words NC
| words CURL
| words WGET

%%
