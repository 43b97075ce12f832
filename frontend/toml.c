/* SPDX-License-Identifier: Apache-2.0 */
/* TOML to a tree: nodes, tables, dotted keys, escapes. */
#include "frontend/toml.h"

#include <string.h>

struct span toml_span(const struct toml_scan *in, struct loc at)
{
	return (struct span){in->base + (uint32_t)at.begin, in->base + (uint32_t)at.end};
}

void toml_refuse(struct toml_scan *in, struct loc at, const char *what)
{
	in->has_failed = true;
	diag_error(&in->u->diags, toml_span(in, at), RULE_R001, "%s", what);
}

struct node *toml_node(struct toml_scan *in, enum node_kind kind, struct loc at, struct str text)
{
	struct node *node = ARENA_NEW(in->u->arena, struct node);
	*node = (struct node){.kind = kind, .at = toml_span(in, at), .text = text};
	return node;
}

/* Room for one more item behind n; full at every power of two. */
static void *room(struct toml_scan *in, void *items, size_t size, uint32_t n)
{
	if (n & (n - 1))
		return items;
	return arena_grow(in->u->arena, items, n * size, (n ? 2 * (size_t)n : 1) * size);
}

void toml_append(struct toml_scan *in, struct node *list, struct node *item)
{
	list->items = room(in, list->items, sizeof(*list->items), list->n);
	list->items[list->n++] = item;
}

static void add_entry(struct toml_scan *in, struct node *map, const struct toml_key *key,
		      struct node *value)
{
	map->entries = room(in, map->entries, sizeof(*map->entries), map->n);
	map->entries[map->n++] = (struct entry){key->text, key->at, value};
}

static void refuse_repeated(struct toml_scan *in, const struct toml_key *key,
			    const struct entry *first)
{
	in->has_failed = true;
	struct diag *d = diag_error(&in->u->diags, key->at, RULE_R002, "key '%.*s' is repeated",
				    STR_ARG(key->text));
	diag_note(&in->u->diags, d, first->key_at, "the first one is here");
}

/* The mapping under a key, made when absent; NULL after a complaint. */
static struct node *descend(struct toml_scan *in, struct node *map, const struct toml_key *key)
{
	const struct entry *entry = node_entry(map, key->text);
	/* Of an array of tables, the last one is meant. */
	if (entry && entry->value->kind == NODE_LIST && entry->value->is_block)
		return entry->value->items[entry->value->n - 1];
	if (entry && entry->value->kind == NODE_MAP && !entry->value->is_quoted)
		return entry->value;
	if (entry) {
		refuse_repeated(in, key, entry);
		return NULL;
	}
	struct node *child = ARENA_NEW(in->u->arena, struct node);
	*child = (struct node){.kind = NODE_MAP, .at = key->at};
	add_entry(in, map, key, child);
	return child;
}

static struct node *new_table(struct toml_scan *in, struct span at)
{
	struct node *table = ARENA_NEW(in->u->arena, struct node);
	*table = (struct node){.kind = NODE_MAP, .at = at};
	return table;
}

/* One more table of the array under the key, which is made when absent; NULL after a complaint. */
static struct node *add_table(struct toml_scan *in, struct node *map, const struct toml_key *key)
{
	const struct entry *entry = node_entry(map, key->text);
	struct node *list = entry ? entry->value : ARENA_NEW(in->u->arena, struct node);
	if (entry && (list->kind != NODE_LIST || !list->is_block)) {
		refuse_repeated(in, key, entry);
		return NULL;
	}
	if (!entry) {
		*list = (struct node){.kind = NODE_LIST, .at = key->at, .is_block = true};
		add_entry(in, map, key, list);
	}
	struct node *table = new_table(in, key->at);
	toml_append(in, list, table);
	return table;
}

void toml_open_table(struct toml_scan *in, const struct toml_key *path, bool is_array)
{
	struct node *table = in->root;
	const struct toml_key *key = path;
	for (; key && key->next && table; key = key->next)
		table = descend(in, table, key);
	const struct entry *first = table && !is_array ? node_entry(table, key->text) : NULL;
	if (first && (first->value->kind != NODE_MAP || first->value->is_block)) {
		refuse_repeated(in, key, first);
		table = NULL;
	}
	if (table)
		in->table = is_array ? add_table(in, table, key) : descend(in, table, key);
	if (!table || !in->table) /* keep its keys out of others */
		in->table = new_table(in, SPAN_NONE);
	in->table->is_block = true; /* has had its header */
}

void toml_set(struct toml_scan *in, struct node *table, const struct toml_key *path,
	      struct node *value)
{
	const struct toml_key *key = path;
	for (; key->next && table; key = key->next)
		table = descend(in, table, key);
	if (!table)
		return;
	const struct entry *first = node_entry(table, key->text);
	if (first)
		refuse_repeated(in, key, first);
	else
		add_entry(in, table, key, value);
}

struct str toml_decimal(struct toml_scan *in, struct str text)
{
	uint64_t sum = 0, base = 10;
	struct buf b;
	buf_init(&b, in->u->arena);
	for (size_t i = 0; i < text.len; i++)
		if (text.ptr[i] != '_' && text.ptr[i] != '+')
			buf_add_byte(&b, text.ptr[i]);
	struct str digits = str_dup(in->u->arena, buf_str(&b));
	if (digits.len > 2 && digits.ptr[0] == '0')
		base = digits.ptr[1] == 'x' ? 16 : digits.ptr[1] == 'o' ? 8 : 2;
	if (base == 10)
		return digits;
	for (size_t i = 2; i < digits.len; i++) {
		char c = digits.ptr[i];
		uint64_t digit = (uint64_t)(c <= '9' ? c - '0' : (c | 0x20) - 'a' + 10);
		if (sum > (UINT64_MAX - digit) / base)
			return text;
		sum = sum * base + digit;
	}
	return str_fmt(in->u->arena, "%llu", (unsigned long long)sum);
}

/* UTF-8 of a code point; false when there is no such character. */
static bool add_code_point(struct buf *b, uint32_t c)
{
	if (c > 0x10ffff || (c >= 0xd800 && c < 0xe000))
		return false;
	if (c < 0x80) {
		buf_add_byte(b, (char)c);
	} else if (c < 0x800) {
		buf_add_byte(b, (char)(0xc0 | c >> 6));
		buf_add_byte(b, (char)(0x80 | (c & 0x3f)));
	} else if (c < 0x10000) {
		buf_add_byte(b, (char)(0xe0 | c >> 12));
		buf_add_byte(b, (char)(0x80 | (c >> 6 & 0x3f)));
		buf_add_byte(b, (char)(0x80 | (c & 0x3f)));
	} else {
		buf_add_byte(b, (char)(0xf0 | c >> 18));
		buf_add_byte(b, (char)(0x80 | (c >> 12 & 0x3f)));
		buf_add_byte(b, (char)(0x80 | (c >> 6 & 0x3f)));
		buf_add_byte(b, (char)(0x80 | (c & 0x3f)));
	}
	return true;
}

/* The escape at text[i], behind its backslash. Returns its length, or 0. */
static size_t add_escape(struct buf *b, struct str text, size_t i)
{
	static const char from[] = "btnfr\"\\", to[] = "\b\t\n\f\r\"\\";
	const char *simple = text.ptr[i] ? strchr(from, text.ptr[i]) : NULL;
	if (simple) {
		buf_add_byte(b, to[simple - from]);
		return 1;
	}
	size_t n = text.ptr[i] == 'u' ? 4 : text.ptr[i] == 'U' ? 8 : 0;
	uint32_t c = 0;
	if (!n || i + 1 + n > text.len)
		return 0;
	for (size_t k = i + 1; k <= i + n; k++) {
		const char *digit = "0123456789abcdef";
		char lower = text.ptr[k] >= 'A' && text.ptr[k] <= 'F' ? (char)(text.ptr[k] + 32)
								      : text.ptr[k];
		const char *found = lower ? strchr(digit, lower) : NULL;
		if (!found)
			return 0;
		c = c << 4 | (uint32_t)(found - digit);
	}
	return add_code_point(b, c) ? n + 1 : 0;
}

/* A backslash that ends a line takes the line's end and all blanks behind it away. Returns how many
   bytes behind it, or 0. */
static size_t joined_blanks(struct str text, size_t i)
{
	size_t n = 0;
	bool has_end = false;
	for (; i + n < text.len && byte_is_in(text.ptr[i + n], " \t\r\n"); n++)
		has_end |= text.ptr[i + n] == '\n';
	return has_end ? n : 0;
}

struct str toml_unescape(struct toml_scan *in, struct loc at, struct str quoted)
{
	char quote = quoted.ptr[0];
	bool is_long = quoted.len >= 6 && quoted.ptr[1] == quote && quoted.ptr[2] == quote;
	size_t begin = is_long ? 3 : 1;
	struct str text = str_slice(quoted, begin, quoted.len - begin);
	if (is_long && (str_has_prefix(text, "\n") || str_has_prefix(text, "\r\n"))) {
		size_t end = text.ptr[0] == '\r' ? 2 : 1;
		text = str_from(text, end);
		begin += end;
	}
	if (quote == '\'' || str_find(text, '\\') == STR_NONE)
		return text;
	struct buf b;
	buf_init(&b, in->u->arena);
	for (size_t i = 0; i < text.len; i++) {
		if (text.ptr[i] != '\\') {
			buf_add_byte(&b, text.ptr[i]);
			continue;
		}
		size_t n = is_long ? joined_blanks(text, i + 1) : 0;
		size_t place = at.begin + begin + i;
		if (n) {
			i += n;
			continue;
		}
		n = add_escape(&b, text, i + 1);
		if (!n)
			toml_refuse(in, (struct loc){place, place + 2},
				    "there is no such escape in a string; '...' takes backslashes "
				    "as they are");
		i += n ? n : 1;
	}
	return str_dup(in->u->arena, buf_str(&b));
}

struct node *toml_parse(struct unit *u, uint32_t file, bool *is_good)
{
	const struct source *source = &u->sources.files.items[file];
	struct toml_scan in = {.u = u, .text = source->bytes, .base = source->base};
	in.at = str_has_prefix(in.text, "\xef\xbb\xbf") ? 3 : 0;
	in.root = in.table = toml_node(&in, NODE_MAP, (struct loc){0, 0}, STR(""));
	toml_scan_begin(&in);
	toml_file_parse(&in);
	*is_good = !in.has_failed;
	return in.root;
}
