m4_dnl SPDX-License-Identifier: Apache-2.0
m4_dnl Output 1 of the rows of containers: their structure, and who writes what for whom.
m4_divert(-1)
m4_define(«write_form», «m4_divert(1)	IMAGE_FILE_«»upper(«$1»), /* «$3» */
m4_divert(-1)»)
m4_define(«write_part», «m4_ifelse(m4_defn(«c_of_$2»), «», «», «m4_divert(2)	c_of_$2(«$1»); /* «$3» */
m4_divert(-1)»)»)
m4_define(«row_of», «m4_ifelse($2, «», «», « \
	X(upper(«$1»), $2)»)»)
m4_define(«write_container», «m4_divert(3)row_of(«$1», value_emitter)m4_divert(4)row_of(«$1», value_importer)m4_divert(5)m4_ifelse(value_oldest, «0», «», « X($1)»)m4_divert(-1)»)
m4_define(«write_all», «m4_divert«/* Files that hold an image. */»
enum «image_file» {
m4_undivert(1)	IMAGE_FILE_N
};

struct «container» {
	const char *name;
m4_undivert(2)};

«/* X(number, name) for each runtime that has one. */»
#define CONTAINER_EMITTERS(X)m4_undivert(3)
#define CONTAINER_IMPORTERS(X)m4_undivert(4)
«/* X(name) for each of which a version can be named. */»
#define CONTAINER_VERSIONS(X)m4_undivert(5)
m4_divert(-1)»)
m4_m4wrap(«write_all»)
