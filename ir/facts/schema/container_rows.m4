m4_dnl SPDX-License-Identifier: Apache-2.0
m4_dnl Reads the rows of containers.m4. Each part has to be there, once, and to be known; else the build
m4_dnl stops and says which. The template behind this one defines write_form (an image_file row),
m4_dnl write_part (a declared part) and write_container.
m4_changequote(«,»)m4_changecom()m4_dnl
m4_divert(-1)
m4_define(«refuse», «m4_errprint(m4___file__:m4___line__«: $1
»)m4_m4exit(1)»)
m4_define(«upper», «m4_translit(«$1», «a-z», «A-Z»)»)
m4_define(«each», «m4_ifelse(«$2», «», «», «$1(«$2»)each(«$1», m4_shift(m4_shift($@)))»)»)
m4_define(«add», «m4_ifdef(«$1», «m4_define(«$1», m4_defn(«$1»)«, «$2»»)», «m4_define(«$1», ««$2»»)»)»)

# What a part of each kind is in C, and how its text is written there.
m4_define(«c_of_TEXT», «const char *$1»)
m4_define(«c_of_BYTES», «const char *$1»)
m4_define(«c_of_WORDS», «const char *$1»)
m4_define(«c_of_BOOL», «bool $1»)
m4_define(«c_of_NUMBER», «uint32_t $1»)
m4_define(«c_of_FORMS», «uint32_t $1»)
m4_define(«c_of_NAME», «»)
m4_define(«c_of_SOME_TEXT», «const char *$1»)
m4_define(«c_of_SOME_NAME», «»)
m4_define(«in_c_TEXT», «"«$2»"»)
m4_define(«in_c_BYTES», «"«$2»"»)
m4_define(«in_c_WORDS», «"«$2»"»)
m4_define(«in_c_BOOL», «m4_ifelse(«$2», «yes», «true», «$2», «no», «false», «refuse(«part '$1' is yes or no, not '$2'»)»)»)
m4_define(«in_c_NUMBER», «m4_ifelse(m4_regexp(«$2», «^[0-9]+$»), «0», «$2», «refuse(«part '$1' is a number, not '$2'»)»)»)
m4_define(«form_bit», «m4_ifdef(«form_$1», «1u << IMAGE_FILE_«»upper(«$1») | », «refuse(«there is no image_file '$1'»)»)»)
m4_define(«in_c_FORMS», «each(«form_bit», m4_patsubst(«$2», « », «,»))0»)
m4_define(«in_c_NAME», «$2»)
m4_define(«in_c_SOME_TEXT», «"«$2»"»)
m4_define(«in_c_SOME_NAME», «$2»)
# Kinds that no row may leave empty.
m4_define(«must_SOME_TEXT»)
m4_define(«must_SOME_NAME»)

m4_define(«image_file», «m4_ifelse(«$#», «4», «», «refuse(«image_file takes 4 arguments, not $#»)»)m4_define(«form_$1»)write_form($@)»)
m4_define(«container_part», «m4_ifelse(«$#», «3», «», «refuse(«container_part takes 3 arguments, not $#»)»)m4_ifdef(«c_of_$2», «», «refuse(«part '$1' is of no known kind: '$2'»)»)m4_define(«kind_$1», «$2»)add(«all_parts», «$1»)write_part($@)»)
m4_define(«container», «m4_define(«this», «$1»)»)
m4_define(«has», «m4_ifelse(«$#», «2», «», «refuse(«container '»this«': a part and its text, not $# words: '$1'»)»)m4_ifdef(«kind_$1», «», «refuse(«container '»this«': no container_part declares '$1'»)»)m4_ifdef(«value_$1», «refuse(«container '»this«' has its part '$1' twice»)»)m4_define(«value_$1», ««$2»»)»)
m4_define(«need», «m4_ifdef(«value_$1», «», «refuse(«container '»this«' lacks its part '$1'»)»)m4_ifdef(«must_»kind_$1, «m4_ifelse(value_$1, «», «refuse(«container '»this«': its part '$1' is empty»)»)»)»)
m4_define(«part_in_c», «m4_indir(«in_c_»kind_$1, «$1», value_$1)»)
m4_define(«forget», «m4_undefine(«value_$1»)»)
m4_define(«container_end», «each(«need», all_parts)write_container(this)each(«forget», all_parts)»)
m4_divert«»m4_dnl
