m4_dnl SPDX-License-Identifier: Apache-2.0
m4_dnl Output 6: variables through which options of sbatch would become options of srun, some a line.
m4_divert(-1)
m4_define(«env_row», «option_word(«$2», «env»)
»)
m4_divert«»m4_dnl
option_rows(«env_row», «option_nothing»)m4_dnl
