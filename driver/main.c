/* SPDX-License-Identifier: Apache-2.0 */
/* The program hpcc: reads the command line, runs the command, ends with its exit code. */
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>

#include "driver/cluster/binaries.h"
#include "driver/invocation.h"
#include "driver/system.h"
#include "passes/pass.h"

/* What was written to standard output has to be there: a full disk is an error. */
static int close_output(int status)
{
	if (fflush(stdout) == 0 && !ferror(stdout))
		return status;
	if (errno != EPIPE && status == EXIT_OK)
		complain("can't write to standard output: %s", strerror(errno));
	return status == EXIT_OK ? EXIT_UNEXPECTED : status;
}

static int run(struct invocation *inv, int argc, char **argv)
{
	if (!invocation_parse(inv, argc, argv))
		return EXIT_USAGE;
	if (inv->options.version) {
		puts("hpcc " HPCC_VERSION);
		return EXIT_OK;
	}
	if (inv->options.help) {
		if (inv->options.help_form == HELP_MAN)
			manual_print(stdout, inv->command);
		else
			help_print(stdout, inv->command, inv->options.help_form == HELP_ALL);
		return EXIT_OK;
	}
	programs_named_by(binary_of_settings, inv);
	return inv->command->run(inv);
}

int main(int argc, char **argv)
{
	struct arena arena;
	struct invocation inv = {.arena = &arena};

	signal(SIGPIPE, SIG_IGN);
	arena_init(&arena);
	passes_verify();
	int status = close_output(run(&inv, argc, argv));
	arena_free(&arena);
	return status;
}
