m4_changequote(«,»)m4_changecom()m4_dnl
m4_divert(-1)
# SPDX-License-Identifier: Apache-2.0
# Makes ir/files.gen.h of files.m4: paths and modes as literals, and the rows for the page. A row that
# lacks a part, or has one that nobody knows, stops the build.
m4_define(«n_refuse», «m4_errprint(m4___file__:m4___line__«: file '$1': $2
»)m4_m4exit(1)»)
m4_define(«n_present», «m4_ifelse(«$3», «», «n_refuse(«$1», «there is no $2»)»)»)
m4_define(«n_one_of», «n_present(«$1», «$2», «$3»)m4_ifelse(m4_index(«, $4,», «, $3,»), «-1»,
	«n_refuse(«$1», «the $2 is '$3', not one of: $4»)»)»)
m4_define(«n_count», «m4_ifelse(«$2», «$3», «», «n_refuse(«$1», «a row has $3 parts, not $2»)»)»)
m4_define(«n_check_row», «n_count(«$1», «$#», «8»)
n_present(«$1», «name», «$1»)
n_one_of(«$1», «place», «$2», «job root, attempt»)
n_present(«$1», «path», «$3»)
n_one_of(«$1», «mode», «$4», «private, public, program, as_script, umask»)
n_present(«$1», «content», «$5»)
n_present(«$1», «writer», «$6»)
n_present(«$1», «reader», «$7»)
n_present(«$1», «time when it is there», «$8»)»)
# "logs/<service>.log": its parameters, (service), and what they are put into, "logs/" service ".log"
m4_define(«n_listed», «m4_patsubst(m4_patsubst(«$1», «[^<]*<\([a-z]*\)>[^<]*», «\1;»), «;$», «»)»)
m4_define(«n_parameters», «m4_ifelse(m4_index(«$1», «<»), «-1», «», «(m4_patsubst(n_listed(«$1»), «;», «, »))»)»)
m4_define(«n_spelt», «m4_patsubst(«"$1"», «<\([a-z]*\)>», «" \1 "»)»)
m4_define(«n_mode_private», «0600»)
m4_define(«n_mode_public», «0644»)
m4_define(«n_mode_program», «0755»)
m4_define(«n_view», «n_count(«$1», «$#», «2»)n_present(«$1», «path», «$2»)m4_divert(1)m4_dnl
#define $1_VIEW "$2"
m4_divert(-1)»)
m4_define(«n_folder», «n_count(«$1», «$#», «3»)n_present(«$1», «path», «$2»)n_present(«$1», «mode», «$3»)m4_divert(2)m4_dnl
#define JOB_FOLDER_$1 "$2"
m4_divert(3)	FOLDER(JOB_FOLDER_$1, $3) \
m4_divert(-1)»)
m4_define(«n_part», «n_count(«$1», «$#», «2»)n_present(«$1», «path», «$2»)m4_divert(2)m4_dnl
#define JOB_FOLDER_$1 "$2"
m4_divert(-1)»)
m4_define(«n_file», «n_check_row($@)m4_divert(4)m4_dnl
#define JOB_FILE_$1«»n_parameters(«$3») n_spelt(«$3»)
m4_ifdef(«n_mode_$4», «#define JOB_MODE_$1 n_mode_$4
»)m4_divert(5)	ROW("$2", "$3", "$4", "$5", "$6", "$7", "$8") \
m4_divert(-1)»)
# The same words in a text are words.
m4_define(«view», «m4_ifelse(«$#», «0», ««view»», «n_view($@)»)»)
m4_define(«folder», «m4_ifelse(«$#», «0», ««folder»», «n_folder($@)»)»)
m4_define(«part», «m4_ifelse(«$#», «0», ««part»», «n_part($@)»)»)
m4_define(«file», «m4_ifelse(«$#», «0», ««file»», «n_file($@)»)»)
m4_m4wrap(«m4_divert(0)m4_dnl
/* Made from ir/facts/files.m4 by ir/facts/schema/files.m4: the files of a job. */
#ifndef HPCC_IR_FILES_GEN_H
#define HPCC_IR_FILES_GEN_H

/* What is seen of them inside containers. */
m4_undivert(1)
/* Folders below the job root, or below an attempt's. */
m4_undivert(2)
#define JOB_FOLDERS(FOLDER) \
m4_undivert(3)
/* Files there. Parameters are literals: JOB_FILE_LOG("%s"). */
m4_undivert(4)
/* place, path, mode, content, who writes it, who reads it, when it is there */
#define JOB_FILES(ROW) \
m4_undivert(5)
#endif
»)
