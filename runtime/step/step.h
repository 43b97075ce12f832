/* SPDX-License-Identifier: Apache-2.0 */
/* What the shim in step.c sets for the command: ranks (step_ranks.c), an image's variables
   (step_image.c), those that came under other names (step_variables.c); and what it learns of the kernel: what was
   used (step_usage.c), and who was killed for memory (step_oom.c). */
#ifndef HPCC_RUNTIME_STEP_STEP_H
#define HPCC_RUNTIME_STEP_STEP_H

#include "runtime/step/measure.h"

/* Sets HPC_COMPOSE_DIST_NODE_RANK, _LOCAL_RANK and _GLOBAL_RANK from what Slurm says. */
void rt_step_ranks(void);
/* Gives the values that came under other names to the variables that they are for. */
void rt_step_take_variables(void);
/* Gives variables with dots in their names the names that shells keep; false if there are none. */
bool rt_step_hide_dots(void);
/* The variable that says where hpcc-rt is, for `hpcc-rt dots`. */
#define RT_STEP_PROGRAM "HPCC_STEP_PROGRAM"

/* Whose rules an image's file of variables follows. */
enum rt_image {
	RT_IMAGE_CHARLIECLOUD,
	RT_IMAGE_ENROOT
};

/* Where the container tool keeps the image's ENTRYPOINT: one of the three, or none. */
struct rt_entrypoint {
	const char *rc, *runscript, *config;
	bool has_folder; /* the service has one of its own */
};
/* Puts ENTRYPOINT, or what runs it, ahead of the words. False when it can't be had, which is said. */
bool rt_step_entrypoint(const struct rt_entrypoint *e, char ***command);

/* What the command, and all it has started, has used. */
void rt_step_usage(struct rt_usage *usage);
/* The same while they live, as the text of a message. */
struct rt_step_tree;
void rt_step_measure(const struct rt_step_tree *tree, char text[RT_MEASURE_ROOM]);
/* Processes that the kernel has killed for memory in this cgroup; -1: that can't be known. */
long rt_step_oom_kills(void);
/* Sets the variables of the image's file, if there is one, but for the comma-separated names. */
void rt_step_image_environment(const char *path, const char *keep, enum rt_image rules);

#endif
