/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What no rendering shows: known secrets, and in excerpts the values of names that sound like one.
 *
 *	DB_PASSWORD: hunter2	->	DB_PASSWORD: <redacted>
 */
#include "ir/diag/diag_parts.h"

/* What is longer is data, not a name. */
enum {
	LONGEST_NAME = 256
};

bool name_is_secret(struct str name)
{
	static const char *const words[] = {"SECRET",  "TOKEN",      "PASSWORD",    "PASSWD",
					    "API_KEY", "ACCESS_KEY", "PRIVATE_KEY", "CREDENTIAL",
					    "AUTH",    "COOKIE",     "SESSION",     "BEARER"};
	uint32_t initials = 0; /* a bit per letter */
	if (name.len > LONGEST_NAME)
		return false;
	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		initials |= 1u << (words[i][0] & 31);
	for (size_t at = 0; at < name.len; at++) {
		char upper = (char)(name.ptr[at] & ~0x20);
		if (!(initials >> (upper & 31) & 1))
			continue;
		for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
			if (upper != words[i][0])
				continue;
			struct str word = str_c(words[i]);
			if (str_eq_nocase(str_slice(name, at, at + word.len), word))
				return true;
		}
	}
	return false;
}

static bool is_word(char byte)
{
	return (byte >= 'a' && byte <= 'z') || (byte >= 'A' && byte <= 'Z') ||
	       (byte >= '0' && byte <= '9') || byte == '_';
}

struct str diags_redact(struct arena *a, const struct diags *ds, struct str text)
{
	return secrets_redact(a, &ds->secrets, text, SECRETS_SHORT);
}

uint32_t diag_n_fixes(struct arena *a, const struct diags *ds, const struct diag *d)
{
	for (uint32_t i = 0; i < d->fixes.n; i++)
		if (!str_eq(diags_redact(a, ds, d->fixes.items[i].text), d->fixes.items[i].text))
			return 0;
	return d->fixes.n;
}

/* ${NAME}, $NAME: where a value comes from, not the value. */
static bool is_reference(struct str value)
{
	if (!str_has_prefix(value, "$") || value.len < 2)
		return false;
	bool is_braced = value.ptr[1] == '{';
	if (is_braced && value.ptr[value.len - 1] != '}')
		return false;
	struct str name = is_braced ? str_slice(value, 2, value.len - 1) : str_from(value, 1);
	for (size_t i = 0; i < name.len; i++)
		if (!is_word(name.ptr[i]))
			return false;
	return name.len > 0;
}

/* A shell's word goes on behind a quote: 'it'\\''s'. */
static size_t word_end(struct str line, size_t at, bool is_flow)
{
	while (at < line.len && !byte_is_in(line.ptr[at], is_flow ? " \t,}]" : " \t"))
		at++;
	return at;
}

/* The end of the scalar that begins at `at`. */
static size_t value_end(struct str line, size_t at, bool is_flow)
{
	/* A quote within a shell's quotes. */
	struct str inner = STR("'\\''");
	if (str_has_prefix(str_from(line, at), inner.ptr)) {
		for (at += inner.len; at < line.len; at++)
			if (str_has_prefix(str_from(line, at), inner.ptr))
				return word_end(line, at + inner.len, is_flow);
		return line.len;
	}
	char quote = line.ptr[at];
	if (quote == '"' || quote == '\'') {
		for (size_t i = at + 1; i < line.len; i++) {
			if (line.ptr[i] == '\\' && quote == '"')
				i++;
			else if (line.ptr[i] == quote)
				return word_end(line, i + 1, is_flow);
		}
		return line.len;
	}
	size_t end = at;
	while (end < line.len) {
		char byte = line.ptr[end];
		if (is_flow && (byte == ',' || byte == '}' || byte == ']'))
			break;
		if (byte == '#' && line.ptr[end - 1] == ' ')
			break;
		end++;
	}
	while (end > at && (line.ptr[end - 1] == ' ' || line.ptr[end - 1] == '\t'))
		end--;
	return end;
}

/* The value of the secret name that ends at `at`, if one follows. Returns where to go on. */
static size_t hide_value(struct arena *a, struct hidden_list *list, struct str line, size_t at,
			 bool is_flow)
{
	bool is_quoted = at < line.len && (line.ptr[at] == '"' || line.ptr[at] == '\'');
	size_t next = at + is_quoted;
	while (next < line.len && line.ptr[next] == ' ')
		next++;
	if (next >= line.len || (line.ptr[next] != ':' && line.ptr[next] != '='))
		return at;
	for (next++; next < line.len && (line.ptr[next] == ' ' || line.ptr[next] == '\t');)
		next++;
	if (next >= line.len || byte_is_in(line.ptr[next], "{[&*!|>#"))
		return next;
	size_t end = value_end(line, next, is_flow);
	if (!is_reference(str_slice(line, next, end)))
		*LIST_PUSH(a, list) = (struct hidden){next, end};
	return end;
}

static void find_named(struct arena *a, struct hidden_list *list, struct str line)
{
	bool is_flow = false;
	for (size_t i = 0; i < line.len;) {
		if (!is_word(line.ptr[i])) {
			is_flow |= line.ptr[i] == '{' || line.ptr[i] == '[';
			i++;
			continue;
		}
		size_t end = i;
		while (end < line.len &&
		       (is_word(line.ptr[end]) || line.ptr[end] == '-' || line.ptr[end] == '.'))
			end++;
		bool is_secret = name_is_secret(str_slice(line, i, end));
		i = is_secret ? hide_value(a, list, line, end, is_flow) : end;
		if (i < end)
			i = end;
	}
}

static size_t indent_of(struct str line)
{
	size_t n = 0;
	while (n < line.len && line.ptr[n] == ' ')
		n++;
	return n;
}

enum {
	LINES_BACK = 200
};

/* The line belongs to a block scalar under a secret name: `KEY: |` above it. */
static bool is_in_secret_block(const struct source_map *map, const struct source *file,
			       uint32_t line)
{
	size_t indent = indent_of(source_line(map, file, line));
	for (uint32_t i = 1; i <= LINES_BACK && line > i; i++) {
		struct str above = source_line(map, file, line - i);
		if (str_is_blank(above) || indent_of(above) >= indent)
			continue;
		ptrdiff_t mark = str_find_last(above, ':');
		if (mark == STR_NONE)
			return false;
		struct str value = str_trim(str_from(above, (size_t)mark + 1));
		bool is_block = str_has_prefix(value, "|") || str_has_prefix(value, ">");
		return is_block && name_is_secret(str_slice(above, 0, (size_t)mark));
	}
	return false;
}

struct hidden_list diags_hidden(struct arena *a, const struct source_map *map,
				const struct diags *ds, const struct source *file, uint32_t line)
{
	struct str text = source_line(map, file, line);
	struct hidden_list list = {0};
	secrets_find(a, &ds->secrets, text, SECRETS_SHORT | SECRETS_QUOTED, &list);
	find_named(a, &list, text);
	if (is_in_secret_block(map, file, line))
		*LIST_PUSH(a, &list) = (struct hidden){indent_of(text), text.len};
	hidden_tidy(&list);
	return list;
}

struct str diags_redact_lines(struct arena *a, const struct diags *ds, struct str text)
{
	struct buf b;
	buf_init(&b, a);
	/* Known secrets may have several lines. */
	text = secrets_redact(a, &ds->secrets, text, SECRETS_SHORT | SECRETS_QUOTED);
	for (struct str rest = text, line; rest.len;) {
		bool has_end = str_find(rest, '\n') != STR_NONE;
		struct hidden_list list = {0};
		rest = str_split(rest, '\n', &line);
		find_named(a, &list, line);
		hidden_tidy(&list);
		buf_add(&b, hidden_redact(a, &list, line));
		buf_add_c(&b, has_end ? "\n" : "");
	}
	return buf_str(&b);
}
