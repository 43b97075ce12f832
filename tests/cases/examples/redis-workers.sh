#!/bin/bash
#SBATCH --job-name=redis-workers
#SBATCH --nodes=1
#SBATCH --time=00:10:00
#SBATCH --cpus-per-task=4

# Written by hpcc 0.2.0 from redis-workers.yaml.
# shellcheck disable=SC2016,SC2317,SC2329 # commands and functions are for other shells
set -euo pipefail

# Folders.
JOB_ROOT="${SLURM_SUBMIT_DIR:-$PWD}/.hpc-compose/${SLURM_JOB_ID}"
foreign=$(find "${JOB_ROOT%/*}" "${JOB_ROOT%/*}"/{.,bin,bin/hpcc-rt} "$JOB_ROOT" -maxdepth 0 ! -user "$EUID" ! -user 0 2>/dev/null || :)
[ -z "$foreign" ] || { echo "hpcc: of another user: $foreign" >&2; echo 'hpcc: no job runs there: submit from a folder of your own' >&2; exit 1; }
[[ $JOB_ROOT != *[$',:\n$"`']* ]] || { printf 'hpcc: containers cannot mount %q: submit from a folder with a plainer name\n' "$JOB_ROOT" >&2; exit 1; }
CACHE_ROOT="$HOME/.cache/hpc-compose"
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
job name redis-workers nodes 1
service redis token redis nodes all ntasks 1
service fill token fill nodes all ntasks 1
service worker-a token worker-a nodes all ntasks 1
service worker-b token worker-b nodes all ntasks 1
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

# However the script ends, the record of the job is closed.
finish() {
  status=$?
  trap - EXIT; trap '' TERM INT; kill -s URG "$PPID" 2>/dev/null || :
  "$HPCC_RT" end --dir "$JOB_DIR" --status "$status" || :
  exit "$status"
}
trap finish EXIT; trap 'trap "" TERM INT; exit 143' TERM; trap 'trap "" TERM INT; exit 130' INT

# Names of services, for containers.
"$HPCC_RT" hosts --dir "$JOB_DIR" <<'HPCC_HOSTS'
hpcc-hosts 1
file 0 nodes all
service redis nodes all
service fill nodes all
service worker-a nodes all
service worker-b nodes all
HPCC_HOSTS
kill -s URG "$PPID" 2>/dev/null || : # set-up is over

# Services: each function turns into the service's process.
# Names of variables that containers are given.
names_job=HPC_COMPOSE_JOB_DIR,HPC_COMPOSE_NODELIST,HPC_COMPOSE_NODELIST_FILE,HPC_COMPOSE_NODE_COUNT,HPC_COMPOSE_PRIMARY_NODE,HPC_COMPOSE_SERVICE_LOG,HPC_COMPOSE_SERVICE_NAME,HPC_COMPOSE_SERVICE_NODELIST,HPC_COMPOSE_SERVICE_NODELIST_FILE,HPC_COMPOSE_SERVICE_NODE_COUNT,HPC_COMPOSE_SERVICE_PRIMARY_NODE
service_redis() {
  own_options
  exec srun --nodes=1 --overlap --mem=0 --job-name=hpc-compose:redis --ntasks=1 \
    --export=ALL --input=none \
    --container-env="$names_job" \
    --container-image="$CACHE_ROOT/base/4236ca0a72f3dd5f-redis_7_2.sqsh" \
    --container-mounts="$JOB_DIR:/hpc-compose/job,$JOB_DIR/hosts/0:/etc/hosts:ro" --no-container-entrypoint \
    /bin/sh -c 'exec "$0" "$@"' /hpc-compose/job/bin/hpcc-rt step --enroot-env /etc/environment -- /bin/sh -c 'redis-server --port 6379 --save "" --dir "$HPC_COMPOSE_JOB_DIR"'
}

service_fill() {
  own_options
  exec srun --nodes=1 --overlap --mem=0 --job-name=hpc-compose:fill --ntasks=1 \
    --export=ALL --input=none \
    --container-env="$names_job" \
    --container-image="$CACHE_ROOT/base/4236ca0a72f3dd5f-redis_7_2.sqsh" \
    --container-mounts="$JOB_DIR:/hpc-compose/job,$JOB_DIR/hosts/0:/etc/hosts:ro" --no-container-entrypoint \
    /bin/sh -c 'exec "$0" "$@"' /hpc-compose/job/bin/hpcc-rt step --enroot-env /etc/environment -- redis-cli RPUSH tasks one two three four
}

service_worker_x2d_a() {
  own_options
  exec srun --nodes=1 --overlap --mem=0 --job-name=hpc-compose:worker-a --ntasks=1 \
    --export=ALL --input=none \
    --container-env="$names_job" \
    --container-image="$CACHE_ROOT/base/4236ca0a72f3dd5f-redis_7_2.sqsh" \
    --container-mounts="$JOB_DIR:/hpc-compose/job,$JOB_DIR/hosts/0:/etc/hosts:ro" --no-container-entrypoint \
    /bin/sh -c 'exec "$0" "$@"' /hpc-compose/job/bin/hpcc-rt step --enroot-env /etc/environment -- /bin/sh -c 'while task=$(redis-cli LPOP tasks) && [ -n "$task" ]; do
  echo "$HPC_COMPOSE_SERVICE_NAME does $task"
done
'
}

service_worker_x2d_b() {
  own_options
  exec srun --nodes=1 --overlap --mem=0 --job-name=hpc-compose:worker-b --ntasks=1 \
    --export=ALL --input=none \
    --container-env="$names_job" \
    --container-image="$CACHE_ROOT/base/4236ca0a72f3dd5f-redis_7_2.sqsh" \
    --container-mounts="$JOB_DIR:/hpc-compose/job,$JOB_DIR/hosts/0:/etc/hosts:ro" --no-container-entrypoint \
    /bin/sh -c 'exec "$0" "$@"' /hpc-compose/job/bin/hpcc-rt step --enroot-env /etc/environment -- /bin/sh -c 'while task=$(redis-cli LPOP tasks) && [ -n "$task" ]; do
  echo "$HPC_COMPOSE_SERVICE_NAME does $task"
done
'
}

# The shell of a service: these variables, and its function.
records() {
  declare -p JOB_DIR NODES CACHE_ROOT names_job; declare -f own_options; printf '\0'
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
service redis
  run service_redis
  log logs/redis.log
  view /hpc-compose/job
  ready tcp 127.0.0.1:6379 within 60s
  on-failure fail-job
  lifetime dependents
service fill
  run service_fill
  log logs/fill.log
  view /hpc-compose/job
  after redis healthy
  on-failure fail-job
service worker-a
  run service_worker_x2d_a
  log logs/worker-a.log
  view /hpc-compose/job
  after fill completed
  after redis healthy
  on-failure restart max 3 window 3 in 60s backoff 5s
service worker-b
  run service_worker_x2d_b
  log logs/worker-b.log
  view /hpc-compose/job
  after fill completed
  after redis healthy
  on-failure restart max 3 window 3 in 60s backoff 5s
HPCC_TABLE
supervisor=$!
[ -z "$caught" ] || relay "$caught" # it came a moment too early
while # a signal ends the wait, not the job
  caught='' status=0
  wait "$supervisor" || status=$?
  [ -n "$caught" ]
do :; done
exit "$status"
