/* SPDX-License-Identifier: Apache-2.0 */
/* The site's file beside the site as it shows itself. */
#ifndef HPCC_DRIVER_CLUSTER_SITE_COMPARE_H
#define HPCC_DRIVER_CLUSTER_SITE_COMPARE_H

#include "driver/cluster/site_probe.h"
#include "ir/unit.h"

/* One key that differs. A text is empty where that side doesn't have it. */
struct site_difference {
	struct str key;         /* "partitions.gpu.max_time" */
	struct str says, shows; /* the file's value; the site's */
	struct str where;       /* file:line */
	struct str from;        /* where the site shows it */
};

struct site_differences {
	LIST(struct site_difference) list;
};

/* Keys that the probe doesn't know how to see are left alone. */
void site_compare(const struct unit *u, struct site_probe *p, struct site_differences *found);

#endif
