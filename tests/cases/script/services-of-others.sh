#!/bin/bash
#SBATCH --job-name=hpc-compose
#SBATCH --nodes=2

# Written by hpcc 0.2.0 from services-of-others.yaml.
# shellcheck disable=SC2016,SC2317,SC2329 # commands and functions are for other shells
set -euo pipefail

# Folders.
JOB_ROOT="${SLURM_SUBMIT_DIR:-$PWD}/.hpc-compose/${SLURM_JOB_ID}"
foreign=$(find "${JOB_ROOT%/*}" "${JOB_ROOT%/*}"/{.,bin,bin/hpcc-rt} "$JOB_ROOT" -maxdepth 0 ! -user "$EUID" ! -user 0 2>/dev/null || :)
[ -z "$foreign" ] || { echo "hpcc: of another user: $foreign" >&2; echo 'hpcc: no job runs there: submit from a folder of your own' >&2; exit 1; }
[[ $JOB_ROOT != *[$',:\n$"`']* ]] || { printf 'hpcc: containers cannot mount %q: submit from a folder with a plainer name\n' "$JOB_ROOT" >&2; exit 1; }
CACHE_ROOT="$HOME/.cache/hpc-compose"
SCRATCH_DIR="/shared/scratch/${JOB_ROOT##*/}"
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
job name hpc-compose nodes 2
rdzv base 29500 span 1000
service 'api server' token api_x20_server nodes all ntasks-per-node 1 nproc 1
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
# fetch FOLDER REPO REVISION…: a download that jobs share, in place once it is whole.
fetch() {
  local folder=$1 part="$1.${JOB_ROOT##*/}"
  [ ! -e "$folder/.complete" ] || return 0
  mkdir -p "$part"
  huggingface-cli download "$2" --revision "$3" "${@:4}" --local-dir "$part"
  touch "$part/.complete"
  mv -T "$part" "$folder" || rm -rf -- "$part"
}
# The same command once on every node.
on_nodes() {
  (
    own_options
    exec srun --nodes=2 --ntasks-per-node=1 --overlap --mem=0 --job-name=hpc-compose:on-nodes \
      --export=ALL --input=none --kill-on-bad-exit=0 --wait=0 "$@"
  )
}
# copy rsync|copy FROM TO: the contents of a folder go into TO, a file becomes TO.
copy() {
  local from=$2 to=$3
  if [ -d "$from" ]; then
    from+=/. to+=/
  fi
  mkdir -p "${to%/*}" || return
  if [ "$1" = rsync ] && command -v rsync >/dev/null; then
    rsync -a "$from" "$to"
  else
    cp -R "$from" "$to"
  fi
}
# A command that ends when this script is told to.
stoppable() {
  set -m # a process group of its own
  "$@" &
  set +m
  local status=0
  busy=$!
  wait "$busy" || status=$?
  busy=''
  return "$status"
}

# However the script ends, the record of the job is closed.
sampler=''
busy=''
finish() {
  status=$?
  trap - EXIT; trap '' TERM INT; kill -s URG "$PPID" 2>/dev/null || :
  [ -z "$busy" ] || kill -- "-$busy" 2>/dev/null || :
  [ -z "$busy" ] || wait "$busy" || :
  rm -f -- "$JOB_DIR/.found"
  if [ -n "$sampler" ]; then
    touch "$JOB_DIR/metrics/stop" || :
    timeout 10 tail --pid="$sampler" -s 0.1 -f /dev/null || :
    kill "$sampler" 2>/dev/null || :
    rm -f "$JOB_DIR/metrics/stop"
  fi
  "$HPCC_RT" withdraw --cache "$CACHE_ROOT" --job "${JOB_ROOT##*/}" -- api || :
  "$HPCC_RT" end --dir "$JOB_DIR" --status "$status" || :
  rm -rf -- "$SCRATCH_DIR" || :
  exit "$status"
}
trap finish EXIT; trap 'trap "" TERM INT; exit 143' TERM; trap 'trap "" TERM INT; exit 130' INT

# Scratch.
mkdir -p "$SCRATCH_DIR"

# Names of services, for containers.
cat /etc/hosts >"$JOB_DIR/hosts/own" || :
"$HPCC_RT" hosts --dir "$JOB_DIR" --nodes <(on_nodes "$HPCC_RT" own-hosts --base "$JOB_DIR/hosts/own") \
  <<'HPCC_HOSTS'
hpcc-hosts 1
file 0 nodes all
HPCC_HOSTS
kill -s URG "$PPID" 2>/dev/null || : # set-up is over

# Metrics.
{
  on_nodes "$HPCC_RT" sample --dir "$JOB_DIR" --job "${JOB_ROOT##*/}" --interval 10 --collect cpu,gpu ||
    "$HPCC_RT" sample --dir "$JOB_DIR" --job "${JOB_ROOT##*/}" --interval 10 --collect cpu,gpu --degraded
} &
sampler=$!

# Copies in.
stoppable fetch "$CACHE_ROOT/models/org--model@v1.2.0" org/model v1.2.0
stoppable copy rsync "$CACHE_ROOT/models/org--model@v1.2.0" "$SCRATCH_DIR/model"
stoppable fetch "$CACHE_ROOT/datasets/org--data@0e9e39f" org/data 0e9e39f --repo-type dataset
stoppable copy copy "$CACHE_ROOT/datasets/org--data@0e9e39f" "$SCRATCH_DIR/data"

# Services of other jobs.
(umask 077 && : >"$JOB_DIR/.found")
stoppable "$HPCC_RT" lookup --cache "$CACHE_ROOT" --timeout 90 --optional -- database model-server.v1 >"$JOB_DIR/.found"
eval "$(<"$JOB_DIR/.found")" # HPC_COMPOSE_RDZV_* variables

# Services: each function turns into the service's process.
# Names of variables that containers are given.
names_job=HPC_COMPOSE_JOB_DIR,HPC_COMPOSE_NODELIST,HPC_COMPOSE_NODELIST_FILE,HPC_COMPOSE_NODE_COUNT,HPC_COMPOSE_PRIMARY_NODE,HPC_COMPOSE_RDZV_DATABASE_HOST,HPC_COMPOSE_RDZV_DATABASE_JOB_ID,HPC_COMPOSE_RDZV_DATABASE_NAME,HPC_COMPOSE_RDZV_DATABASE_PATH,HPC_COMPOSE_RDZV_DATABASE_PORT,HPC_COMPOSE_RDZV_DATABASE_PROTOCOL,HPC_COMPOSE_RDZV_DATABASE_SERVICE,HPC_COMPOSE_RDZV_DATABASE_URL,HPC_COMPOSE_RDZV_HOST,HPC_COMPOSE_RDZV_JOB_ID,HPC_COMPOSE_RDZV_MODEL_SERVER_V1_HOST,HPC_COMPOSE_RDZV_MODEL_SERVER_V1_JOB_ID,HPC_COMPOSE_RDZV_MODEL_SERVER_V1_NAME,HPC_COMPOSE_RDZV_MODEL_SERVER_V1_PATH,HPC_COMPOSE_RDZV_MODEL_SERVER_V1_PORT,HPC_COMPOSE_RDZV_MODEL_SERVER_V1_PROTOCOL,HPC_COMPOSE_RDZV_MODEL_SERVER_V1_SERVICE,HPC_COMPOSE_RDZV_MODEL_SERVER_V1_URL,HPC_COMPOSE_RDZV_NAME,HPC_COMPOSE_RDZV_PATH,HPC_COMPOSE_RDZV_PORT,HPC_COMPOSE_RDZV_PROTOCOL,HPC_COMPOSE_RDZV_SERVICE,HPC_COMPOSE_RDZV_URL,HPC_COMPOSE_SERVICE_LOG,HPC_COMPOSE_SERVICE_NAME,HPC_COMPOSE_SERVICE_NODELIST,HPC_COMPOSE_SERVICE_NODELIST_FILE,HPC_COMPOSE_SERVICE_NODE_COUNT,HPC_COMPOSE_SERVICE_PRIMARY_NODE
names_distributed=HPC_COMPOSE_DIST_HOSTFILE,HPC_COMPOSE_DIST_MASTER_ADDR,HPC_COMPOSE_DIST_MASTER_PORT,HPC_COMPOSE_DIST_NNODES,HPC_COMPOSE_DIST_NPROC_PER_NODE,HPC_COMPOSE_DIST_RDZV_ENDPOINT,HPC_COMPOSE_DIST_WORLD_SIZE
names_ranks=SLURM_JOB_ID,SLURM_JOB_NODELIST,SLURM_JOB_NUM_NODES,SLURM_LOCALID,SLURM_NNODES,SLURM_NODEID,SLURM_NODELIST,SLURM_NPROCS,SLURM_NTASKS,SLURM_PROCID,SLURM_STEP_ID,SLURM_STEP_NODELIST,SLURM_STEP_NUM_NODES,SLURM_STEP_NUM_TASKS,SLURM_STEP_TASKS_PER_NODE,SLURM_TASKS_PER_NODE
service_api_x20_server() {
  own_options
  export HPC_COMPOSE_SCRATCH_HOST_PATH="$SCRATCH_DIR"
  export HPC_COMPOSE_SCRATCH_DIR=/scratch
  exec srun --nodes=2 --overlap --mem=0 --job-name=hpc-compose:api_x20_server --ntasks-per-node=1 \
    --export=ALL --input=none --kill-on-bad-exit=1 --wait=0 \
    --container-env="$names_job,$names_distributed,$names_ranks,HPC_COMPOSE_SCRATCH_HOST_PATH,HPC_COMPOSE_SCRATCH_DIR" \
    --container-image="$CACHE_ROOT/base/742793db71a8be3f-nginx_1_27.sqsh" \
    --container-mounts="$JOB_DIR:/hpc-compose/job,$JOB_DIR/hosts/0:/etc/hosts:ro,$SCRATCH_DIR:/scratch" --no-container-entrypoint \
    /bin/sh -c 'exec "$0" "$@"' /hpc-compose/job/bin/hpcc-rt step --enroot-env /etc/environment --dist -- nginx -g 'daemon off;'
}

publish_api_x20_server() {
  export HPCC_METADATA_0='owner=it'\''s me'
  exec "$JOB_DIR/bin/hpcc-rt" publish --cache "$CACHE_ROOT" --job "${JOB_ROOT##*/}" \
    --service 'api server' --name api --port 80 --protocol http --path /v1 --ttl 3600
}

# The shell of a service: these variables, and its function.
records() {
  declare -p JOB_DIR NODES CACHE_ROOT SCRATCH_DIR JOB_ROOT names_job names_distributed names_ranks; declare -f own_options; printf '\0'
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
service 'api server'
  run service_api_x20_server
  token api_x20_server
  log logs/api_x20_server.log
  nodes all
  tasks 2
  view /hpc-compose/job
  on-failure fail-job
  publish publish_api_x20_server
HPCC_TABLE
supervisor=$!
[ -z "$caught" ] || relay "$caught" # it came a moment too early
while # a signal ends the wait, not the job
  caught='' status=0
  wait "$supervisor" || status=$?
  [ -n "$caught" ]
do :; done
exit "$status"
