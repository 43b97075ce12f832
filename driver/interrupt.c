/* SPDX-License-Identifier: Apache-2.0 */
/* Signals that ask hpcc to stop: held back, noted, taken. */
#include "driver/interrupt.h"

#include <signal.h>
#include <stddef.h>

static const int numbers[] = {SIGINT, SIGTERM, SIGHUP};
static volatile sig_atomic_t noted, puts_off, put_off;

static void note(int number)
{
	if (puts_off && !put_off)
		put_off = number;
	else
		noted = number;
}

static sigset_t all_of_them(void)
{
	sigset_t set;

	sigemptyset(&set);
	for (size_t i = 0; i < sizeof(numbers) / sizeof(*numbers); i++)
		sigaddset(&set, numbers[i]);
	return set;
}

void interrupts_hold(void)
{
	sigset_t set = all_of_them();

	sigprocmask(SIG_BLOCK, &set, NULL);
}

void interrupts_release(void)
{
	sigset_t set = all_of_them();

	sigprocmask(SIG_UNBLOCK, &set, NULL);
}

bool interrupt_is_ignored(int number)
{
	struct sigaction action;

	return sigaction(number, NULL, &action) == 0 && action.sa_handler == SIG_IGN;
}

void interrupts_catch(void)
{
	struct sigaction action = {.sa_handler = note};

	for (size_t i = 0; i < sizeof(numbers) / sizeof(*numbers); i++) {
		if (numbers[i] == SIGHUP && interrupt_is_ignored(SIGHUP))
			continue;
		sigaction(numbers[i], &action, NULL);
	}
	interrupts_release();
}

bool interrupt_is_noted(void)
{
	return noted != 0;
}

int interrupt_take(void)
{
	int number = noted;

	noted = 0;
	return number;
}

void interrupt_put_off(void)
{
	put_off = 0;
	puts_off = 1;
}

void interrupt_put_back(void)
{
	puts_off = 0;
	if (put_off && !noted)
		noted = put_off;
}
