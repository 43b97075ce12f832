/* SPDX-License-Identifier: Apache-2.0 */
/* Opens and closes curses, with what curses leaves to its callers. */
#include "driver/live/terminal.h"

#include <curses.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <termios.h>
#include <unistd.h>

#include "driver/live/paint.h"
#include "driver/screen/style.h"
#include "driver/system.h"

#include <term.h> /* behind all others: it makes names of its own of lines, columns and more */

enum {
	ESCAPE_MS = 50, /* for the rest of a key that begins with an escape */
	MOST = 1 << 12  /* bytes of complaints that are taken at a time */
};

/* Signals after which nothing of ours runs any more. */
static const int faults[] = {SIGQUIT, SIGABRT, SIGSEGV, SIGBUS, SIGFPE, SIGILL};

/* Of the terminal as it was, for a handler that can't ask curses. */
static struct termios before;
static char farewell[128];
static int error_output = -1, kept = -1;
static off_t taken;
static SCREEN *screen;

bool terminal_is_there(void)
{
	return isatty(STDIN_FILENO) && isatty(STDOUT_FILENO) &&
	       strcmp(env_or("TERM", "dumb"), "dumb") != 0;
}

/* What was complained about goes where it was meant to. Callable in a handler. */
static void give_back_errors(void)
{
	if (error_output < 0)
		return;
	dup2(error_output, STDERR_FILENO);
	char block[MOST];
	off_t at = 0;
	ssize_t n;
	while (kept >= 0 && (n = pread(kept, block, sizeof(block), at)) > 0) {
		if (write(STDERR_FILENO, block, (size_t)n) != n)
			break;
		at += n;
	}
}

static void say_farewell(int number)
{
	ssize_t written = write(STDOUT_FILENO, farewell, strlen(farewell));

	(void)written;
	tcsetattr(STDIN_FILENO, TCSANOW, &before);
	give_back_errors();
	signal(number, SIG_DFL);
	raise(number);
}

static void set_faults(void (*handler)(int))
{
	struct sigaction action = {.sa_handler = handler};

	for (size_t i = 0; i < sizeof(faults) / sizeof(*faults); i++)
		sigaction(faults[i], &action, NULL);
}

/* The strings that end the view, from the terminal's description. */
static void note_farewell(void)
{
	static const char *const names[] = {"sgr0", "cnorm", "rmkx", "rmcup"};

	farewell[0] = '\0';
	for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++) {
		const char *text = tigetstr(names[i]);

		if (text && text != (char *)-1 &&
		    strlen(farewell) + strlen(text) < sizeof(farewell))
			strcat(farewell, text);
	}
}

static void keep_errors(void)
{
	kept = memfd_create("hpcc-errors", MFD_CLOEXEC);
	error_output = kept < 0 ? -1 : fcntl(STDERR_FILENO, F_DUPFD_CLOEXEC, STDERR_FILENO + 1);
	taken = 0;
	fflush(stderr);
	if (error_output >= 0)
		dup2(kept, STDERR_FILENO);
}

bool terminal_open(const struct invocation *inv)
{
	tcgetattr(STDIN_FILENO, &before);
	paint_locale();
	screen = newterm(NULL, stdout, stdin);
	if (!screen)
		return false;
	set_escdelay(ESCAPE_MS);
	cbreak();
	noecho();
	nonl();
	keypad(stdscr, TRUE);
	nodelay(stdscr, TRUE);
	curs_set(0);
	if (has_colors() && wants_color(inv, stdout)) {
		start_color();
		use_default_colors();
		paint_colors();
	}
	note_farewell();
	keep_errors();
	set_faults(say_farewell);
	return true;
}

void terminal_close(void)
{
	set_faults(SIG_DFL);
	endwin();
	delscreen(screen);
	screen = NULL;
	fflush(stderr);
	give_back_errors();
	if (error_output >= 0)
		close(error_output);
	if (kept >= 0)
		close(kept);
	error_output = kept = -1;
}

void terminal_lend(void)
{
	def_prog_mode();
	endwin();
	fflush(stderr);
	if (error_output >= 0)
		dup2(error_output, STDERR_FILENO);
}

void terminal_take_back(void)
{
	fflush(stderr);
	if (error_output >= 0)
		dup2(kept, STDERR_FILENO);
	reset_prog_mode();
	clearok(stdscr, TRUE);
	refresh();
}

struct str terminal_complaints(struct arena *a)
{
	fflush(stderr);
	off_t end = kept < 0 ? 0 : lseek(kept, 0, SEEK_END);
	if (end <= taken)
		return STR("");
	size_t most = end - taken > MOST ? MOST : (size_t)(end - taken);
	char *text = arena_alloc(a, most);
	ssize_t n = pread(kept, text, most, taken);
	taken = end;
	return str_trim((struct str){text, n > 0 ? (size_t)n : 0});
}
