/* SPDX-License-Identifier: Apache-2.0 */
/* Addresses as text: the host that a URL names, and its port. */
#include "ir/grammar/grammar.h"

/* "user@host:80" of a URL; empty when there is none. */
static struct str url_authority(struct str url)
{
	size_t i = 0;
	while (i + 3 <= url.len &&
	       !(url.ptr[i] == ':' && url.ptr[i + 1] == '/' && url.ptr[i + 2] == '/'))
		i++;
	if (i + 3 > url.len)
		return STR("");
	struct str rest = str_from(url, i + 3);
	size_t end = 0;
	while (end < rest.len && !byte_is_in(rest.ptr[end], "/?#"))
		end++;
	return str_slice(rest, 0, end);
}

bool grammar_url_host(struct str url, struct str *host, struct str *port)
{
	struct str authority = url_authority(url);
	ptrdiff_t at = str_find_last(authority, '@');
	if (at != STR_NONE)
		authority = str_from(authority, (size_t)at + 1);
	if (!authority.len)
		return false;
	if (authority.ptr[0] == '[') {
		ptrdiff_t close = str_find(authority, ']');
		*host = str_slice(authority, 1, (size_t)close);
		struct str behind = str_from(authority, (size_t)(close + 1));
		*port = str_has_prefix(behind, ":") ? str_from(behind, 1) : STR("");
		return close != STR_NONE;
	}
	*port = str_split(authority, ':', host);
	return true;
}
