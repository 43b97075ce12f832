/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Values that nobody is to see, and texts without them. Text is redacted before it is quoted,
 * wrapped or clipped; text that others have quoted already is searched without regard to quotes.
 *
 *	secrets_add(&set, STR("it's"));
 *	secrets_redact(a, &set, STR("say it's so"), 0)			say <redacted> so
 *	secrets_redact(a, &set, STR("say 'it'\\''s' so"), SECRETS_QUOTED)	say '<redacted>' so
 */
#ifndef HPCC_IR_SUPPORT_SECRET_H
#define HPCC_IR_SUPPORT_SECRET_H

#include "ir/support/arena.h"
#include "ir/support/map.h"

#define REDACTED "<redacted>"

struct hidden_text {
	struct str text;    /* the trimmed value, or a line of it */
	struct str bare;    /* without quotes and escapes */
	struct str escaped; /* the same with letters for line feeds and tabs: \n without its \ */
};

struct secret_set {
	struct arena *arena;
	LIST(struct hidden_text) list;
	struct map whole; /* values as they are */
	struct map known; /* texts of the list */
};

enum secret_search {
	/* Values of up to three bytes too, where they stand alone: text for people. Else they are
	   found by the field that holds them. */
	SECRETS_SHORT = 1 << 0,
	SECRETS_QUOTED = 1 << 1, /* by shell, YAML or JSON */
};

/* Bytes of a text that aren't shown. */
struct hidden {
	size_t begin, end;
};
struct hidden_list {
	struct hidden *items;
	uint32_t n, cap;
};

void secrets_init(struct secret_set *set, struct arena *a);

/* The value, and each of its lines that is long enough to be known again. */
void secrets_add(struct secret_set *set, struct str value);

/* The text is such a value, or one that isn't short is a part of it. */
bool secrets_hold(const struct secret_set *set, struct str text);

/* Adds the places of all secrets in the text; hidden_tidy() sorts them and joins those that meet.
 */
void secrets_find(struct arena *a, const struct secret_set *set, struct str text, unsigned search,
		  struct hidden_list *list);
void hidden_tidy(struct hidden_list *list);

/* The text with <redacted> for each tidy place. */
struct str hidden_redact(struct arena *a, const struct hidden_list *list, struct str text);

/* Both at once; the text itself when there is nothing to hide. */
struct str secrets_redact(struct arena *a, const struct secret_set *set, struct str text,
			  unsigned search);

#endif
