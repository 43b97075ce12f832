m4_dnl SPDX-License-Identifier: Apache-2.0
m4_dnl Output 4: names of Slurm's options, of their classes and of the kinds of their values.
m4_divert(-1)
m4_define(«id_row», «	SLURM_OPT_«»option_upper(«$1»),
»)
m4_define(«class_bit», «1»)
m4_define(«class_row», «	OPTION_CLASS_«»option_upper(«$1») = class_bit,
m4_define(«class_bit», m4_eval(class_bit * 2))»)
m4_define(«value_row», «	OPTION_VALUE_«»option_upper(«$1»),
»)
m4_define(«profile_row», «m4_ifelse(option_has(«$2», «profile»), «1», « X(option_key(«$1»))»)»)
m4_divert«»m4_dnl
enum slurm_opt {
option_rows(«id_row», «option_nothing»)	N_SLURM_OPTS
};

enum option_class {
option_each(m4_defn(«option_classes»), «class_row»)};

enum option_value {
option_each(m4_defn(«option_values»), «value_row»)};

/* The keys that a resource profile takes. */
#define PROFILE_OPTIONS(X)m4_translit(option_rows(«profile_row», «option_nothing»), «
»)
