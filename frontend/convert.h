/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A Docker Compose file to a spec. The text is edited at its places, so that comments, order and layout
 * stay; what has no counterpart becomes a comment that says why. ir/facts/compose.keys says what becomes
 * of each key.
 *
 *	restart: always		->	x-slurm: {failure_policy: {mode: restart_on_failure, ...}}
 *	networks: [elk]		->	# left out (there are no container networks): networks: [elk]
 */
#ifndef HPCC_FRONTEND_CONVERT_H
#define HPCC_FRONTEND_CONVERT_H

#include "ir/unit.h"

/* Something that the spec doesn't have any more. */
struct convert_loss {
	struct span at;  /* in the text that was converted */
	struct str what; /* "services.db.networks" */
	struct str why;
};

/* From byte `made` of the spec on: what stood at `from`, or what was put there in its place. */
struct convert_piece {
	size_t made, from;
	bool is_kept;
	bool is_elsewhere; /* of another file: `from` is an offset in the unit's sources */
};

/* A file that the Compose file holds, to be made beside the spec. */
struct convert_file {
	struct str path, text;
};

struct conversion {
	struct str text; /* the spec */
	LIST(struct convert_piece) pieces;
	LIST(struct convert_loss) losses;
	LIST(struct str) decisions; /* what a person has to decide, a sentence each */
	LIST(struct str) folders;   /* beside the spec, to be made */
	LIST(struct str) sources; /* of mounts beside the spec: folders are made where nothing is */
	LIST(struct convert_file) files;
};

/* The text of unit->path with all that its `include` and `extends: {file: ...}` name taken in, at any depth: still
   a Compose file, but one that needs no other. False when there is none: the diagnostics say why. */
bool frontend_convert_gather(struct unit *u, struct str text, struct conversion *out);

/* The same with another Compose file laid over it, as extends does; its path goes by the folder of unit->path. */
bool frontend_convert_over(struct unit *u, struct str text, struct str path,
			   struct conversion *out);

/* Converts the text of unit->path. False when it is no YAML mapping: the diagnostics say why. */
bool frontend_convert(struct unit *u, struct str text, struct conversion *out);

/* Where a byte of the spec stood in the text that was converted; what was added counts as where it was added. What
   is of another file gets its place in the unit's sources instead. */
size_t convert_origin(const struct conversion *made, size_t at, bool *is_elsewhere);

/* A value of a spec that the compiler refuses, and what it says. */
struct convert_refusal {
	struct span at;
	struct str why;
};

/* Leaves out of a spec what was refused, as frontend_convert leaves out keys. The unit is one that has read nothing.
   Places are offsets in the text. False when none lies where something can be left out. */
bool frontend_convert_refused(struct unit *u, struct str text,
			      const struct convert_refusal *refused, uint32_t n,
			      struct conversion *out);

/* The rows of ir/facts/compose.keys, for the page that is made from them. */
enum compose_fate {
	COMPOSE_KEEP,
	COMPOSE_INTO,
	COMPOSE_WALK,
	COMPOSE_GATHER,
	COMPOSE_DROP,
	COMPOSE_DECIDE,
	COMPOSE_PART,
};

struct converter;
struct spot;
struct compose_key {
	const char *part, *key;
	enum compose_fate fate;
	void (*into)(struct converter *cv, const struct spot *s);
	const char *field; /* of a spec, or empty */
	const char *text;
};

extern const struct compose_key compose_keys[];
extern const size_t n_compose_keys;

const struct compose_key *compose_key_find(const char *part, struct str key);
/* The language has the field that the key stays as, or becomes. */
bool compose_key_stays(const struct compose_key *k);

/* The tree is that of a Docker Compose file: it has keys that only those have, and none that only
   specs have. */
bool tree_is_of_compose(const struct node *root);

#endif
