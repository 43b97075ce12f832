#!/bin/bash
#SBATCH --job-name=hpc-compose
#SBATCH --nodes=1
#SBATCH --time=10

# Written by hpcc 0.2.0 from none-dotted.yaml.
# shellcheck disable=SC2016,SC2317,SC2329 # commands and functions are for other shells
set -euo pipefail

# Folders.
JOB_ROOT="${SLURM_SUBMIT_DIR:-$PWD}/.hpc-compose/${SLURM_JOB_ID}"
foreign=$(find "${JOB_ROOT%/*}" "${JOB_ROOT%/*}"/{.,bin,bin/hpcc-rt} "$JOB_ROOT" -maxdepth 0 ! -user "$EUID" ! -user 0 2>/dev/null || :)
[ -z "$foreign" ] || { echo "hpcc: of another user: $foreign" >&2; echo 'hpcc: no job runs there: submit from a folder of your own' >&2; exit 1; }

# The supervisor.
for HPCC_RT in "${HPCC_RT:-}" "${JOB_ROOT%/*}/bin/hpcc-rt" "$(command -v hpcc-rt || :)"; do [ ! -x "$HPCC_RT" ] || break; done
[ -x "$HPCC_RT" ] || { echo "hpcc: no hpcc-rt in ${JOB_ROOT%/*}/bin: write the script again with -o in the folder of sbatch, or with --embed-runtime, or set HPCC_RT" >&2; exit 1; }
# It runs this script, and ends at once what a signal must not wait for.
[ "${HPCC_SCRIPT-}" = "$PPID" ] || [ ! -f "$0" ] || exec "$HPCC_RT" script --root "$JOB_ROOT" --options "$BASHOPTS" -- "$BASH" "$0" "$@"
facts=$("$HPCC_RT" begin --root "$JOB_ROOT" <<'HPCC_ALLOCATION'
hpcc-allocation 1
job name hpc-compose nodes 1
service web.db token web.db nodes all ntasks 1
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

# However the script ends, the record of the job is closed.
finish() {
  status=$?
  trap - EXIT; trap '' TERM INT; kill -s URG "$PPID" 2>/dev/null || :
  "$HPCC_RT" end --dir "$JOB_DIR" --status "$status" || :
  exit "$status"
}
trap finish EXIT; trap 'trap "" TERM INT; exit 143' TERM; trap 'trap "" TERM INT; exit 130' INT

# Values of the job.
# needs VARIABLE PLACE: the job ends where nothing has set it.
needs() {
  [ -n "${!1+set}" ] || { echo "hpcc: $2: the job has no variable $1" >&2; exit 1; }
}
one_line() {
  case ${!1} in *$'\n'*) echo "hpcc: $2: a value of several lines" >&2; exit 1 ;; esac
}
needs LABEL 'none-dotted.yaml:10:23: services.web.db.command[1]'
HPCC_RUN_LABEL="$LABEL"
one_line HPCC_RUN_LABEL 'none-dotted.yaml:10:23: services.web.db.command[1]'
kill -s URG "$PPID" 2>/dev/null || : # set-up is over

# Services: each function turns into the service's process.
service_web_x2e_db() {
  own_options
  exec srun --nodes=1 --overlap --mem=0 --job-name=hpc-compose:web.db --ntasks=1 \
    --export=ALL --input=none \
    "$JOB_DIR/bin/hpcc-rt" step -- serve "$HPCC_RUN_LABEL"
}

# The shell of a service: these variables, and its function.
records() {
  declare -p JOB_DIR NODES HPCC_RUN_LABEL; declare -f own_options; printf '\0'
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
service web.db
  run service_web_x2e_db
  log logs/web.db.log
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
