m4_dnl SPDX-License-Identifier: Apache-2.0
m4_dnl Output 5: the table of Slurm's options, which of them services have as fields, and Slurm's versions.
m4_divert(-1)
m4_define(«text_or_null», «m4_ifelse(«$1», «», «NULL», «"«$1»"»)»)
m4_define(«class_bits», «m4_ifelse(«$1», «», «0», m4_index(«$1», «;»), «-1», «OPTION_CLASS_«»option_upper(«$1»)», «OPTION_CLASS_«»option_upper(m4_substr(«$1», «0», m4_index(«$1», «;»))) | class_bits(m4_substr(«$1», m4_incr(m4_index(«$1», «;»))))»)»)
# field_of(RECORD, KEY, PATH, HELP, VALUE): the field that stands for the option
m4_define(«field_of», «m4_ifelse(«$4», «», «m4_ifelse(«$3», «», «{0}», «{.path = "«$3»"}»)», «{.path = "«$2»", .is_field = true, .kind = KIND_«»m4_indir(«option_kind_$5»), .offset = offsetof(struct $1, $2)}»)»)
m4_define(«table_row», «	[SLURM_OPT_«»option_upper(«$1»)] = {.name = "«$1»", .key = "option_key(«$1»)", .letter = m4_ifelse(option_word(«$2», «letter»), «», «0», «'option_word(«$2», «letter»)'»),
	 .is_sbatch = option_has(«$2», «sbatch»), .is_srun = option_has(«$2», «srun»), .is_plugin = option_has(«$2», «pyxis»),
	 .is_profile = option_has(«$2», «profile»), .is_shared = option_has(«$2», «shared»), .is_step_shared = option_has(«$2», «step_shared»), .takes_args = option_has(«$2», «args»), .is_whole = option_has(«$2», «whole»),
	 .sbatch = {option_age(«$2», «sbatch», «since»), option_age(«$2», «sbatch», «gone»)}, .srun = {option_age(«$2», «srun», «since»), option_age(«$2», «srun», «gone»)},
	 .value = OPTION_VALUE_«»option_upper(option_word(«$2», «value»)), .classes = class_bits(option_word(«$2», «class»)),
	 .root = field_of(«slurm», option_key(«$1»), option_word(«$2», «root»), «$3», option_takes(«$2», «root»)),
	 .step = field_of(«step», option_key(«$1»), option_word(«$2», «step»), «$4», option_takes(«$2», «step»)),
	 .env = "option_word(«$2», «env»)", .writes = text_or_null(m4_translit(option_word(«$2», «writes»), «~», « »)), .instead = text_or_null(«$5»)},
»)
m4_define(«step_row», «m4_ifelse(«$4», «», «», «	SLURM_OPT_«»option_upper(«$1»),
»)»)
m4_define(«option_if», «m4_ifelse(«$1», «-1», «», «	SLURM_OPT_«»option_upper(«$2»),
»)»)
m4_define(«memory_row», «m4_ifelse(option_word(«$2», «value»), «memory», «option_if(«0», «$1»)»)»)
m4_define(«gpu_row», «option_if(m4_regexp(option_word(«$2», «class»), «gpu\|gres»), «$1»)»)
m4_define(«version_needs», «m4_ifelse(option_word(«$2», «$3»), «», «m4_errprint(m4___file__:m4___line__«: version '$1' lacks $3=
»)m4_m4exit(1)»)»)
m4_define(«version_words», «m4_patsubst(option_word(«$1», «$2»), «~», « »)»)
m4_define(«version_row», «version_needs(«$1», «$2», «exact»)version_needs(«$1», «$2», «share»)	{.since = m4_translit(«$1», «.»), .exact = "version_words(«$2», «exact»)", .share = "m4_ifelse(option_word(«$2», «share»), «~», «», «version_words(«$2», «share»)»)",
	 .has_mem_zero = option_has(«$2», «mem_zero»), .share_keeps_gres = option_has(«$2», «keeps_gres»)},
»)
m4_define(«value_name», «	"m4_indir(«option_what_$1»)",
»)
m4_divert«»m4_dnl
#include <stddef.h>

#include "ir/job.h"
#include "ir/options.h"

const struct slurm_option slurm_options[N_SLURM_OPTS] = {
option_rows(«table_row», «option_nothing»)};

const char *const option_value_names[] = {
option_each(m4_defn(«option_values»), «value_name»)};

const enum slurm_opt step_options[] = {
option_rows(«step_row», «option_nothing»)};
const size_t n_step_options = sizeof(step_options) / sizeof(step_options[0]);

const enum slurm_opt memory_options[] = {
option_rows(«memory_row», «option_nothing»)};
const size_t n_memory_options = sizeof(memory_options) / sizeof(memory_options[0]);

const enum slurm_opt gpu_options[] = {
option_rows(«gpu_row», «option_nothing»)};
const size_t n_gpu_options = sizeof(gpu_options) / sizeof(gpu_options[0]);

const struct slurm_version slurm_versions[] = {
option_rows(«option_nothing», «version_row»)};
const size_t n_slurm_versions = sizeof(slurm_versions) / sizeof(slurm_versions[0]);
