/* SPDX-License-Identifier: Apache-2.0 */
/* Reading dotenv files into the source map, and parsing them there. */
#include "frontend/variables/dotenv.h"

#include "frontend/variables/dotenv_scan.h"
#include "frontend/frontend.h"

bool dotenv_parse(struct unit *u, uint32_t file, struct dotenv *out)
{
	const struct source *source = &u->sources.files.items[file];
	struct dotenv_scan in = {.u = u, .text = source->bytes, .base = source->base, .out = out};
	*out = (struct dotenv){0};
	if (str_has_prefix(in.text, "\xef\xbb\xbf")) /* byte order mark */
		in.at = 3;
	dotenv_scan_begin(&in);
	return dotenv_file_parse(&in) == 0 && !in.has_failed;
}

enum dotenv_outcome dotenv_read(struct unit *u, struct str path, bool is_given, struct dotenv *out,
				struct str *why)
{
	const struct reader *r = &u->reader;
	*out = (struct dotenv){0};
	struct str bytes;
	if (!(is_given && r->read_given ? r->read_given : r->read)(r->context, u->arena, path,
								   &bytes, why))
		return DOTENV_MISSING;
	uint32_t file =
		bytes.len > FRONTEND_MAX_FILE ? UINT32_MAX : source_add(&u->sources, path, bytes);
	if (file == UINT32_MAX) {
		diag_error(&u->diags, SPAN_NONE, RULE_R029, "%.*s is larger than %d MiB",
			   STR_ARG(path), FRONTEND_MAX_FILE >> 20);
		return DOTENV_BROKEN;
	}
	return dotenv_parse(u, file, out) ? DOTENV_READ : DOTENV_BROKEN;
}
