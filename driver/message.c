/* SPDX-License-Identifier: Apache-2.0 */
/* Complaints about the command line and the world; those about a spec are diagnostics. */
#include <stdarg.h>

#include "driver/invocation.h"

void complain(const char *format, ...)
{
	va_list args;

	fputs("hpcc: ", stderr);
	va_start(args, format);
	vfprintf(stderr, format, args);
	va_end(args);
	fputc('\n', stderr);
}

void advise(const char *format, ...)
{
	va_list args;

	fputs("help: ", stderr);
	va_start(args, format);
	vfprintf(stderr, format, args);
	va_end(args);
	fputc('\n', stderr);
}
