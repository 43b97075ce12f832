/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The tables of docs/coming-from-compose.md are those of ir/facts/compose.keys. HPCC_UPDATE=1 writes them
 * anew; what stands round them is the page's own.
 */
#include "tests/unit/test.h"

#include <string.h>

#include "frontend/convert.h"
#include "ir/text/schema_text.h"
#include "tests/unit/pages.h"

static const char begin_mark[] = "<!-- Made from ir/facts/compose.keys; change that. -->\n\n";
static const char end_mark[] = "\n<!-- End of what is made. -->\n";

/* "services.<name>.image" is a field of that name to readers, too. */
static void add_row(struct buf *b, const struct compose_key *k)
{
	bool stays = compose_key_stays(k);
	const char *text = k->text;
	buf_add_fmt(b, "| `%s` | ", k->key);
	if (k->fate == COMPOSE_KEEP || k->fate == COMPOSE_WALK)
		buf_add_c(b, stays ? "stays" : "left out: ");
	else if (k->fate == COMPOSE_INTO && !stays)
		buf_add_c(b, "left out: ");
	else if (k->fate == COMPOSE_DROP)
		buf_add_c(b, "left out: ");
	else if (k->fate == COMPOSE_DECIDE)
		buf_add_c(b, "left out and listed to be decided: ");
	bool is_kept = stays && (k->fate == COMPOSE_KEEP || k->fate == COMPOSE_WALK);
	buf_add_fmt(b, "%s |", is_kept ? "" : text);
	if (*k->field && schema_field(str_c(k->field)))
		buf_add_fmt(b, " `%s` |\n", k->field);
	else
		buf_add_c(b, " |\n");
}

static struct str tables(struct arena *a)
{
	const char *part = "";
	struct buf b;
	buf_init(&b, a);
	for (size_t i = 0; i < n_compose_keys; i++) {
		const struct compose_key *k = &compose_keys[i];
		if (strcmp(part, k->part) != 0)
			buf_add_fmt(
				&b, "%s### %s%s\n\n| key | what happens | field |\n|---|---|---|\n",
				*part ? "\n" : "", k->part,
				strcmp(k->part, "dependency") ? "" : " (an entry of depends_on)");
		part = k->part;
		add_row(&b, k);
	}
	return buf_str(&b);
}

static void test_page(void **state)
{
	struct arena a;
	(void)state;
	arena_init(&a);
	page_has("docs/coming-from-compose.md", begin_mark, end_mark, tables(&a),
		 "unit_compose_page");
	arena_free(&a);
}

/* A row that keeps a key names the field that it stays as; what becomes a field, which one. */
static void test_rows(void **state)
{
	(void)state;
	for (size_t i = 0; i < n_compose_keys; i++) {
		const struct compose_key *k = &compose_keys[i];
		if (k->fate <= COMPOSE_GATHER && !*k->field)
			fail_msg("%s.%s: no field is named", k->part, k->key);
		if (k->fate == COMPOSE_GATHER && !schema_field(str_c(k->field)))
			fail_msg("%s.%s: the language has no field %s", k->part, k->key, k->field);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_page),
		cmocka_unit_test(test_rows),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
