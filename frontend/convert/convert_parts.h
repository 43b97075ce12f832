/* SPDX-License-Identifier: Apache-2.0 */
/* Inside the conversion of Compose files: what its files share. */
#ifndef HPCC_FRONTEND_CONVERT_CONVERT_PARTS_H
#define HPCC_FRONTEND_CONVERT_CONVERT_PARTS_H

#include "frontend/convert.h"
#include "frontend/variables/dotenv.h"

/* Replaces bytes of the text; an empty range inserts. */
struct edit {
	size_t begin, end;
	struct str text;
	uint32_t order;
	const struct convert_piece *pieces; /* of the text, where it is from other files */
	uint32_t n_pieces;
};

/* A collection at the place where it is written. */
struct group {
	const struct node *node;
	bool is_flow;
	size_t flow; /* where the outermost flow collection round it begins; of block ones nothing */
	size_t hole;     /* where {} or [] goes when nothing is left of it, or 0 */
	uint32_t n_left; /* entries or items that stay */
};

/* What is looked at: an entry of a mapping, or an item of a list. */
struct spot {
	const struct node *parent;
	const struct entry *entry; /* NULL: an item */
	const struct node *value;
	struct str path;         /* "services.db.volumes" */
	struct str service;      /* its name, or empty */
	const struct node *body; /* of the service, merges expanded */
};

/* What a service asks Slurm and its container for, from several keys. */
struct needs {
	uint64_t cpus, mem_mib, gpus, copies;
	struct str policy;   /* flow mapping, or empty */
	bool is_root;        /* the user inside */
	struct str writable; /* "false", "true" or empty */
};

struct converter {
	struct unit *u;
	struct arena *a;
	struct str text;
	uint32_t base; /* of the text in the source map */
	const struct node *root, *services;
	bool is_spec;            /* it has keys of specs: nothing is added at the root */
	struct span explicit_at; /* a key behind '?' or '&a', which isn't edited */
	LIST(struct edit) edits;
	LIST(struct group) groups;
	uint32_t *group_at;     /* by offset of a key, or of a collection: its number + 1 */
	unsigned char *is_done; /* by offset: enum place_use */
	struct map told;        /* reasons that were said */
	struct dotenv dotenv;
	const struct dotenv
		*own; /* variables of an included file, the only ones that are looked at */
	LIST(struct str) unset; /* variables without a value */
	struct conversion *out;
};

/* spots.c */
struct spot entry_spot(struct converter *cv, const struct spot *s, const struct entry *e);
struct spot item_spot(struct converter *cv, const struct spot *s, uint32_t i);
struct spot part_spot(struct converter *cv, const struct spot *s,
		      uint32_t i);                            /* one or the other */
size_t place_of(const struct converter *cv, uint32_t offset); /* in the text */
bool span_is_within(struct span inner, struct span outer);
/* Where a value is written: its own place, or the alias that stands for it. */
struct span written_at(const struct spot *s);
/* False when it is done already: what has an anchor is reached several times. */
enum place_use {
	PLACE_TAKEN = 1,
	PLACE_FIXED = 2,  /* variables */
	PLACE_FILLED = 4, /* entries were added */
	PLACE_GONE = 8,   /* an edit took it away */
	PLACE_MENDED = 16,
};
bool take_place(struct converter *cv, uint32_t offset, enum place_use use);
/* The key at this place of the text stands behind '?', or has an anchor or a tag of its own. */
bool key_is_odd(const struct converter *cv, size_t at);

/* convert.c: reads a text for edits; false when there is nothing to convert, and the diagnostics say why. */
bool converter_begin(struct converter *cv, struct unit *u, struct str path, struct str text,
		     struct conversion *out);
void read_dotenv(struct converter *cv); /* of the .env beside the file: Compose reads it, too */

/* edits.c: the text, edited at places. */
void edits_begin(struct converter *cv);
struct str edits_apply(struct converter *cv);
/* Leaves it out; why empty: without a comment. */
void cut(struct converter *cv, const struct spot *s, struct str why);
/* Says above it what of it is left out. */
void comment_on(struct converter *cv, const struct spot *s, struct str why, struct str text);
void replace(struct converter *cv, const struct spot *s, struct str text);
/* Puts a tag before the value of an entry, unless that is an alias. */
void tag(struct converter *cv, const struct spot *s, const char *tag);
/* Adds "key: value" to a mapping, or items to a list. */
void add(struct converter *cv, const struct node *collection, struct str text);
struct group *group_of(struct converter *cv, size_t at); /* what is written there, or NULL */
/* The end of the line, or of the last of the comments below that stand as far to the right. */
size_t behind_comments(const struct converter *cv, size_t at, size_t column);
void edit_text(struct converter *cv, size_t begin, size_t end, struct str text);
void lose(struct converter *cv, const struct spot *s, struct str why);
void decide(struct converter *cv, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* aliases.c: what refers to something that is gone gets its value. */
void mend_aliases(struct converter *cv);
/* A value in flow style, without what was left out of it; all of it as it is without a converter. False when it is
   too large. */
bool add_flow(struct arena *a, struct converter *cv, struct buf *b, const struct node *node);

/* texts.c: values as texts. */
struct str quoted(struct arena *a, struct str text); /* as a scalar in YAML */
/* With ${V} and ${V:?m} as ${V:-otherwise}; variables without a value are noted. */
struct str with_defaults(struct converter *cv, struct str text, const char *otherwise);
void fix_variables(struct converter *cv, const struct spot *s, const char *otherwise);
/* The text with variables replaced by .env and defaults; false when one has no value. */
bool resolve(const struct converter *cv, struct str text, struct str *value);
struct str resolved(const struct converter *cv, const struct node *node);
struct str split_words(struct converter *cv, struct str text);            /* as a flow list */
bool seconds_of(struct arena *a, struct str duration, uint64_t *seconds); /* rounded up */
/* A duration that is one of specs, too; empty when it is none at all. */
struct str whole_seconds(struct arena *a, struct str duration);
bool mib_of(struct arena *a, struct str size, uint64_t *mib);

/* walk.c */
void walk_map(struct converter *cv, const struct spot *s, const char *part);
bool has_health(const struct converter *cv, struct str service, int depth);

/* A Dockerfile that a prepare block can stand for. */
struct recipe {
	const struct node *build;
	struct str context; /* folder, as written */
	struct str image;   /* FROM */
	LIST(struct str) commands;
	LIST(struct assignment) values; /* of ARG and ENV; the last of a name counts */
	LIST(struct str) env;           /* names of ENV */
	struct str workdir;
	bool has_workdir, needs_context;
	struct str entrypoint, command; /* flow lists, or empty */
};

/* dockerfile.c: false when the service builds nothing, or what no prepare block can stand for. */
bool read_recipe(struct converter *cv, const struct node *body, struct recipe *r);
struct str recipe_prepare(struct converter *cv,
			  const struct recipe *r); /* "prepare: {...}" or empty */
void add_recipe(struct converter *cv, const struct spot *service, const struct recipe *r);

/* needs.c */
bool takes_no_part(const struct node *body);
struct needs service_needs(struct converter *cv, const struct spot *service);
void add_needs(struct converter *cv, const struct spot *service);
void add_root(struct converter *cv);
/* Leaves out a key whose meaning goes elsewhere, and says what of it is lost. */
void gather(struct converter *cv, const struct spot *s);

/* mounts.c */
/* The parts of HOST:CONTAINER:MODE, and their number; what stands in ${...} isn't parted. */
uint32_t part_mount(struct str text, struct str parts[3]);
void add_grants(struct converter *cv, const struct spot *service);

#define COMPOSE_KEY(part, key, fate, function, field, text) COMPOSE_##fate##_FUNCTION(function)
#define COMPOSE_KEEP_FUNCTION(function)
#define COMPOSE_WALK_FUNCTION(function)
#define COMPOSE_GATHER_FUNCTION(function)
#define COMPOSE_DROP_FUNCTION(function)
#define COMPOSE_DECIDE_FUNCTION(function)
#define COMPOSE_PART_FUNCTION(function)
#define COMPOSE_INTO_FUNCTION(function) void function(struct converter *cv, const struct spot *s);
#include "ir/compose_keys.gen.inc"
#undef COMPOSE_KEY

#endif
