/* SPDX-License-Identifier: Apache-2.0 */
/* Rows of samples, and those that other tools supply. The working folder is <job dir>/metrics. */
#ifndef HPCC_RUNTIME_DATA_SAMPLE_TOOLS_H
#define HPCC_RUNTIME_DATA_SAMPLE_TOOLS_H

#include "runtime/out.h"

/* A row begins with its time and node, and is appended to the file in one write. */
void rt_sample_begin(struct rt_out *out, const char *node);
void rt_sample_end(struct rt_out *out, const char *file);

void rt_sample_gpus(const char *node);
void rt_sample_steps(const char *node, const char *job);

/* The node's name as Slurm knows it, else the host's. */
void rt_sample_node_name(char *name, size_t room);

#endif
