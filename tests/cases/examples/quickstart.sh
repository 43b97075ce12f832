#!/bin/bash
#SBATCH --job-name=quickstart
#SBATCH --nodes=1
#SBATCH --time=5

# Written by hpcc 0.2.0 from quickstart.yaml.
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
job name quickstart nodes 1
service queue token queue nodes all ntasks 1
service worker-1 token worker-1 nodes all ntasks 1
service worker-2 token worker-2 nodes all ntasks 1
service report token report nodes all ntasks 1
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
kill -s URG "$PPID" 2>/dev/null || : # set-up is over

# Services: each function turns into the service's process.
service_queue() {
  own_options
  exec srun --nodes=1 --overlap --mem=0 --job-name=hpc-compose:queue --ntasks=1 \
    --export=ALL --input=none \
    "$JOB_DIR/bin/hpcc-rt" step -- /bin/sh -c 'cd "$HPC_COMPOSE_JOB_DIR"
mkdir -p todo done
for number in 1 2 3 4 5 6 7 8; do echo "$number" >"todo/$number"; done
trap '\''echo "the queue is closed"; exit 0'\'' TERM
echo "the queue is open"
while :; do sleep 1 & wait $!; done
'
}

service_worker_x2d_1() {
  own_options
  exec srun --nodes=1 --overlap --mem=0 --job-name=hpc-compose:worker-1 --ntasks=1 \
    --export=ALL --input=none \
    "$JOB_DIR/bin/hpcc-rt" step -- /bin/sh -c 'cd "$HPC_COMPOSE_JOB_DIR"
if [ -n "${CRASH_ONCE:-}" ] && mkdir "crashed-$HPC_COMPOSE_SERVICE_NAME" 2>/dev/null; then
  echo "something went wrong"
  exit 42
fi
for task in todo/*; do
  mv "$task" "taken-$HPC_COMPOSE_SERVICE_NAME" 2>/dev/null || continue
  read -r number <"taken-$HPC_COMPOSE_SERVICE_NAME"
  sleep 0.2
  echo "$number squared is $((number * number))" | tee "done/$number"
done
'
}

service_worker_x2d_2() {
  own_options
  export CRASH_ONCE=yes
  exec srun --nodes=1 --overlap --mem=0 --job-name=hpc-compose:worker-2 --ntasks=1 \
    --export=ALL --input=none \
    "$JOB_DIR/bin/hpcc-rt" step -- /bin/sh -c 'cd "$HPC_COMPOSE_JOB_DIR"
if [ -n "${CRASH_ONCE:-}" ] && mkdir "crashed-$HPC_COMPOSE_SERVICE_NAME" 2>/dev/null; then
  echo "something went wrong"
  exit 42
fi
for task in todo/*; do
  mv "$task" "taken-$HPC_COMPOSE_SERVICE_NAME" 2>/dev/null || continue
  read -r number <"taken-$HPC_COMPOSE_SERVICE_NAME"
  sleep 0.2
  echo "$number squared is $((number * number))" | tee "done/$number"
done
'
}

service_report() {
  own_options
  exec srun --nodes=1 --overlap --mem=0 --job-name=hpc-compose:report --ntasks=1 \
    --export=ALL --input=none \
    "$JOB_DIR/bin/hpcc-rt" step -- /bin/sh -c 'cat "$HPC_COMPOSE_JOB_DIR"/done/*'
}

# The shell of a service: these variables, and its function.
records() {
  declare -p JOB_DIR NODES; declare -f own_options; printf '\0'
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
service queue
  run service_queue
  log logs/queue.log
  ready log '^the queue is open' within 10s
  on-failure fail-job
  lifetime dependents
service worker-1
  run service_worker_x2d_1
  log logs/worker-1.log
  after queue healthy
  on-failure fail-job
service worker-2
  run service_worker_x2d_2
  log logs/worker-2.log
  after queue healthy
  on-failure restart max 3 window 3 in 60s backoff 1s
service report
  run service_report
  log logs/report.log
  after worker-1 completed
  after worker-2 completed
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
