/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Inside the binder: a tree of nodes becomes the records of the schema. bind.c is the door,
 * bind_record.c the walk over records, site.c its vocabulary. bind_scalar.c, bind_list.c and
 * bind_typed.c hold one function per kind of field, over bind_text.c; bind_keys.c complains about
 * keys, bind_complain.c about values, with help of bind_hints.c; bind_fill.c knows poison.
 */
#ifndef HPCC_FRONTEND_BIND_BIND_H
#define HPCC_FRONTEND_BIND_BIND_H

#include "frontend/bind/site.h"
#include "ir/defaults.h"
#include "ir/grammar/grammar.h"
#include "ir/schema_externs.gen.h"

/* bind.c */
void bind_tree(struct unit *u);

/* bind_record.c */
void bind_record(const struct site *s, const struct record *record, void *base);

/* bind_fill.c */
void poison_value(struct arena *a, const struct field *f, void *value, struct span at);
void poison_record(struct arena *a, const struct record *record, void *base, struct span at);

/* bind_keys.c: R005 and the rules that speak of special keys. Marks in is_meant the fields that
   an unknown key was probably meant to be. */
struct key_set {
	const struct record *record;
	const struct entry **entries; /* by position of the field; NULL: not written */
	bool *is_meant;
	const char *variant; /* word of the record's `type`, or NULL when unknown */
};
void complain_key(const struct site *s, const struct key_set *set, const struct entry *entry);
/* bind_borrowed.c: a key of another language; true when it is one. */
bool complain_borrowed(const struct site *s, const struct key_set *set, const struct entry *entry);
/* Keys that can't stand together, or need each other: R086, R090, R105, R106. */
void complain_keys_together(const struct site *s, struct key_set *set);
void complain_variant(const struct site *s, const struct key_set *set, const struct field *f);

/* bind_hints.c: help for a value of a wrong kind, by what was written. */
/* The edit that puts a text in the value's place, unless variables or a block stand there. */
void fix_value(const struct site *s, struct diag *d, struct str text);
struct str field_words(struct arena *a, const struct field *f); /* "a, b, c" */
/* The first sentence of a field's help, to stand behind a colon. */
struct str field_help(struct arena *a, const struct field *f);
void hint_text(const struct site *s, struct diag *d);    /* a text was expected */
void hint_integer(const struct site *s, struct diag *d); /* an integer was */
void hint_service(const struct site *s, struct diag *d); /* `services`, or the body of one */
void hint_mapping(const struct site *s, struct diag *d); /* a mapping was expected */
void hint_list(const struct site *s, struct diag *d);    /* a list was expected */
/* A key, unknown in its scope, that names a service which begins in the wrong column. */
bool hint_is_service(const struct site *s, struct diag *d, const struct entry *entry);
/* A text that means the same inside a list on one line, without quotes. */
bool is_simple_text(struct str text);
/* bind_options.c: a key that is an option of Slurm and no field where it stands; true when it is. */
bool help_option(const struct site *s, struct diag *d, const struct entry *entry);
/* An entry of `services` that is a key of the service above it: reported, true. */
bool complain_misplaced(struct unit *u, const struct entry *entry);

/* bind_expand.c */
/* A plain scalar with variables in a field that takes no text. */
bool has_variable(const struct field *f, const struct node *node);
/* What stands there with the variables replaced; poison when one can't be. */
struct node *expand_node(struct unit *u, const struct node *node, struct diag_subject about);

/* bind_complain.c */
/* R013 or the row's own rule; says what was expected and adds what help it knows. */
void complain_kind(const struct site *s, const char *expected);
/* Notes where the value came from; complains and leaves poison when it isn't of the kind. */
bool expect_kind(const struct site *s, enum node_kind kind, const char *expected,
		 struct origin *from);
void complain_problem(const struct site *s, struct v_str text, const struct problem *problem);

/* bind_text.c */
/* Any scalar: its text, interpolated if the row says so, checked for line ends and NUL. */
bool bind_text(const struct site *s, struct v_str *value);
/* A blank text, such as that of an unset variable's default, leaves out a field whose row has the
   flag `blank`: it counts as absent, for defaults and resource profiles, too. */
bool is_left_blank(const struct field *f, const struct v_str *text);

/* bind_scalar.c */
void bind_str(const struct site *s, void *value);
void bind_bool(const struct site *s, void *value);
void bind_uint(const struct site *s, void *value);
void bind_gpus(const struct site *s, void *value);
void bind_port(const struct site *s, void *value);
void bind_enum(const struct site *s, void *value);
/* Position of the word in a NULL-ended list, or -1 after R014 (or the row's own rule). */
ptrdiff_t bind_word(const struct site *s, struct str word);

/* bind_list.c */
void bind_list(const struct site *s, void *value);
void bind_one_or_list(const struct site *s, void *value);
void bind_map(const struct site *s, void *value);
void bind_env(const struct site *s, void *value);
void bind_command(const struct site *s, void *value);
void bind_values(const struct site *s, void *value);

/* A growing map of strings in which a later pair takes the place of an earlier one. */
struct env_builder {
	struct arena *arena;
	LIST(struct v_pair) pairs;
	struct map index; /* in use from some pairs on */
};
void env_put(struct env_builder *b, struct v_pair pair);

/* bind_typed.c */
void bind_walltime(const struct site *s, void *value);
void bind_duration(const struct site *s, void *value);
void bind_nodeset(const struct site *s, void *value);
void bind_mounts(const struct site *s, void *value);
/* STR with a grammar in its row: signal, array, job_id, version, name. The first looks at the kind
   of the scalar, the second at its text. False: poison. */
bool check_scalar(const struct site *s);
bool check_text(const struct site *s, struct v_str *value);

/* normalize.c: normal forms of every service (P04). */
void normalize_job(struct unit *u);

#endif
