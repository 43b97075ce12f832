/* SPDX-License-Identifier: Apache-2.0 */
/* The plan for people: plan_text.c is the part on the job, plan_text_services.c on its services. */
#ifndef HPCC_BACKENDS_FORMATS_PLAN_TEXT_H
#define HPCC_BACKENDS_FORMATS_PLAN_TEXT_H

#include "backends/formats/formats.h"

struct report {
	struct arena *arena;
	struct buf out;
	const struct plan *plan;
	const struct secret_set *hide;
	unsigned margin; /* columns of the service numbers */
};

/* plan_text_rows.c */
/* "   key          text", further lines below the first. */
void row(struct report *r, const char *key, struct str text);
/* Words as a shell would take them, secrets redacted. */
struct str words_text(struct report *r, const struct v_list *list);
/* "partition gpu" */
struct str option_text(struct report *r, const struct plan_option *o);
/* A row of NAME=value for each. */
void write_variables(struct report *r, const char *key, const struct v_map *map);
/* A row "host at /container, ro" for each but the job folder. */
void write_mounts(struct report *r, const char *key, const struct plan_mount *items, uint32_t n);
void write_env_setup(struct report *r, const struct plan_env_setup *setup);

/* plan_text_services.c */
void write_service(struct report *r, const struct plan_service *s);

#endif
