/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The tokens of a YAML text with their bytes, for who has to know how something was written: anchors and
 * aliases, which a tree has resolved, and what stands on a line.
 *
 *	a: &x [1]	anchor `x`, open, scalar, close
 *	b: *x		alias `x`
 */
#include "frontend/yaml/compose.h"

struct scan {
	struct composer c;
	struct lexemes *list;
	unsigned depth; /* of flow collections */
};

static void add_lexeme(struct scan *s, enum lexeme_kind kind, const yaml_token_t *token)
{
	*LIST_PUSH(s->c.a, s->list) = (struct lexeme){
		.kind = kind,
		.begin = (uint32_t)marks_offset(&s->c.marks, &token->start_mark),
		.end = (uint32_t)marks_offset(&s->c.marks, &token->end_mark),
	};
}

/* False where no further token is wanted: what is nested deeper is no spec, and takes libyaml long. */
static bool take_token(struct scan *s, const yaml_token_t *token)
{
	switch ((int)token->type) {
	case YAML_STREAM_END_TOKEN:
	case YAML_DOCUMENT_END_TOKEN:
		return false;
	case YAML_ANCHOR_TOKEN:
		add_lexeme(s, LEX_ANCHOR, token);
		break;
	case YAML_ALIAS_TOKEN:
		add_lexeme(s, LEX_ALIAS, token);
		break;
	case YAML_SCALAR_TOKEN:
		add_lexeme(s,
			   token->data.scalar.style == YAML_LITERAL_SCALAR_STYLE ||
					   token->data.scalar.style == YAML_FOLDED_SCALAR_STYLE
				   ? LEX_BLOCK_SCALAR
				   : LEX_SCALAR,
			   token);
		break;
	case YAML_FLOW_SEQUENCE_START_TOKEN:
	case YAML_FLOW_MAPPING_START_TOKEN:
		add_lexeme(s, LEX_OPEN, token);
		return ++s->depth <= FRONTEND_MAX_DEPTH;
	case YAML_FLOW_SEQUENCE_END_TOKEN:
	case YAML_FLOW_MAPPING_END_TOKEN:
		add_lexeme(s, LEX_CLOSE, token);
		s->depth -= s->depth > 0;
		break;
	case YAML_BLOCK_ENTRY_TOKEN:
		add_lexeme(s, LEX_ITEM, token);
		break;
	case YAML_VALUE_TOKEN:
		add_lexeme(s, LEX_VALUE, token);
		break;
	case YAML_TAG_TOKEN:
	case YAML_DOCUMENT_START_TOKEN:
	case YAML_VERSION_DIRECTIVE_TOKEN:
	case YAML_TAG_DIRECTIVE_TOKEN:
		add_lexeme(s, LEX_OTHER, token);
		break;
	default: /* those without bytes of their own, and '?' and ',' */
		break;
	}
	return true;
}

bool frontend_lexemes(struct unit *u, uint32_t file, struct lexemes *list)
{
	struct scan s = {.c = {.u = u, .a = u->arena}, .list = list};
	const struct source *source = &u->sources.files.items[file];
	if (!compose_check_text(&s.c, source))
		return false;
	marks_init(&s.c.marks, u->arena, source);
	yaml_parser_initialize(&s.c.parser);
	yaml_parser_set_encoding(&s.c.parser, YAML_UTF8_ENCODING);
	struct str text = str_from(source->bytes, s.c.marks.skipped);
	yaml_parser_set_input_string(&s.c.parser, (const unsigned char *)text.ptr, text.len);
	bool is_going_on = true, is_whole;
	yaml_token_t token;
	do {
		is_whole = yaml_parser_scan(&s.c.parser, &token);
		if (!is_whole)
			break;
		is_going_on = take_token(&s, &token);
		is_whole = token.type == YAML_STREAM_END_TOKEN;
		yaml_token_delete(&token);
	} while (is_going_on);
	yaml_parser_delete(&s.c.parser);
	return is_whole;
}
