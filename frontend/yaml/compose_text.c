/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Composer, the bytes: is this a text at all, and which byte does a mark of libyaml mean?
 * libyaml gives no marks for bytes that aren't UTF-8, so this is checked before it runs.
 */
#include "frontend/yaml/compose.h"

#include "ir/support/utf8.h"

static bool is_allowed(uint32_t code)
{
	if (code < 0x20)
		return code == '\t' || code == '\n' || code == '\r';
	return code != 0x7f && (code < 0x80 || code == 0x85 || code >= 0xa0) && code != 0xfffe &&
	       code != 0xffff;
}

/* The first byte that can't be part of a YAML text; *length its bytes, 0 when malformed. */
static size_t find_bad(struct str text, size_t from, size_t *length)
{
	for (size_t i = from; i < text.len;) {
		i += utf8_plain_length(str_from(text, i));
		if (i == text.len)
			break;
		unsigned char byte = (unsigned char)text.ptr[i];
		if ((byte >= 0x20 && byte < 0x7f) || byte == '\n') {
			i++;
			continue;
		}
		size_t n = utf8_valid_length(str_from(text, i));
		if (!n || !is_allowed(utf8_decode(str_from(text, i), &n))) {
			*length = utf8_valid_length(str_from(text, i));
			return i;
		}
		i += n;
	}
	*length = 0;
	return text.len;
}

/* More than one byte in eight is none of a text: an image, an archive, UTF-16. */
static bool is_noise(struct str text)
{
	struct str head = str_slice(text, 0, 1024);
	size_t n_bad = 0, length, at = find_bad(head, 0, &length);
	while (at < head.len) {
		n_bad++;
		at = find_bad(head, at + (length ? length : 1), &length);
	}
	return n_bad > 4 && n_bad * 8 > head.len;
}

static void complain_about_bytes(struct composer *c, const struct source *file, size_t at,
				 size_t length)
{
	struct diags *ds = &c->u->diags;
	struct str text = file->bytes;
	struct span span = source_span(file, at, at + (length ? length : 1));
	if (str_has_prefix(text, "\xff\xfe") || str_has_prefix(text, "\xfe\xff")) {
		struct diag *d = diag_error(ds, source_span(file, 0, 2), RULE_R001,
					    "this file is written in UTF-16; YAML here is UTF-8");
		diag_help(ds, d, "convert it: iconv -f UTF-16 -t UTF-8");
	} else if (is_noise(text)) {
		diag_error(ds, span, RULE_R001, "this is no text file");
	} else if (!length) {
		struct diag *d =
			diag_error(ds, span, RULE_R001, "byte 0x%02x is not valid UTF-8 here",
				   (unsigned char)text.ptr[at]);
		diag_help(ds, d, "save the file as UTF-8 (is it Latin-1 or Windows-1252?)");
	} else if (text.ptr[at] == '\0') {
		diag_error(ds, span, RULE_R001, "a NUL byte can't be part of a YAML text");
	} else {
		size_t n;
		uint32_t code = utf8_decode(str_from(text, at), &n);
		struct diag *d = diag_error(ds, span, RULE_R001,
					    "control character U+%04X can't be part of a YAML text",
					    (unsigned)code);
		diag_help(ds, d, "remove it, or write it as \"\\u%04x\" in a double-quoted text",
			  (unsigned)code);
	}
}

bool compose_check_text(struct composer *c, const struct source *file)
{
	if (file->bytes.len > FRONTEND_MAX_FILE) {
		diag_error(&c->u->diags, source_span(file, 0, 0), RULE_R001,
			   "this file is larger than %d MiB", FRONTEND_MAX_FILE >> 20);
		return false;
	}
	size_t length, at = find_bad(file->bytes, 0, &length);
	if (at == file->bytes.len)
		return true;
	complain_about_bytes(c, file, at, length);
	return false;
}

void marks_init(struct marks *m, struct arena *a, const struct source *file)
{
	struct str text = file->bytes;
	*m = (struct marks){.file = *file, .is_ascii = true};
	m->skipped = str_has_prefix(text, "\xef\xbb\xbf") ? 3 : 0;
	for (size_t i = m->skipped; i < text.len && m->is_ascii; i++) {
		i += utf8_plain_length(str_from(text, i));
		m->is_ascii = i == text.len || (unsigned char)text.ptr[i] < 0x80;
	}
	if (m->is_ascii)
		return;
	m->steps = ARENA_ARRAY(a, text.len / MARKS_STEP + 1, uint32_t);
	size_t n_points = 0;
	for (size_t i = m->skipped; i < text.len; n_points++) {
		if (n_points % MARKS_STEP == 0)
			m->steps[m->n_steps++] = (uint32_t)i;
		i += utf8_valid_length(str_from(text, i));
	}
}

size_t marks_offset(const struct marks *m, const yaml_mark_t *mark)
{
	struct str text = m->file.bytes;
	size_t at = m->skipped + mark->index, rest = 0;
	if (!m->is_ascii) {
		size_t step = mark->index / MARKS_STEP;
		if (step >= m->n_steps)
			return text.len;
		at = m->steps[step];
		rest = mark->index % MARKS_STEP;
	}
	for (; rest && at < text.len; rest--)
		at += utf8_valid_length(str_from(text, at));
	return at < text.len ? at : text.len;
}

struct span marks_span(const struct marks *m, size_t begin, size_t end)
{
	size_t len = m->file.bytes.len;
	begin = begin < len ? begin : len;
	end = end < len ? end : len;
	return source_span(&m->file, begin, end < begin ? begin : end);
}
