/* SPDX-License-Identifier: Apache-2.0 */
/* Into the clipboard by the sequence that terminals know for it (OSC 52), also far away over ssh. */
#include <stdio.h>

#include "driver/live/view.h"
#include "ir/support/base64.h"

/* Whether the terminal takes it nobody can tell, so the text is shown, too. */
void view_copy(struct view *v, struct str text)
{
	fputs("\033]52;c;", stdout);
	for (size_t i = 0; i < text.len; i += 3) {
		struct base64_group group = base64_encode(str_from(text, i));

		fwrite(group.letters, 1, sizeof(group.letters), stdout);
	}
	fputc('\a', stdout);
	fflush(stdout);
	view_say(v, "copied: %.*s", STR_ARG(text));
}
