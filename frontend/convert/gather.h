/* SPDX-License-Identifier: Apache-2.0 */
/* Inside the conversion: Compose files that are taken into another one. */
#ifndef HPCC_FRONTEND_CONVERT_GATHER_H
#define HPCC_FRONTEND_CONVERT_GATHER_H

#include "frontend/convert/convert_parts.h"

/* A further file. Paths are relative to the folder of the first one. */
struct part {
	struct str path, folder; /* the folder: what paths in it go by */
	bool is_included;
	const struct dotenv *own; /* variables that its include brings along */
	uint32_t base;            /* of the file in the sources */
	struct conversion moved;  /* its paths made those of the first file's folder */
	struct conversion whole;  /* what itself asks for taken in */
	struct converter cv;      /* of the whole text */
	const struct node *root;  /* of that */
	const struct node *done;  /* the same, services laid over those they extend; NULL before */
};

struct gathering {
	struct unit *u;
	struct arena *a;
	LIST(struct part *) parts;
	LIST(struct str) stack;      /* paths of files that are being taken in */
	const struct dotenv *dotenv; /* of the first file's folder */
	/* Takes in what a file asks for; `folder` is what its paths go by. */
	void (*take_in)(struct gathering *g, struct converter *cv, struct str path,
			struct str folder, const struct dotenv *own);
};

/* A text, and which files it is from. */
struct made {
	struct buf text;
	LIST(struct convert_piece) pieces;
};

/* What is added to a section of a file: "services" and the like. */
struct receiver {
	struct converter *cv;
	const char *section;
	const struct node *mine; /* or NULL */
	bool is_flow;
	size_t column;
	struct made made;
	size_t section_at; /* the place of the first section that is taken in */
	struct map names;  /* of what was taken, with the number of the part */
};

/* gather_parts.c */
struct part *gather_part(struct gathering *g, const struct part *wanted, struct span via);

/* gather_paths.c */
/* The path of what is written in a file whose paths go by that folder. */
struct str gather_path(struct arena *a, struct str folder, struct str path);
bool is_remote(struct str path);
/* Makes the paths of a file those of the first one's folder. */
void move_paths(struct converter *cv, struct str folder);

/* gather_text.c */
/* The place in its own file of what stands in a part; other offsets as they are. */
uint32_t gather_origin(const struct gathering *g, uint32_t at);
struct receiver receiver_begin(struct gathering *g, struct converter *cv, const char *section);
/* The entries of a part's section; root: instead of the part's own tree, one made of several. */
void receiver_take(struct gathering *g, struct receiver *t, const struct part *p,
		   const struct node *root, struct span via);
void receiver_end(struct gathering *g, struct receiver *t);
/* Adds "key: value", with the place it is from. */
void add_from(struct gathering *g, struct converter *cv, const struct node *map,
	      const struct entry *e);
void replace_from(struct gathering *g, struct converter *cv, const struct spot *s,
		  const struct node *value);
/* Its lines become comments: what it asked for is there. */
void comment_out(struct converter *cv, const struct spot *s);

#endif
