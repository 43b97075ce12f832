/* SPDX-License-Identifier: Apache-2.0 */
/* Inside the frontend: loading files and resolving `extends`. */
#ifndef HPCC_FRONTEND_EXTENDS_H
#define HPCC_FRONTEND_EXTENDS_H

#include "frontend/frontend.h"

/* How one file asks for another. */
enum asked {
	ASKED_EXTENDS,
	ASKED_INCLUDES
};

/* A file that was asked for. */
struct loaded {
	struct str name; /* as shown and opened */
	struct str key;  /* folded, to know it again */
	struct span via; /* the value that asked first; none for the files of the command line */
	enum asked asked;
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
	/* The file's tree with `extends` and `include` resolved and `steps` renamed; NULL when it has none, which
	   is complained about. `via` is the value that names it. */
	struct node *(*load)(struct loader *l, struct str name, struct span via, enum asked asked);
};

/* The root with the files of its `include` below it. */
struct node *layers_include(struct loader *l, struct node *root);
/* The files of the command line that are laid over the tree. */
struct node *layers_over(struct loader *l, struct node *root);
/* Without what !reset takes away. */
struct node *layers_finish(struct loader *l, struct node *root);

/* Adds the text as a source and composes it: its mapping, with `steps` renamed to `services`, or NULL
   when it has none, which is complained about. */
struct node *read_root(struct loader *l, struct str name, struct str text);

/* The tree of one file with its services laid over those that they extend. */
struct node *extends_in_file(struct unit *u, struct node *root);

/* The child laid over the base; what comes from the base gets the step, if there is one. */
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
