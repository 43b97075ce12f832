/* SPDX-License-Identifier: Apache-2.0 */
/* The words that a shim is started with, which `hpcc-rt enter` reads of one that runs. */
#ifndef HPCC_RUNTIME_STEP_STEP_WORDS_H
#define HPCC_RUNTIME_STEP_STEP_WORDS_H

#include <stdbool.h>

#include "runtime/step/step.h"

struct rt_step_looks;

struct rt_step_words {
	const char *job_dir, *chdir, *prologue, *epilogue, *image_env, *enroot_env, *keep;
	const char *lines; /* an expression that is looked for in the command's output */
	struct rt_entrypoint entrypoint;
	bool dist;
	char **command;
};

/* argv[0] is the verb's name. False after a message. */
bool rt_step_words_read(struct rt_step_words *w, struct rt_step_looks *looks, int argc,
			char **argv);
/* Variables of the image and of ranks, as the words ask for them. */
void rt_step_words_environment(const struct rt_step_words *w);

#endif
