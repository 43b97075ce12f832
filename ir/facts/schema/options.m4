m4_dnl SPDX-License-Identifier: Apache-2.0
m4_dnl How rows of options.m4 are read, by every output that is made of them. option_fields(root),
m4_dnl option_fields(step) and option_fields(component) are the fields that they make, as rows of fields/*.m4.
m4_divert(-1)
m4_define(«option_words», « m4_translit(«$1», «
	», «  ») »)
# Is the word there? What stands behind its '='. Is $3 in the list behind $2=?
m4_define(«option_has», «m4_eval(m4_regexp(option_words(«$1»), « $2[ =]») >= 0)»)
m4_define(«option_word», «m4_ifelse(m4_regexp(option_words(«$1»), « $2=»), «-1», «», «m4_regexp(option_words(«$1»), « $2=\([^ ]*\)», «\1»)»)»)
m4_define(«option_lists», «m4_eval(m4_regexp(option_words(«$1»), « $2=\([^ ]*;\)?$3[; ]») >= 0)»)
m4_define(«option_key», «m4_translit(«$1», «-», «_»)»)
m4_define(«option_upper», «m4_translit(«$1», «a-z-», «A-Z_»)»)

# Kinds of values. A field of that kind: kind, argument and flags as in fields/*.m4, the rules that
# come first, the rules that come last, the word on the reference page.
m4_define(«option_values», «»)
m4_define(«option_value_row», «m4_define(«option_values», m4_defn(«option_values»)« $1»)m4_define(«option_kind_$1», «$2»)m4_define(«option_arg_$1», «$3»)m4_define(«option_flags_$1», «$4»)m4_define(«option_first_$1», «$5»)m4_define(«option_last_$1», «$6»)m4_define(«option_what_$1», «$7»)»)
option_value_row(«none», «BOOL», «», «», «», «», «none»)
option_value_row(«optional», «STR», «», «interp line blank», «R037», «», «perhaps a text»)
option_value_row(«count», «UINT», «pos», «», «R039», «», «number»)
option_value_row(«nodes», «UINT», «nodes», «», «R039», «», «number, or auto»)
option_value_row(«gpus», «GPUS», «», «», «R039», «», «number, or kind:number»)
option_value_row(«text», «STR», «», «interp line blank», «R037», «», «text»)
option_value_row(«file», «STR», «», «interp line», «R037», «», «path»)
option_value_row(«time», «WALLTIME», «», «interp», «R040», «», «time»)
option_value_row(«memory», «STR», «slurm_memory», «interp line blank», «R037», «E18», «memory»)
option_value_row(«gres», «STR», «slurm_gres», «interp line blank», «R037», «E18», «resources»)
option_value_row(«gpu_bind», «STR», «slurm_gpu_bind», «interp line blank», «R037», «E18», «binding»)
option_value_row(«cpu_bind», «STR», «slurm_cpu_bind», «interp line blank», «R037», «E18», «binding»)
option_value_row(«mem_bind», «STR», «slurm_mem_bind», «interp line blank», «R037», «E18», «binding»)
option_value_row(«distribution», «STR», «slurm_distribution», «interp line blank», «R037», «E18», «layout»)
option_value_row(«hint», «STR», «slurm_hint», «interp line blank», «R037», «E18», «words»)
option_value_row(«constraint», «STR», «slurm_constraint», «interp line blank», «R037», «E18», «features»)
option_value_row(«exclusive», «STR», «slurm_exclusive», «interp line blank», «R037», «E18», «perhaps a word»)
option_value_row(«nice», «STR», «slurm_nice», «interp line blank», «R037», «E18», «number»)
option_value_row(«moment», «STR», «slurm_moment», «interp line blank», «R037», «E18», «date or time»)
option_value_row(«switches», «STR», «slurm_switches», «interp line blank», «R037», «E18», «number and time»)
option_value_row(«open_mode», «STR», «slurm_open_mode», «interp line blank», «R037», «E18», «word»)
option_value_row(«array», «STR», «array», «interp», «R041», «», «indices»)
option_value_row(«signal», «RECORD», «job_signal», «», «», «», «signal and time»)

m4_define(«option_classes», «cpu gpu memory gres tasks binding place queue account mail log environment container other»)

# A row that lacks a part, or has one that nobody knows, stops the build.
m4_define(«option_refuse», «m4_errprint(m4___file__:m4___line__«: option '$1' $2
»)m4_m4exit(1)»)
m4_define(«option_needs», «m4_ifelse(option_word(«$2», «$3»), «», «option_refuse(«$1», «lacks $3=»)»)»)
m4_define(«option_known», «m4_ifelse(m4_index(« $3 », « $2 »), «-1», «option_refuse(«$1», «has the $4 '$2', which is none of: $3»)»)»)
m4_define(«option_each_known», «m4_ifelse(«$2», «», «», «option_known(«$1», m4_ifelse(m4_index(«$2», «;»), «-1», ««$2»», «m4_substr(«$2», «0», m4_index(«$2», «;»))»), «$3», «$4»)m4_ifelse(m4_index(«$2», «;»), «-1», «», «option_each_known(«$1», m4_substr(«$2», m4_incr(m4_index(«$2», «;»))), «$3», «$4»)»)»)»)
m4_define(«option_all_words», «sbatch srun pyxis letter since sbatch_since srun_since gone sbatch_gone srun_gone value root_value step_value class env tier rules step_rules default profile root step shared step_shared whole writes args»)
m4_define(«option_each_word», «m4_ifelse(m4_regexp(«$2», «[^ ]»), «-1», «», «option_known(«$1», m4_regexp(«$2», «\([^ =]+\)», «\1»), «$3», «word»)option_each_word(«$1», m4_regexp(«$2», « *[^ ]+\(.*\)», «\1»), «$3»)»)»)
m4_define(«option_has_field», «m4_ifelse(«$2$3», «», «m4_eval(option_has(«$1», «root») + option_has(«$1», «step») > 0)», «1»)»)
m4_define(«option_checked», «m4_ifelse(m4_eval($# < 2 || $# > 5), «1», «option_refuse(«$1», «takes 2 to 5 arguments, not $#»)»)option_each_word(«$1», option_words(«$2»), m4_defn(«option_all_words»))option_needs(«$1», «$2», «since»)option_needs(«$1», «$2», «value»)option_needs(«$1», «$2», «class»)m4_ifelse(option_has(«$2», «sbatch»)option_has(«$2», «srun»), «00», «option_refuse(«$1», «lacks sbatch or srun»)»)option_known(«$1», option_word(«$2», «value»), m4_defn(«option_values»), «value»)option_each_known(«$1», option_word(«$2», «class»), m4_defn(«option_classes»), «class»)m4_ifelse(«$3$4», «», «», «option_needs(«$1», «$2», «tier»)»)m4_ifelse(option_has_field(«$2», «$3», «$4»)option_has(«$2», «args»)«$5», «00», «option_refuse(«$1», «lacks a field, args, or what to do instead»)»)»)

m4_define(«option_join», «$1«»m4_ifelse(«$2», «», «», «m4_ifelse(«$1», «», «», «;»)$2»)«»m4_ifelse(«$3», «», «», «m4_ifelse(«$1$2», «», «», «;»)$3»)»)
m4_define(«option_spell», «m4_patsubst(««$1»», «;», «, »)»)
m4_define(«option_rules», «option_spell(option_join(m4_indir(«option_first_$1»), option_word(«$2», «$3»), m4_indir(«option_last_$1»)))»)
# option_field(KEY, VALUE, FACTS, WORD OF THE RULES, DEFAULT, EFFECT, HELP)
m4_define(«option_field», «field(«$1», «$1», m4_indir(«option_kind_$2»), m4_indir(«option_arg_$2»), m4_indir(«option_flags_$2»), «$5», option_word(«$3», «tier»), option_rules(«$2», «$3», «$4»), «$6», «$7»)»)
m4_define(«option_effect», «#SBATCH --$1«»m4_ifelse(«$1», «requeue», « or --no-requeue»)»)
# The first version of a command that has it (since) or hasn't got it any more (gone), as a number; 0: none.
m4_define(«option_age», «m4_translit(m4_ifelse(option_word(«$1», «$2_$3»), «», «m4_ifelse(option_word(«$1», «$3»), «», «0», «option_word(«$1», «$3»)»)», «option_word(«$1», «$2_$3»)»), «.»)»)
# What the field of the root, or of services, takes.
m4_define(«option_takes», «m4_ifelse(option_word(«$1», «$2_value»), «», «option_word(«$1», «value»)», «option_word(«$1», «$2_value»)»)»)
m4_define(«option_root_field», «m4_ifelse(«$3», «», «», «option_field(option_key(«$1»), option_takes(«$2», «root»), «$2», «rules», option_word(«$2», «default»), option_effect(«$1»), «$3»)»)»)
# A component of a heterogeneous job: what isn't the whole job's, and what it leaves out is as in the root.
m4_define(«option_component_field», «m4_ifelse(«$3», «», «», option_has(«$2», «whole»), «1», «», «option_field(option_key(«$1»), option_takes(«$2», «root»), «$2», «rules», «», option_effect(«$1»), «$3»)»)»)
m4_define(«option_step_field», «m4_ifelse(«$4», «», «», «option_field(option_key(«$1»), option_takes(«$2», «step»), «$2», «step_rules», «», «--$1», «$4»)»)»)
m4_define(«option_begin», «option_checked($@)»)
m4_define(«option_rows», «m4_define(«option», m4_defn(«option_begin»)m4_defn(«$1»))m4_define(«version», m4_defn(«$2»))m4_include(«options.m4»)»)
m4_define(«option_nothing», «»)
m4_define(«option_each», «m4_ifelse(m4_regexp(«$1», «[^ ]»), «-1», «», «$2(m4_regexp(«$1», «\([^ ]+\)», «\1»))option_each(m4_regexp(«$1», « *[^ ]+\(.*\)», «\1»), «$2»)»)»)
m4_define(«option_fields», «option_rows(«option_$1_field», «option_nothing»)»)
m4_divert«»m4_dnl
