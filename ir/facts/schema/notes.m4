m4_changequote(«,»)m4_changecom()m4_dnl
m4_divert(-1)
# SPDX-License-Identifier: Apache-2.0
# Makes runtime/core/notes.gen.h of notes.m4: the enumeration, and the rows for runtime/core/notes.c. A
# row that lacks a part, or has one that nobody knows, stops the build.
m4_define(«n_refuse», «m4_errprint(m4___file__:m4___line__«: note '$1': $2
»)m4_m4exit(1)»)
m4_define(«n_present», «m4_ifelse(«$3», «», «n_refuse(«$1», «there is no $2»)»)»)
m4_define(«n_one_of», «n_present(«$1», «$2», «$3»)m4_ifelse(m4_index(« $4 », « $3 »), «-1»,
	«n_refuse(«$1», «the $2 is '$3', not one of: $4»)»)»)
m4_define(«n_check_row», «m4_ifelse(«$#», «6», «», «n_refuse(«$1», «a row has 6 parts, not $#»)»)
n_present(«$1», «name», «$1»)
n_present(«$1», «word», «$2»)m4_ifdef(«word_$2», «n_refuse(«$1», «the word '$2' is that of another row»)»)m4_define(«word_$2»)
n_one_of(«$1», «teller», «$3», «event timeline screen log»)
n_one_of(«$1», «tone», «$4», «plain good busy bad»)
n_one_of(«$1», «member of the event», «$5», «nothing last_look»)
n_present(«$1», «sentence», «$6»)»)
m4_define(«n_upper», «m4_translit(«$1», «a-z», «A-Z»)»)
# A value is a byte in a sentence: <again> is \002.
m4_define(«n_values», «0»)
m4_define(«n_value», «n_present(«$1», «meaning», «$2»)m4_define(«n_values», m4_incr(n_values))m4_define(«value_$1», n_values)
m4_divert(3)	RT_VALUE_«»n_upper(«$1») = n_values, /* $2 */
m4_divert(-1)»)
m4_define(«n_byte», «m4_ifdef(«value_$2», «\m4_eval(value_$2, 8, 3)», «n_refuse(«$1», «no value is called <$2>»)»)»)
m4_define(«n_spelt», «m4_patsubst(«$2», «<\([a-z_]*\)>», ««»n_byte(«$1», «\1»)»)»)
m4_define(«n_row», «m4_divert(1)	RT_NOTE_$2,
m4_divert(2)	[RT_NOTE_$2] = {"$3", "n_spelt(«$2», «$7»)", RT_TOLD_«»n_upper(«$4»), RT_TONE_«»n_upper(«$5»), RT_SHOWS_«»n_upper(«$6»), $1}, \
m4_divert(-1)»)
m4_define(«n_note», «n_check_row($@)n_row(«false», $@)»)
m4_define(«n_job_note», «n_check_row($@)n_row(«true», $@)»)
# The same words in a sentence are words.
m4_define(«value», «m4_ifelse(«$#», «0», ««value»», «n_value($@)»)»)
m4_define(«note», «m4_ifelse(«$#», «0», ««note»», «n_note($@)»)»)
m4_define(«job_note», «m4_ifelse(«$#», «0», ««job_note»», «n_job_note($@)»)»)
m4_m4wrap(«m4_divert(0)m4_dnl
/* Made from ir/facts/notes.m4 by ir/facts/schema/notes.m4. */
#ifndef HPCC_RUNTIME_CORE_NOTES_GEN_H
#define HPCC_RUNTIME_CORE_NOTES_GEN_H

/* What happened, for the batch log, the event file, screens and timelines. */
enum rt_note {
m4_undivert(1)};

/* What a sentence leaves a place for. */
enum rt_value {
m4_undivert(3)};

#define RT_NOTE_ROWS \
m4_undivert(2)
#endif
»)
