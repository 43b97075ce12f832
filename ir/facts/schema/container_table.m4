m4_dnl SPDX-License-Identifier: Apache-2.0
m4_dnl Output 2 of the rows of containers: a structure for each.
m4_divert(-1)
m4_define(«write_form», «m4_divert(1)	[IMAGE_FILE_«»upper(«$1»)] = {"«$2»", "«$3»", RULE_«»$4},
m4_divert(-1)»)
m4_define(«write_part», «»)
m4_define(«member», «m4_ifelse(m4_defn(«c_of_»kind_$1), «», «», «		.$1 = part_in_c(«$1»),
»)»)
m4_define(«write_container», «m4_divert(2)	[RUNTIME_BACKEND_«»upper(«$1»)] = {
		.name = "«$1»",
each(«member», all_parts)	},
m4_divert(-1)»)
m4_define(«write_all», «m4_divert«»#include "ir/containers.h"

const struct image_file_facts image_files[IMAGE_FILE_N] = {
m4_undivert(1)};

const struct «container» containers[RUNTIME_BACKEND_N] = {
m4_undivert(2)};
»)
m4_m4wrap(«write_all»)
