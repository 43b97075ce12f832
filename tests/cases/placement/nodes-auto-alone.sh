#!/bin/bash
#SBATCH --job-name=alone
#SBATCH --ntasks=8
#SBATCH --time=10
#SBATCH --cpus-per-task=2

# Written by hpcc 0.2.0 from nodes-auto-alone.yaml.
# shellcheck disable=SC2016,SC2317,SC2329 # commands and functions are for other shells
set -euo pipefail

# Folders.
JOB_ROOT="${SLURM_SUBMIT_DIR:-$PWD}/.hpc-compose/${SLURM_JOB_ID}"
foreign=$(find "${JOB_ROOT%/*}" "${JOB_ROOT%/*}"/{.,bin,bin/hpcc-rt} "$JOB_ROOT" -maxdepth 0 ! -user "$EUID" ! -user 0 2>/dev/null || :)
[ -z "$foreign" ] || { echo "hpcc: of another user: $foreign" >&2; echo 'hpcc: no job runs there: submit from a folder of your own' >&2; exit 1; }
SCRATCH_DIR="/tmp/hpcc-nodes-auto/${JOB_ROOT##*/}"

# The supervisor.
for HPCC_RT in "${HPCC_RT:-}" "${JOB_ROOT%/*}/bin/hpcc-rt" "$(command -v hpcc-rt || :)"; do [ ! -x "$HPCC_RT" ] || break; done
[ -x "$HPCC_RT" ] || { echo "hpcc: no hpcc-rt in ${JOB_ROOT%/*}/bin: write the script again with -o in the folder of sbatch, or with --embed-runtime, or set HPCC_RT" >&2; exit 1; }
# It runs this script, and ends at once what a signal must not wait for.
[ "${HPCC_SCRIPT-}" = "$PPID" ] || [ ! -f "$0" ] || exec "$HPCC_RT" script --root "$JOB_ROOT" --options "$BASHOPTS" -- "$BASH" "$0" "$@"
facts=$("$HPCC_RT" begin --root "$JOB_ROOT" <<'HPCC_ALLOCATION'
hpcc-allocation 1
job name alone nodes auto
rdzv base 29500 span 1000
service solve token solve nodes all ntasks 8 nproc 1
HPCC_ALLOCATION
)
eval "$facts" # JOB_DIR, NODES, and variables of all services
HPCC_RT="$JOB_DIR/bin/hpcc-rt"

# A step gets what its own line states, nothing from the batch job's options.
own_options() {
  unset SLURM_CPU_BIND SLURM_CPUS_PER_GPU SLURM_CPUS_PER_TASK SLURM_DISTRIBUTION SLURM_EXACT \
    SLURM_EXCLUSIVE SLURM_EXPORT_ENV SLURM_GPU_BIND SLURM_GPUS SLURM_GPUS_PER_NODE \
    SLURM_GPUS_PER_TASK SLURM_GRES SLURM_HINT SLURM_KILL_BAD_EXIT SLURM_MEM_BIND \
    SLURM_MEM_PER_CPU SLURM_MEM_PER_GPU SLURM_MEM_PER_NODE SLURM_NPROCS SLURM_NTASKS \
    SLURM_NTASKS_PER_NODE SLURM_OPEN_MODE SLURM_OVERLAP SLURM_STEP_GRES SLURM_THREADS_PER_CORE \
    SLURM_TRES_PER_TASK SLURM_WAIT SLURM_WHOLE SRUN_CPUS_PER_TASK
}
# The same command once on every node.
on_nodes() {
  (
    own_options
    exec srun --nodes="${#NODES[@]}" --ntasks-per-node=1 --overlap --mem=0 --job-name=hpc-compose:on-nodes \
      --export=ALL --input=none --kill-on-bad-exit=0 --wait=0 "$@"
  )
}
# A job that is cancelled or out of time gets no new steps. So one is there from the start, and
# waits on every node for commands; it answers with their numbers and statuses.
start_helpers() {
  asked=0
  coproc HELPERS { on_nodes --input=all bash -c '
    trap "" TERM INT
    while read -r number command; do
      status=0
      eval "$command" </dev/null >&2 || status=$?
      echo "$number $status"
    done'; }
}
# The same command by every helper; the worst of their statuses.
ask_helpers() {
  local number status worst=0 left="${#NODES[@]}"
  if [ -z "${HELPERS[1]-}" ]; then
    on_nodes "$@"
    return
  fi
  asked=$((asked + 1))
  trap '' PIPE
  printf '%s %s\n' "$asked" "$(printf '%q ' "$@")" >&"${HELPERS[1]}" || left=0 worst=1
  trap - PIPE
  while [ "$left" -gt 0 ]; do
    read -r number status <&"${HELPERS[0]-}" || return 1
    [ "$number" = "$asked" ] || continue
    left=$((left - 1))
    [ "$status" -le "$worst" ] || worst=$status
  done
  return "$worst"
}

# However the script ends, the record of the job is closed.
sampler=''
finish() {
  status=$?
  trap - EXIT; trap '' TERM INT; kill -s URG "$PPID" 2>/dev/null || :
  if [ -n "$sampler" ]; then
    touch "$JOB_DIR/metrics/stop" || :
    timeout 10 tail --pid="$sampler" -s 0.1 -f /dev/null || :
    kill "$sampler" 2>/dev/null || :
    rm -f "$JOB_DIR/metrics/stop"
  fi
  "$HPCC_RT" end --dir "$JOB_DIR" --status "$status" || :
  ask_helpers rm -rf -- "$SCRATCH_DIR" || :
  exit "$status"
}
trap finish EXIT; trap 'trap "" TERM INT; exit 143' TERM; trap 'trap "" TERM INT; exit 130' INT

# Scratch.
on_nodes mkdir -p "$SCRATCH_DIR"
kill -s URG "$PPID" 2>/dev/null || : # set-up is over

# Metrics.
{
  on_nodes "$HPCC_RT" sample --dir "$JOB_DIR" --job "${JOB_ROOT##*/}" --interval 1 --collect gpu,slurm,cpu ||
    "$HPCC_RT" sample --dir "$JOB_DIR" --job "${JOB_ROOT##*/}" --interval 1 --collect gpu,slurm,cpu --degraded
} &
sampler=$!

# Helpers on the nodes.
start_helpers

# Services: each function turns into the service's process.
service_solve() {
  own_options
  export HPC_COMPOSE_SCRATCH_DIR="$SCRATCH_DIR"
  export HPC_COMPOSE_SCRATCH_HOST_PATH="$SCRATCH_DIR"
  exec srun --nodes="${#NODES[@]}" --overlap --mem=0 --job-name=hpc-compose:solve --ntasks=8 \
    --export=ALL --input=none --kill-on-bad-exit=1 --wait=0 \
    "$JOB_DIR/bin/hpcc-rt" step --dist -- /bin/sh -c 'test "$HPC_COMPOSE_DIST_NNODES" = 4'
}

# The shell of a service: these variables, and its function.
records() {
  declare -p JOB_DIR NODES SCRATCH_DIR; declare -f own_options; printf '\0'
  for name in $(compgen -A function service_) $(compgen -A function publish_); do
    declare -f "$name"; printf '\0'
  done
}

# Signals to this script go to the supervisor, which stops the services.
supervisor='' caught=''
relay() {
  caught=$1
  [ -z "$supervisor" ] || kill -s "$1" "$supervisor" 2>/dev/null || :
}
trap 'relay TERM' TERM; trap 'relay INT' INT

# Supervision: what starts when, and what a failure does.
"$HPCC_RT" supervise --dir "$JOB_DIR" --functions <(records) <<'HPCC_TABLE' &
hpcc-table 1
job grace 20s
job scheduler slurm
service solve
  run service_solve
  log logs/solve.log
  nodes all
  tasks 8
  on-failure fail-job
HPCC_TABLE
supervisor=$!
[ -z "$caught" ] || relay "$caught" # it came a moment too early
while # a signal ends the wait, not the job
  caught='' status=0
  wait "$supervisor" || status=$?
  [ -n "$caught" ]
do :; done
exit "$status"
