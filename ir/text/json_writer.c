/* SPDX-License-Identifier: Apache-2.0 */
/* JSON that people read, too: a member or an item a line. */
#include "ir/text/json_writer.h"

void json_new_line(struct json *j)
{
	if (!j->is_first)
		buf_add_byte(&j->out, ',');
	j->is_first = false;
	buf_add_byte(&j->out, '\n');
	buf_add_repeat(&j->out, '\t', j->depth);
}

void json_key(struct json *j, const char *name)
{
	json_new_line(j);
	buf_add_json(&j->out, str_c(name));
	buf_add_c(&j->out, ": ");
}

void json_open(struct json *j, char bracket)
{
	buf_add_byte(&j->out, bracket);
	j->depth++;
	j->is_first = true;
}

void json_shut(struct json *j, char bracket)
{
	j->depth--;
	if (!j->is_first) {
		buf_add_byte(&j->out, '\n');
		buf_add_repeat(&j->out, '\t', j->depth);
	}
	buf_add_byte(&j->out, bracket);
	j->is_first = false;
}

void json_raw(struct json *j, const char *name, const char *json)
{
	json_key(j, name);
	buf_add_c(&j->out, json);
}

void json_member(struct json *j, const char *name, struct str value)
{
	json_key(j, name);
	buf_add_json(&j->out, value);
}

void json_item(struct json *j, const char *json)
{
	json_new_line(j);
	buf_add_c(&j->out, json);
}
