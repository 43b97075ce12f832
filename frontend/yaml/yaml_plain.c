/* SPDX-License-Identifier: Apache-2.0 */
/* Texts that need no quotes in YAML: a word, a path, a few words with blanks between. */
#include "frontend/yaml/yaml_plain.h"

static const char *const words[] = {"null", "true", "false", "yes",  "no",   "on",
				    "off",  "y",    "n",     ".inf", ".nan", NULL};

bool yaml_is_plain(struct str text)
{
	if (!text.len)
		return false;
	for (size_t i = 0; words[i]; i++)
		if (str_eq_nocase(text, str_c(words[i])))
			return false;
	char first = text.ptr[0];
	bool is_start = str_has_prefix(text, "./") || (first >= 'a' && first <= 'z') ||
			(first >= 'A' && first <= 'Z') || first == '_' || first == '/';
	if (!is_start || text.ptr[text.len - 1] == ':' || text.ptr[text.len - 1] == ' ')
		return false;
	for (size_t i = 0; i < text.len; i++) {
		char c = text.ptr[i];
		bool is_word = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
			       (c >= '0' && c <= '9') || byte_is_in(c, "_./@%+=-$");
		bool is_inner = c == ' ' || (c == ':' && text.ptr[i + 1] != ' ');
		if (!is_word && !is_inner)
			return false;
	}
	return true;
}
