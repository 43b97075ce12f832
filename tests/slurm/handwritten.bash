# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash
# Jobs written by hand, as docs/supervision-table.md describes them, to test the supervisor on real
# Slurm without the compiler in between.

# write_job ALLOCATION FUNCTIONS TABLE [DIRECTIVES]: writes job.sbatch. The functions are bash text,
# one service_NAME() for each service of the table.
write_job() {
	local names
	names=$(sed -n 's/^\(service_[a-z0-9_]*\)().*/\1/p' <<<"$2" | tr '\n' ' ')
	cat >job.sbatch <<SCRIPT
#!/bin/bash
${4-}
set -euo pipefail
JOB_ROOT=\$SLURM_SUBMIT_DIR/.hpc-compose/\$SLURM_JOB_ID
facts=\$("\$HPCC_RT" begin --root "\$JOB_ROOT" <<'HPCC_ALLOCATION'
hpcc-allocation 1
$1
HPCC_ALLOCATION
)
eval "\$facts"
HPCC_RT=\$JOB_DIR/bin/hpcc-rt
finish() {
  status=\$?
  trap - EXIT
  "\$HPCC_RT" end --dir "\$JOB_DIR" --status "\$status" || :
  exit "\$status"
}
trap finish EXIT

$2
records() {
  { declare -p HPCC_RT JOB_DIR NODES; printf '\\0'; }
  local name
  for name in $names; do declare -f "\$name"; printf '\\0'; done
}

supervisor='' caught=''
relay() {
  caught=\$1
  [ -z "\$supervisor" ] || kill -s "\$1" "\$supervisor" 2>/dev/null || :
}
trap 'relay TERM' TERM
trap 'relay USR1' USR1
"\$HPCC_RT" supervise --dir "\$JOB_DIR" --functions <(records) <<'HPCC_TABLE' &
hpcc-table 1
$3
HPCC_TABLE
supervisor=\$!
[ -z "\$caught" ] || relay "\$caught"
while
  caught='' status=0
  wait "\$supervisor" || status=\$?
  [ -n "\$caught" ]
do :; done
exit "\$status"
SCRIPT
}

# A step of one task that shares what the job has; words before the command are srun's.
# shellcheck disable=SC2034 # used by cases
STEP='exec srun --overlap --mem=0 --export=ALL --input=none --nodes=1 --ntasks=1'
