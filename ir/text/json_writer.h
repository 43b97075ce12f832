/* SPDX-License-Identifier: Apache-2.0 */
/* JSON that people read, too: a member or an item a line. */
#ifndef HPCC_IR_TEXT_JSON_WRITER_H
#define HPCC_IR_TEXT_JSON_WRITER_H

#include "ir/support/arena.h"
#include "ir/support/str.h"

struct json {
	struct buf out;
	unsigned depth;
	bool is_first; /* nothing stands in the present object or array */
	bool is_partial;
};

void json_new_line(struct json *j); /* before an item */
void json_key(struct json *j, const char *name);
void json_open(struct json *j, char bracket);
void json_shut(struct json *j, char bracket);
/* A value that is JSON already. */
void json_raw(struct json *j, const char *name, const char *json);
void json_member(struct json *j, const char *name, struct str value);
void json_item(struct json *j, const char *json);

#endif
