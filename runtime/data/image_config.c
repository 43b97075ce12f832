/* SPDX-License-Identifier: Apache-2.0 */
/* A reader of images' configurations; what isn't needed is skipped. */
#include "runtime/data/image_config.h"

#include <string.h>

#include "runtime/data/json_text.h"

static char *take_words(struct rt_image_words *words, char *p)
{
	words->n = 0;
	p = rt_json_skip_blanks(p + 1);
	if (*p == ']')
		return p + 1;
	for (;;) {
		if (*p != '"' || words->n == sizeof(words->item) / sizeof(words->item[0]))
			return NULL;
		words->item[words->n++] = p + 1;
		p = rt_json_take_text(p + 1);
		if (!p)
			return NULL;
		p = rt_json_skip_blanks(p);
		if (*p == ']')
			return p + 1;
		if (*p != ',')
			return NULL;
		p = rt_json_skip_blanks(p + 1);
	}
}

static char *skip_value(char *p)
{
	if (*p == '"')
		return rt_json_take_text(p + 1);
	if (*p == '{' || *p == '[')
		return rt_json_skip_nested(p);
	return p + strcspn(p, ",}] \t\r\n");
}

static char *take_value(struct rt_image_config *c, const char *key, char *p)
{
	if (!strcmp(key, "WorkingDir") && *p == '"')
		c->folder = p + 1;
	if (!strcmp(key, "Entrypoint") && *p == '[')
		return take_words(&c->entrypoint, p);
	if (!strcmp(key, "Cmd") && *p == '[')
		return take_words(&c->cmd, p);
	return skip_value(p);
}

/* Behind the object's opening bracket, to behind its closing one. */
static char *take_object(struct rt_image_config *c, char *p, bool is_outer)
{
	p = rt_json_skip_blanks(p);
	if (*p == '}')
		return p + 1;
	while (p) {
		const char *key;

		p = rt_json_take_key(p, &key);
		if (!p)
			return NULL;
		p = is_outer && *p == '{' && !strcmp(key, "config") ? take_object(c, p + 1, false)
								    : take_value(c, key, p);
		if (!p)
			return NULL;
		p = rt_json_skip_blanks(p);
		if (*p == '}')
			return p + 1;
		p = *p == ',' ? rt_json_skip_blanks(p + 1) : NULL;
	}
	return NULL;
}

bool rt_image_config_read(struct rt_image_config *config, char *text)
{
	memset(config, 0, sizeof(*config));
	char *p = rt_json_skip_blanks(text);
	return *p == '{' && take_object(config, p + 1, true) != NULL;
}
