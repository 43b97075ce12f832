/* SPDX-License-Identifier: Apache-2.0 */
/* Colours, times and widths of what is shown in a terminal. */
#include "driver/screen/style.h"

#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "driver/system.h"
#include "ir/support/utf8.h"

#define NAME_COLUMNS 32

bool wants_color(const struct invocation *inv, FILE *stream)
{
	const char *term = getenv("TERM");

	if (inv->options.color != COLOR_AUTO)
		return inv->options.color == COLOR_ALWAYS;
	return !*env_or("NO_COLOR", "") && isatty(fileno(stream)) && term &&
	       strcmp(term, "dumb") != 0;
}

struct style style_for(const struct invocation *inv, FILE *stream)
{
	if (!wants_color(inv, stream))
		return (struct style){"", "", "", "", "", ""};
	return (struct style){"\033[32m", "\033[31m", "\033[33m", "\033[2m", "\033[1m", "\033[0m"};
}

const char *name_color(const struct style *style, unsigned i)
{
	/* Red is for what is wrong. */
	static const char *const colors[] = {"\033[36m", "\033[33m", "\033[32m", "\033[35m",
					     "\033[34m", "\033[96m", "\033[93m", "\033[92m",
					     "\033[95m", "\033[94m"};

	return *style->off ? colors[i % (sizeof(colors) / sizeof(*colors))] : "";
}

const char *style_of_state(const struct style *style, struct str state, struct str verdict)
{
	if (str_eq_c(state, "ready") || str_eq_c(state, "running"))
		return style->good;
	if (str_eq_c(state, "exited") || str_eq_c(state, "FAILED"))
		return str_eq_c(verdict, "completed") || str_eq_c(verdict, "stopped") ? style->dim
										      : style->bad;
	if (str_eq_c(state, "backoff") || str_eq_c(state, "starting") ||
	    str_eq_c(state, "stopping"))
		return style->busy;
	return style->dim;
}

struct str padded(struct arena *a, struct str text, unsigned columns)
{
	struct str shown = str_visible(a, text, VISIBLE_LINE);
	unsigned used = utf8_columns(shown);

	if (used >= columns)
		return shown;
	return str_fmt(a, "%.*s%*s", STR_ARG(shown), (int)(columns - used), "");
}

void widen_for(struct arena *a, unsigned *columns, struct str name)
{
	unsigned wanted = utf8_columns(str_visible(a, name, VISIBLE_LINE));

	if (wanted > NAME_COLUMNS)
		wanted = NAME_COLUMNS;
	if (wanted > *columns)
		*columns = wanted;
}

struct str duration_text(struct arena *a, double seconds)
{
	unsigned long long whole = seconds > 0 ? (unsigned long long)seconds : 0;

	if (seconds < 10)
		return str_fmt(a, "%.2fs", seconds < 0 ? 0 : seconds);
	if (seconds < 60)
		return str_fmt(a, "%.1fs", seconds);
	if (whole < 3600)
		return str_fmt(a, "%llum%02llus", whole / 60, whole % 60);
	if (whole < 48 * 3600)
		return str_fmt(a, "%lluh%02llum", whole / 3600, whole / 60 % 60);
	return str_fmt(a, "%llud%02lluh", whole / 86400, whole / 3600 % 24);
}
