/* SPDX-License-Identifier: Apache-2.0 */
/* Inside the frontend: loading files and resolving `extends`. */
#ifndef HPCC_FRONTEND_EXTENDS_H
#define HPCC_FRONTEND_EXTENDS_H

#include "frontend/frontend.h"

/* A file that was asked for. */
struct loaded {
	struct str name;   /* as shown and opened */
	struct str key;    /* folded, to know it again */
	struct span via;   /* the `extends` that asked first; none for the leaf */
	struct node *root; /* resolved; NULL while loading or when it can't be used */
	bool is_loading;
	struct str why; /* it could not be read; empty otherwise */
};

struct loader {
	struct unit *u;
	LIST(struct loaded) files;
	LIST(uint32_t) stack; /* numbers of the files being loaded, outermost first */
	struct map index;     /* key to number in files */
	uint64_t n_merged;    /* entries that merging made */
};

/* Adds the text as a source and composes it: its mapping, with `steps` renamed to `services`, or NULL
   when it has none, which is complained about. */
struct node *read_root(struct loader *l, struct str name, struct str text);

/* The child laid over the base; what comes from the base gets the step. */
enum merge_place {
	MERGE_ROOT,
	MERGE_SERVICES,
	MERGE_SERVICE,
	MERGE_VOLUMES,
	MERGE_OTHER
};
struct node *extends_merge(struct loader *l, const struct node *base, struct node *child,
			   const struct trail *step, enum merge_place place);

/* The path as it is written in a file of that name. */
struct str path_beside(struct arena *a, struct str holder, struct str path);

/* "." and ".." and double slashes resolved by name. */
struct str path_tidy(struct arena *a, struct str path);

#endif
