/* SPDX-License-Identifier: Apache-2.0 */
#include "driver/screen/ask.h"

#include <errno.h>
#include <string.h>
#include <strings.h>
#include <termios.h>
#include <unistd.h>

/* The command line again, as a way out that can be typed. */
static void advise_yes(const struct invocation *inv)
{
	struct buf words;

	buf_init(&words, inv->arena);
	for (uint32_t i = 0; i < inv->words.n; i++)
		buf_add_fmt(&words, " %s", inv->words.items[i]);
	if (inv->options.job)
		buf_add_fmt(&words, " --job=%s", inv->options.job);
	if (inv->options.all)
		buf_add_c(&words, " --all");
	if (inv->options.older_than)
		buf_add_fmt(&words, " --older-than=%s", inv->options.older_than);
	struct str shown = str_visible(inv->arena, buf_str(&words), VISIBLE_LINE);
	advise("hpcc %s%.*s --yes", inv->command->name, STR_ARG(shown));
}

/* An answer's first word, from what waits at the terminal alone: what was typed before the question isn't one. */
static bool is_answered_yes(void)
{
	char line[64];
	size_t n = 0;
	ssize_t got;

	while (n < sizeof(line) - 1 && (got = read(STDIN_FILENO, line + n, sizeof(line) - 1 - n))) {
		if (got < 0 && errno == EINTR)
			continue;
		if (got < 0)
			break;
		n += (size_t)got;
		if (memchr(line, '\n', n))
			break;
	}
	line[n] = '\0';
	char *word = line + strspn(line, " \t");
	word[strcspn(word, " \t\r\n")] = '\0';
	return strcasecmp(word, "y") == 0 || strcasecmp(word, "yes") == 0;
}

bool may_remove(struct invocation *inv, struct str what, int *status)
{
	struct str shown = str_visible(inv->arena, what, VISIBLE_LINE);

	if (inv->options.yes)
		return true;
	if (!isatty(STDIN_FILENO) || !isatty(STDERR_FILENO)) {
		complain("without a terminal to ask on, 'hpcc %s' doesn't %.*s", inv->command->name,
			 STR_ARG(shown));
		advise_yes(inv);
		*status = EXIT_USAGE;
		return false;
	}
	tcflush(STDIN_FILENO, TCIFLUSH);
	fprintf(stderr, "%.*s? [y/N] ", STR_ARG(shown));
	fflush(stderr);
	if (is_answered_yes())
		return true;
	fputs("nothing is removed\n", stderr);
	*status = EXIT_UNEXPECTED;
	return false;
}
