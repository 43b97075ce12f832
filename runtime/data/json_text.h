/* SPDX-License-Identifier: Apache-2.0 */
/* Parts of a JSON text, each cut out where it stands. */
#ifndef HPCC_RUNTIME_DATA_JSON_TEXT_H
#define HPCC_RUNTIME_DATA_JSON_TEXT_H

char *rt_json_skip_blanks(char *p);
/* Behind the opening quote: decodes in place and returns what follows the closing one, or NULL. */
char *rt_json_take_text(char *p);
/* At the quote of a member's key: cuts the key out, and returns where its value begins, or NULL. */
char *rt_json_take_key(char *p, const char **key);
/* Over a nested object or array, texts in it included; NULL where it doesn't end. */
char *rt_json_skip_nested(char *p);

#endif
