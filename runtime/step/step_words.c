/* SPDX-License-Identifier: Apache-2.0 */
/* What the shim's words mean: options, looks, the command; and what they say of the environment. */
#include "runtime/step/step_words.h"

#include "runtime/files.h"
#include "runtime/step/step_look.h"
#include "runtime/verbs.h"

bool rt_step_words_read(struct rt_step_words *w, struct rt_step_looks *looks, int argc, char **argv)
{
	const struct rt_option options[] = {
		{.name = "--dir", .value = &w->job_dir},
		{.name = "--chdir", .value = &w->chdir},
		{.name = "--prologue", .value = &w->prologue},
		{.name = "--epilogue", .value = &w->epilogue},
		{.name = "--image-env", .value = &w->image_env},
		{.name = "--enroot-env", .value = &w->enroot_env},
		{.name = "--keep", .value = &w->keep},
		{.name = "--lines", .value = &w->lines},
		{.name = "--image-rc", .value = &w->entrypoint.rc},
		{.name = "--image-run", .value = &w->entrypoint.runscript},
		{.name = "--image-config", .value = &w->entrypoint.config},
		{.name = "--dist", .flag = &w->dist},
		{.name = NULL},
	};

	if (!rt_step_looks_take(looks, &argc, &argv))
		return false;
	w->command = rt_read_command(options, true, argc, argv);
	if (!w->command)
		return false;
	w->entrypoint.has_folder = w->chdir != NULL;
	if (*w->command || w->entrypoint.rc || w->entrypoint.runscript || w->entrypoint.config)
		return true;
	rt_say("step: no command behind '--'");
	return false;
}

void rt_step_words_environment(const struct rt_step_words *w)
{
	if (w->image_env)
		rt_step_image_environment(w->image_env, w->keep, RT_IMAGE_CHARLIECLOUD);
	if (w->enroot_env)
		rt_step_image_environment(w->enroot_env, w->keep, RT_IMAGE_ENROOT);
	if (w->dist)
		rt_step_ranks();
}
