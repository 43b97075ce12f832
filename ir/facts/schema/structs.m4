m4_dnl SPDX-License-Identifier: Apache-2.0
m4_dnl Output 1 of the schema: the C structures and enumerations.
m4_divert(-1)
m4_define(«upper», «m4_translit(«$1», «a-z», «A-Z»)»)
m4_define(«check_count», «m4_ifelse(«$1», «$2», «», «m4_errprint(m4___file__:m4___line__«: $3 takes $2 arguments, not $1
»)m4_m4exit(1)»)»)
# A flag that nobody reads, and a tier that there isn't, stop the build.
m4_define(«field_refuse», «m4_errprint(m4___file__:m4___line__«: field '$1' $2
»)m4_m4exit(1)»)
m4_define(«field_flags», « req interp line blank nonull when resolved job_id run names shape word missing »)
m4_define(«flag_known», «m4_ifelse(m4_index(m4_defn(«field_flags»), « $2 »), «-1», «field_refuse(«$1», «has the flag '$2', which is none of:»m4_defn(«field_flags»))»)»)
m4_define(«flags_known», «m4_ifelse(m4_regexp(«$2», «[^ ]»), «-1», «», «flag_known(«$1», m4_regexp(«$2», «\([^ =]+\)», «\1»))flags_known(«$1», m4_regexp(«$2», « *[^ ]+\(.*\)», «\1»))»)»)
m4_define(«tier_known», «m4_ifelse(m4_regexp(«$2», «^[CSX]?$»), «-1», «field_refuse(«$1», «has the tier '$2', which is none of: C S X»)»)»)
m4_define(«each_word», «m4_ifelse(«$2», «», «», «	upper(«$1_$2»),
each_word(«$1», m4_shift(m4_shift($@)))»)»)
m4_define(«enumeration», «enum $1 {
each_word($@)	upper(«$1_n»)
};
»)
m4_define(«record», «check_count($#, 3, «record»)struct $1;
struct $1 {
	struct record_head head;
»)
# Pointers to other records come right behind the head: most passes look at nothing else of most
# services, and so read one or two cache lines of each.
m4_define(«member», «	ctype_$3(«$4») «$1»;
»)
m4_define(«field», «check_count($#, 10, «field»)flags_known(«$1», «$5»)tier_known(«$1», «$7»)m4_ifelse(m4_index(«$5», «resolved»), «-1», «m4_ifelse(«$3», «RECORD», «member($@)», «m4_divert(1)member($@)m4_divert(0)»)»)»)
m4_define(«fact», «field(«$1», «$1», «$2», «$3», «», «», «», «», «$4», «$5»)»)
m4_define(«end», «m4_undivert(1)};
»)
m4_divert«»m4_dnl
