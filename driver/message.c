/* SPDX-License-Identifier: Apache-2.0 */
/* Complaints about the command line and the world; those about a spec are diagnostics. */
#include <stdarg.h>
#include <string.h>

#include "driver/invocation.h"

void print_visible(FILE *out, struct str text, enum visible_form form)
{
	struct arena a;

	arena_init(&a);
	text = str_visible(&a, text, form);
	fwrite(text.ptr, 1, text.len, out);
	arena_free(&a);
}

/* What it quotes may come from anybody, and may be several lines of another program. */
__attribute__((format(printf, 2, 0))) static void say(const char *head, const char *format,
						      va_list args)
{
	struct arena a;

	arena_init(&a);
	fputs(head, stderr);
	print_visible(stderr, str_vfmt(&a, format, args), VISIBLE_TEXT);
	fputc('\n', stderr);
	arena_free(&a);
}

void complain(const char *format, ...)
{
	va_list args;

	va_start(args, format);
	say("hpcc: ", format, args);
	va_end(args);
}

void advise(const char *format, ...)
{
	va_list args;

	va_start(args, format);
	say("help: ", format, args);
	va_end(args);
}

const char *suggest_word(const char *given, const char *const *words, size_t n)
{
	struct nearest near = nearest_to(str_c(given));
	const char *found = NULL;

	/* A word that shares no letter is none that was meant. */
	for (size_t i = 0; i < n; i++)
		if (str_distance(near.name, str_c(words[i]), near.limit) < strlen(words[i]) &&
		    is_nearest(&near, str_c(words[i])))
			found = words[i];
	return found;
}
