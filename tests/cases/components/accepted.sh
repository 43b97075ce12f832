#!/bin/bash
#SBATCH --job-name=pair
#SBATCH --nodes=1
#SBATCH --partition=cpu
#SBATCH --account=lab
#SBATCH --time=30
#SBATCH --cpus-per-task=8
#SBATCH --mem=16G
#SBATCH --output=job-%j.out
#SBATCH --signal=B:USR1@60
#SBATCH hetjob
#SBATCH --nodes=4
#SBATCH --ntasks-per-node=2
#SBATCH --partition=gpu
#SBATCH --account=lab
#SBATCH --time=20
#SBATCH --gpus-per-node=4
#SBATCH --contiguous

# Written by hpcc 0.2.0 from accepted.yaml.
# shellcheck disable=SC2016,SC2317,SC2329 # commands and functions are for other shells
set -euo pipefail

# Folders.
JOB_ROOT="${SLURM_SUBMIT_DIR:-$PWD}/.hpc-compose/${SLURM_JOB_ID}"
foreign=$(find "${JOB_ROOT%/*}" "${JOB_ROOT%/*}"/{.,bin,bin/hpcc-rt} "$JOB_ROOT" -maxdepth 0 ! -user "$EUID" ! -user 0 2>/dev/null || :)
[ -z "$foreign" ] || { echo "hpcc: of another user: $foreign" >&2; echo 'hpcc: no job runs there: submit from a folder of your own' >&2; exit 1; }
[[ $JOB_ROOT != *[$',:\n$"`']* ]] || { printf 'hpcc: containers cannot mount %q: submit from a folder with a plainer name\n' "$JOB_ROOT" >&2; exit 1; }
CACHE_ROOT="$HOME/.cache/hpc-compose"
SCRATCH_DIR="/scratch/${JOB_ROOT##*/}"
export ENROOT_CACHE_PATH="$CACHE_ROOT/runtime/${JOB_ROOT##*/}/cache"
export ENROOT_DATA_PATH="$CACHE_ROOT/runtime/${JOB_ROOT##*/}/data"
export ENROOT_TEMP_PATH="$CACHE_ROOT/runtime/${JOB_ROOT##*/}/tmp"
mkdir -p "$ENROOT_CACHE_PATH" "$ENROOT_DATA_PATH" "$ENROOT_TEMP_PATH"

# The supervisor.
for HPCC_RT in "${HPCC_RT:-}" "${JOB_ROOT%/*}/bin/hpcc-rt" "$(command -v hpcc-rt || :)"; do [ ! -x "$HPCC_RT" ] || break; done
[ -x "$HPCC_RT" ] || { echo "hpcc: no hpcc-rt in ${JOB_ROOT%/*}/bin: write the script again with -o in the folder of sbatch, or with --embed-runtime, or set HPCC_RT" >&2; exit 1; }
# It runs this script, and ends at once what a signal must not wait for.
[ "${HPCC_SCRIPT-}" = "$PPID" ] || [ ! -f "$0" ] || exec "$HPCC_RT" script --root "$JOB_ROOT" --options "$BASHOPTS" -- "$BASH" "$0" "$@"
facts=$("$HPCC_RT" begin --root "$JOB_ROOT" <<'HPCC_ALLOCATION'
hpcc-allocation 1
job name pair nodes 5
component server nodes 1
component workers nodes 4 gpus 4
rdzv base 29500 span 1000
service judge token judge nodes 4 ntasks-per-node 2 gpus 2 beside 0
service server token server nodes 0 ntasks 1
service trainer token trainer nodes 1-3 ntasks-per-node 2 nproc 4 gpus 4 beside 0
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
  unset ENROOT_CACHE_PATH ENROOT_DATA_PATH ENROOT_TEMP_PATH
}
PARTS=(1 4) # nodes of each component
# on_part COMPONENT COMMAND…: once on each of its nodes.
on_part() {
  local id=SLURM_JOB_ID_HET_GROUP_$1
  own_options
  export HPCC_COMPONENT_JOB="${!id}"
  exec srun --het-group="$1" --nodes="${PARTS[$1]}" --ntasks-per-node=1 --overlap --mem=0 --job-name=hpc-compose:on-nodes \
    --export=ALL --input=none --kill-on-bad-exit=0 --wait=0 "${@:2}"
}
# The same command once on every node; the worst of their statuses.
on_nodes() {
  local part step steps='' worst=0 status
  for part in "${!PARTS[@]}"; do
    on_part "$part" "$@" &
    steps+=" $!"
  done
  for step in $steps; do
    status=0
    wait "$step" || status=$?
    [ "$status" -le "$worst" ] || worst=$status
  done
  return "$worst"
}
# A job that is cancelled or out of time gets no new steps. So one of each component is there from
# the start, and waits on every node for commands; it answers with their numbers and statuses.
part_helpers() {
  (
    on_part "$1" --input=all bash -c '
      trap "" TERM INT
      while read -r number command; do
        status=0
        eval "$command" </dev/null >&2 || status=$?
        echo "$number $status"
      done'
  ) || :
  echo "gone ${PARTS[$1]}"
}
start_helpers() {
  asked=0 helpers=5
  coproc HELPERS { tee -p >(part_helpers 0) >(part_helpers 1) >/dev/null; }
}
# The same command by every helper; the worst of their statuses.
ask_helpers() {
  local number status worst=0 left=$helpers
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
    if [ "$number" = gone ]; then
      helpers=$((helpers - status)) left=$((left - status)) worst=1
    elif [ "$number" = "$asked" ]; then
      left=$((left - 1))
      [ "$status" -le "$worst" ] || worst=$status
    fi
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
trap : USR1

# Scratch.
on_nodes mkdir -p "$SCRATCH_DIR"

# Ports that are free where services will listen.
busy=$(on_nodes "$HPCC_RT" busy --job "${JOB_ROOT##*/}" --count 1)
ports=$("$HPCC_RT" ports --job "${JOB_ROOT##*/}" --count 1 --busy "$busy")
read -r -a PORTS <<<"$ports"
echo "$ports" >"$JOB_DIR/allocation/ports"

# Where services find each other.
export HPC_COMPOSE_ADDR_TRAINER_HOST="${NODES[1]}"
export HPC_COMPOSE_ADDR_TRAINER_PORT_RPC="${PORTS[0]}"

# Values of the job.
# needs VARIABLE PLACE: the job ends where nothing has set it.
needs() {
  [ -n "${!1+set}" ] || { echo "hpcc: $2: the job has no variable $1" >&2; exit 1; }
}
one_line() {
  case ${!1} in *$'\n'*) echo "hpcc: $2: a value of several lines" >&2; exit 1 ;; esac
}
HPCC_RUN_serverz2ehost="${NODES[0]}"
HPCC_RUN_trainerz2eportz2erpc="${PORTS[0]}"

# Names of services, for containers.
cat /etc/hosts >"$JOB_DIR/hosts/own" || :
"$HPCC_RT" hosts --dir "$JOB_DIR" --nodes <(on_nodes "$HPCC_RT" own-hosts --base "$JOB_DIR/hosts/own") \
  <<'HPCC_HOSTS'
hpcc-hosts 1
file 0 nodes 4
file 1 nodes 0
file 2 nodes 1-3
service judge nodes 4
service server nodes 0
service trainer nodes 1-3
HPCC_HOSTS
kill -s URG "$PPID" 2>/dev/null || : # set-up is over

# Metrics.
{
  on_nodes "$HPCC_RT" sample --dir "$JOB_DIR" --job "${JOB_ROOT##*/}" --interval 10 --collect gpu,slurm,cpu ||
    "$HPCC_RT" sample --dir "$JOB_DIR" --job "${JOB_ROOT##*/}" --interval 10 --collect gpu,slurm,cpu --degraded
} &
sampler=$!

# Helpers on the nodes.
start_helpers

# Services: each function turns into the service's process.
# Names of variables that containers are given.
names_job=HPC_COMPOSE_ADDR_TRAINER_HOST,HPC_COMPOSE_ADDR_TRAINER_PORT_RPC,HPC_COMPOSE_COMPONENT_SERVER_NODELIST,HPC_COMPOSE_COMPONENT_SERVER_NODE_COUNT,HPC_COMPOSE_COMPONENT_SERVER_PRIMARY_NODE,HPC_COMPOSE_COMPONENT_WORKERS_NODELIST,HPC_COMPOSE_COMPONENT_WORKERS_NODE_COUNT,HPC_COMPOSE_COMPONENT_WORKERS_PRIMARY_NODE,HPC_COMPOSE_JOB_DIR,HPC_COMPOSE_NODELIST,HPC_COMPOSE_NODELIST_FILE,HPC_COMPOSE_NODE_COUNT,HPC_COMPOSE_PRIMARY_NODE,HPC_COMPOSE_SERVICE_COMPONENT,HPC_COMPOSE_SERVICE_LOG,HPC_COMPOSE_SERVICE_NAME,HPC_COMPOSE_SERVICE_NODELIST,HPC_COMPOSE_SERVICE_NODELIST_FILE,HPC_COMPOSE_SERVICE_NODE_COUNT,HPC_COMPOSE_SERVICE_PRIMARY_NODE
names_distributed=HPC_COMPOSE_DIST_HOSTFILE,HPC_COMPOSE_DIST_MASTER_ADDR,HPC_COMPOSE_DIST_MASTER_PORT,HPC_COMPOSE_DIST_NNODES,HPC_COMPOSE_DIST_NPROC_PER_NODE,HPC_COMPOSE_DIST_RDZV_ENDPOINT,HPC_COMPOSE_DIST_WORLD_SIZE
names_ranks=SLURM_JOB_ID,SLURM_JOB_NODELIST,SLURM_JOB_NUM_NODES,SLURM_LOCALID,SLURM_NNODES,SLURM_NODEID,SLURM_NODELIST,SLURM_NPROCS,SLURM_NTASKS,SLURM_PROCID,SLURM_STEP_ID,SLURM_STEP_NODELIST,SLURM_STEP_NUM_NODES,SLURM_STEP_NUM_TASKS,SLURM_STEP_TASKS_PER_NODE,SLURM_TASKS_PER_NODE
service_judge() {
  own_options
  export HPC_COMPOSE_SCRATCH_HOST_PATH="$SCRATCH_DIR"
  export HPC_COMPOSE_SCRATCH_DIR=/scratch
  exec srun --het-group=1 --nodes=1 --exact --mem=0 --job-name=hpc-compose:judge --ntasks-per-node=2 \
    --export=ALL --input=none --kill-on-bad-exit=1 --wait=0 \
    --container-env="$names_job,HPC_COMPOSE_SCRATCH_HOST_PATH,HPC_COMPOSE_SCRATCH_DIR" \
    --cpus-per-task="${CPUS[0]}" --gpus-per-node=2 \
    --container-image="$CACHE_ROOT/base/d0b48b1d17bcf9aa-judge_1.sqsh" \
    --container-mounts="$JOB_DIR:/hpc-compose/job,$JOB_DIR/hosts/0:/etc/hosts:ro,$SCRATCH_DIR:/scratch" --no-container-entrypoint \
    --nodelist="${NODES[4]}" \
    /bin/sh -c 'exec "$0" "$@"' /hpc-compose/job/bin/hpcc-rt step --enroot-env /etc/environment -- /bin/sh /etc/rc
}

service_server() {
  own_options
  export HPC_COMPOSE_SCRATCH_HOST_PATH="$SCRATCH_DIR"
  export HPC_COMPOSE_SCRATCH_DIR=/scratch
  exec srun --het-group=0 --nodes=1 --exact --mem=0 --gres=none --job-name=hpc-compose:server --ntasks=1 \
    --export=ALL --input=none \
    --container-env="$names_job,HPC_COMPOSE_SCRATCH_HOST_PATH,HPC_COMPOSE_SCRATCH_DIR" \
    --cpus-per-task=4 \
    --container-image="$CACHE_ROOT/base/3f35e714b79a1750-redis_7.sqsh" \
    --container-mounts="$JOB_DIR:/hpc-compose/job,$JOB_DIR/hosts/1:/etc/hosts:ro,$SCRATCH_DIR:/scratch" --no-container-entrypoint \
    /bin/sh -c 'exec "$0" "$@"' /hpc-compose/job/bin/hpcc-rt step --enroot-env /etc/environment -- /bin/sh /etc/rc
}

service_trainer() {
  own_options
  local IFS=, # joins the names of nodes
  export HPC_COMPOSE_SCRATCH_HOST_PATH="$SCRATCH_DIR"
  export HPC_COMPOSE_PORT_RPC="$HPCC_RUN_trainerz2eportz2erpc"
  export HPC_COMPOSE_SCRATCH_DIR=/scratch
  HPCC_LINES_HPC_COMPOSE_PORT_RPC="$HPCC_RUN_trainerz2eportz2erpc"
  HPCC_LINES_HPC_COMPOSE_PORT_RPC=:${HPCC_LINES_HPC_COMPOSE_PORT_RPC//\\/\\\\}
  export HPCC_LINES_HPC_COMPOSE_PORT_RPC="${HPCC_LINES_HPC_COMPOSE_PORT_RPC//$'\n'/\\n}"
  exec srun --het-group=1 --nodes=3 --exact --mem=0 --job-name=hpc-compose:trainer --ntasks-per-node=2 \
    --export=ALL --input=none --kill-on-bad-exit=1 --wait=0 \
    --container-env="$names_job,$names_distributed,$names_ranks,HPC_COMPOSE_SCRATCH_HOST_PATH,HPC_COMPOSE_SCRATCH_DIR" \
    --cpus-per-task="${CPUS[2]}" --gpus-per-node=4 \
    --container-image="$CACHE_ROOT/base/d9b615721c1fe423-trainer_1.sqsh" \
    --container-mounts="$JOB_DIR:/hpc-compose/job,$JOB_DIR/hosts/2:/etc/hosts:ro,$SCRATCH_DIR:/scratch" --no-container-entrypoint \
    --nodelist="${NODES[*]:1:3}" \
    /bin/sh -c 'exec "$0" "$@"' /hpc-compose/job/bin/hpcc-rt step --enroot-env /etc/environment --dist -- train "$HPCC_RUN_serverz2ehost"
}

# The shell of a service: these variables, and its function.
records() {
  declare -p JOB_DIR NODES CPUS CACHE_ROOT SCRATCH_DIR HPCC_RUN_serverz2ehost HPCC_RUN_trainerz2eportz2erpc names_job names_distributed names_ranks; declare -f own_options; printf '\0'
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
trap 'relay TERM' TERM; trap 'relay INT' INT; trap 'relay USR1' USR1

# Supervision: what starts when, and what a failure does.
"$HPCC_RT" supervise --dir "$JOB_DIR" --functions <(records) <<'HPCC_TABLE' &
hpcc-table 1
job grace 20s
job scheduler slurm
job relay USR1
service judge
  run service_judge
  log logs/judge.log
  component 1 workers
  nodes 4
  tasks 2
  view /hpc-compose/job
  on-failure fail-job
service server
  run service_server
  log logs/server.log
  component 0 server
  nodes 0
  view /hpc-compose/job
  ready tcp 127.0.0.1:6379 within 60s
  on-failure fail-job
  lifetime dependents
service trainer
  run service_trainer
  log logs/trainer.log
  component 1 workers
  nodes 1-3
  tasks 6
  view /hpc-compose/job
  after server healthy
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
