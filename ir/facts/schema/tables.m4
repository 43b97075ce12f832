m4_dnl SPDX-License-Identifier: Apache-2.0
m4_dnl Output 2 of the schema: one descriptor per record and field.
m4_divert(-1)
m4_define(«each_word», «m4_ifelse(«$2», «», «», «"«$2»", each_word(«$1», m4_shift(m4_shift($@)))»)»)
m4_define(«enumeration», «static const char *const words_$1[] = {each_word($@)NULL};
»)
m4_define(«record», «m4_define(«record_path», ««$2»»)m4_define(«record_shorthand», ««$3»»)m4_define(«record_name», ««$1»»)m4_define(«record_letters», «»)static const struct «field» fields_$1[] = {
»)
m4_define(«sub_record», «m4_ifelse(«$1», «RECORD», «&record_$2», «$1», «RECORDS», «&record_$2», «$1», «NAMED», «&record_$2», «NULL»)»)
m4_define(«help_text», «m4_ifelse(«$#», «1», «"«$1»"», «help_text(m4_shift($@))»)»)
m4_define(«flag_bit», «m4_ifelse(m4_index(« $1=», « $2=»), «-1», «m4_ifelse(m4_index(« $1 », « $2 »), «-1», «0», «$3»)», «$3»)»)
m4_define(«flag_bits», «flag_bit(«$1», «req», «FIELD_REQ») | flag_bit(«$1», «interp», «FIELD_INTERP») | flag_bit(«$1», «line», «FIELD_LINE») | flag_bit(«$1», «nonull», «FIELD_NONULL») | flag_bit(«$1», «blank», «FIELD_BLANK») | m4_ifelse(m4_index(« $1», « when=»), «-1», «0», «FIELD_WHEN») | flag_bit(«$1», «resolved», «FIELD_RESOLVED») | flag_bit(«$1», «job_id», «FIELD_JOB_ID») | flag_bit(«$1», «run», «FIELD_RUN»)»)
m4_define(«when_of», «m4_ifelse(m4_index(«$1», «when=»), «-1», «», «m4_regexp(«$1», «when=\([^ ]*\)», «\1»)»)»)
m4_define(«names_of», «m4_ifelse(m4_index(« $1», « names=»), «-1», «», «m4_regexp(«$1», «names=\([^ ]*\)», «\1»)»)»)
m4_define(«rule_of», «m4_ifelse(m4_index(« $1», « $2=»), «-1», «RULE_NONE», «RULE_«»m4_regexp(« $1», « $2=\([^ ]*\)», «\1»)»)»)
m4_define(«words_of», «m4_ifelse(«$1», «ENUM», «words_$2», m4_index(«$2», «words:»), «0», «words_«»m4_substr(«$2», «6»)», «NULL»)»)
# The rules that a row speaks of are there: what it shows can be explained.
m4_define(«cited», «_Static_assert(RULE_$1 + 1, "it is one");
»)
m4_define(«field», «m4_define(«record_letters», m4_defn(«record_letters»)m4_substr(«$2», «0», «1»))m4_divert(1)option_each(m4_translit(«$8», «,», « »), «cited»)m4_divert(0)	{.key = "«$2»", .key_length = sizeof("«$2»") - 1, .kind = KIND_$3,
	 .bits = flag_bits(«$5»),
	 .offset = m4_ifelse(m4_index(«$5», «resolved»), «-1», «offsetof(struct record_name, «$1»)», «0»), .arg = "«$4»",
	 .words = words_of(«$3», «$4»), .sub = sub_record(«$3», «$4»),
	 .shape_rule = rule_of(«$5», «shape»), .word_rule = rule_of(«$5», «word»), .missing_rule = rule_of(«$5», «missing»), .when = "when_of(«$5»)", .names = "names_of(«$5»)", .initial = "«$6»", .tier = "«$7»", .rules = "«$8»",
	 .effect = "«$9»", .help = help_text($@)},
»)
m4_define(«fact», «field(«$1», «$1», «$2», «$3», «», «», «», «», «$4», «$5»)»)
m4_define(«end», «};
m4_undivert(1)const struct «record» record_$1 = {.name = "«$1»", .path = "record_path", .shorthand = "record_shorthand",
	.size = sizeof(struct $1), .fields = fields_$1, .first_letters = "record_letters", .n_fields = sizeof(fields_$1) / sizeof(fields_$1[0])};
»)
m4_divert«»m4_dnl
