/* SPDX-License-Identifier: Apache-2.0 */
#include "driver/jobs/runtime.h"

#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "driver/system.h"
#include "driver/trust.h"
#include "frontend/frontend.h"

/* The file as it was built. The assembler takes it in, which no compiler of this C does. */
__asm__(".pushsection .rodata\n"
	".balign 16\n"
	"hpcc_carried:\n"
	".incbin \"" HPCC_RT_FILE "\"\n"
	"hpcc_carried_end:\n"
	".byte 0\n"
	".popsection\n"
	".globl hpcc_carried, hpcc_carried_end\n"
	".hidden hpcc_carried, hpcc_carried_end\n");

extern const char hpcc_carried[], hpcc_carried_end[];

struct str runtime_source(struct arena *a, struct str *why)
{
	const char *given = env_or("HPCC_RT", NULL);

	if (!given)
		return STR("carried by hpcc itself");
	if (is_program(str_c(given)))
		return path_absolute(a, str_c(given));
	*why = str_fmt(a, "HPCC_RT names '%s', which is no program", given);
	return STR("");
}

bool runtime_load(struct arena *a, struct str *bytes, struct str *why)
{
	const char *given = env_or("HPCC_RT", NULL);

	*bytes = (struct str){hpcc_carried, (size_t)(hpcc_carried_end - hpcc_carried)};
	return !given ||
	       (runtime_source(a, why).len && file_read(a, given, FRONTEND_MAX_FILE, bytes, why));
}

struct str runtime_place(struct arena *a, struct str runtime_root, struct str *why)
{
	struct str folder = path_join(a, runtime_root, STR("bin"));
	struct str target = path_join(a, folder, STR("hpcc-rt"));
	struct str bytes;

	if (!runtime_load(a, &bytes, why) || !trust_make_folder(a, folder, 2, why))
		return STR("");
	struct str there, unread;
	if (is_program(target) && file_read(a, target.ptr, FRONTEND_MAX_FILE, &there, &unread) &&
	    str_eq(bytes, there))
		return target;
	if (file_put(a, target.ptr, bytes, plain_file_mode() | 0111, why))
		return target;
	*why = str_fmt(a, "can't write '%.*s': %.*s", STR_ARG(target), STR_ARG(*why));
	return STR("");
}
