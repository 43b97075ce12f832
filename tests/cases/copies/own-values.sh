#!/bin/bash
#SBATCH --job-name=hpc-compose
#SBATCH --nodes=2

# Written by hpcc 0.2.0 from own-values.yaml.
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
job name hpc-compose nodes 2
service web-1 token web-1 nodes 0 ntasks 1
service web-2 token web-2 nodes 1 ntasks 1
service client token client nodes 0 ntasks 1
service db token db nodes 0 ntasks 1
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
    exec srun --nodes=2 --ntasks-per-node=1 --overlap --mem=0 --job-name=hpc-compose:on-nodes \
      --export=ALL --input=none --kill-on-bad-exit=0 --wait=0 "$@"
  )
}

# However the script ends, the record of the job is closed.
finish() {
  status=$?
  trap - EXIT; trap '' TERM INT; kill -s URG "$PPID" 2>/dev/null || :
  "$HPCC_RT" end --dir "$JOB_DIR" --status "$status" || :
  exit "$status"
}
trap finish EXIT; trap 'trap "" TERM INT; exit 143' TERM; trap 'trap "" TERM INT; exit 130' INT

# Ports that are free where services will listen.
busy=$(on_nodes "$HPCC_RT" busy --job "${JOB_ROOT##*/}" --count 2)
ports=$("$HPCC_RT" ports --job "${JOB_ROOT##*/}" --count 2 --fixed 5432 --busy "$busy")
read -r -a PORTS <<<"$ports"
echo "$ports" >"$JOB_DIR/allocation/ports"

# Where services find each other.
export HPC_COMPOSE_ADDR_WEB_HOST="${NODES[0]}"
export HPC_COMPOSE_ADDR_WEB_PORT_HTTP="${PORTS[0]}"
export HPC_COMPOSE_ADDR_WEB_1_HOST="${NODES[0]}"
export HPC_COMPOSE_ADDR_WEB_1_PORT_HTTP="${PORTS[0]}"
export HPC_COMPOSE_ADDR_WEB_2_HOST="${NODES[1]}"
export HPC_COMPOSE_ADDR_WEB_2_PORT_HTTP="${PORTS[1]}"
export HPC_COMPOSE_ADDR_DB_HOST="${NODES[0]}"
export HPC_COMPOSE_ADDR_DB_PORT_SQL=5432

# Values of the job.
# needs VARIABLE PLACE: the job ends where nothing has set it.
needs() {
  [ -n "${!1+set}" ] || { echo "hpcc: $2: the job has no variable $1" >&2; exit 1; }
}
one_line() {
  case ${!1} in *$'\n'*) echo "hpcc: $2: a value of several lines" >&2; exit 1 ;; esac
}
HPCC_RUN_webz2ehost="${NODES[0]}"
HPCC_RUN_webz2eportz2ehttp="${PORTS[0]}"
HPCC_RUN_webz2enodes=$(IFS=,; printf %s "${NODES[*]:0:2}")
HPCC_RUN_webz2d2z2eportz2ehttp="${PORTS[1]}"
HPCC_RUN_webz2eport="${PORTS[0]}"
HPCC_RUN_webz2d2z2ehost="${NODES[1]}"
HPCC_RUN_dbz2ehost="${NODES[0]}"
HPCC_RUN_webz2ehostz3az2dx="${NODES[0]}"
[ -n "$HPCC_RUN_webz2ehostz3az2dx" ] || HPCC_RUN_webz2ehostz3az2dx=x
HPCC_RUN_webz2d1z2eportz2ehttp="${PORTS[0]}"
HPCC_RUN_webz2d1z2ehost="${NODES[0]}"
HPCC_RUN_webz2d1z2eport="${PORTS[0]}"
HPCC_RUN_webz2d1z2ehostz3az2dx="${NODES[0]}"
[ -n "$HPCC_RUN_webz2d1z2ehostz3az2dx" ] || HPCC_RUN_webz2d1z2ehostz3az2dx=x
HPCC_RUN_webz2d2z2eport="${PORTS[1]}"
HPCC_RUN_webz2d2z2ehostz3az2dx="${NODES[1]}"
[ -n "$HPCC_RUN_webz2d2z2ehostz3az2dx" ] || HPCC_RUN_webz2d2z2ehostz3az2dx=x
kill -s URG "$PPID" 2>/dev/null || : # set-up is over

# Services: each function turns into the service's process.
service_web_x2d_1() {
  own_options
  export HPC_COMPOSE_COPY_INDEX=0
  export HPC_COMPOSE_COPY_COUNT=2
  export HPC_COMPOSE_PORT_HTTP="$HPCC_RUN_webz2d1z2eportz2ehttp"
  export ME="$HPCC_RUN_webz2d1z2ehost":"$HPCC_RUN_webz2d1z2eport"
  export OTHER="$HPCC_RUN_webz2d2z2ehost"
  export DB="$HPCC_RUN_dbz2ehost"
  exec srun --nodes=1 --overlap --mem=0 --job-name=hpc-compose:web-1 --ntasks=1 \
    --export=ALL --input=none \
    --nodelist="${NODES[0]}" \
    "$JOB_DIR/bin/hpcc-rt" step --chdir /tmp/"$HPCC_RUN_webz2d1z2ehostz3az2dx" -- serve --port "$HPCC_RUN_webz2d1z2eportz2ehttp" --peers "$HPCC_RUN_webz2enodes"
}

service_web_x2d_2() {
  own_options
  export HPC_COMPOSE_COPY_INDEX=1
  export HPC_COMPOSE_COPY_COUNT=2
  export HPC_COMPOSE_PORT_HTTP="$HPCC_RUN_webz2d2z2eportz2ehttp"
  export ME="$HPCC_RUN_webz2d2z2ehost":"$HPCC_RUN_webz2d2z2eport"
  export OTHER="$HPCC_RUN_webz2d2z2ehost"
  export DB="$HPCC_RUN_dbz2ehost"
  exec srun --nodes=1 --overlap --mem=0 --job-name=hpc-compose:web-2 --ntasks=1 \
    --export=ALL --input=none \
    --nodelist="${NODES[1]}" \
    "$JOB_DIR/bin/hpcc-rt" step --chdir /tmp/"$HPCC_RUN_webz2d2z2ehostz3az2dx" -- serve --port "$HPCC_RUN_webz2d2z2eportz2ehttp" --peers "$HPCC_RUN_webz2enodes"
}

service_client() {
  own_options
  exec srun --nodes=1 --overlap --mem=0 --job-name=hpc-compose:client --ntasks=1 \
    --export=ALL --input=none \
    --nodelist="${NODES[0]}" \
    "$JOB_DIR/bin/hpcc-rt" step -- ask "$HPCC_RUN_webz2ehost":"$HPCC_RUN_webz2eportz2ehttp" "$HPCC_RUN_webz2enodes" "$HPCC_RUN_webz2d2z2eportz2ehttp"
}

service_db() {
  own_options
  export HPC_COMPOSE_PORT_SQL=5432
  exec srun --nodes=1 --overlap --mem=0 --job-name=hpc-compose:db --ntasks=1 \
    --export=ALL --input=none \
    --nodelist="${NODES[0]}" \
    "$JOB_DIR/bin/hpcc-rt" step -- /bin/sh -c serve
}

# The shell of a service: these variables, and its function.
records() {
  declare -p JOB_DIR NODES HPCC_RUN_webz2ehost HPCC_RUN_webz2eportz2ehttp HPCC_RUN_webz2enodes HPCC_RUN_webz2d2z2eportz2ehttp HPCC_RUN_webz2eport HPCC_RUN_webz2d2z2ehost HPCC_RUN_dbz2ehost HPCC_RUN_webz2ehostz3az2dx HPCC_RUN_webz2d1z2eportz2ehttp HPCC_RUN_webz2d1z2ehost HPCC_RUN_webz2d1z2eport HPCC_RUN_webz2d1z2ehostz3az2dx HPCC_RUN_webz2d2z2eport HPCC_RUN_webz2d2z2ehostz3az2dx; declare -f own_options; printf '\0'
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
HPCC_RUN_webz2d2z2eportz2ehttp="$HPCC_RUN_webz2d2z2eportz2ehttp" \
HPCC_RUN_webz2d1z2eportz2ehttp="$HPCC_RUN_webz2d1z2eportz2ehttp" \
"$HPCC_RT" supervise --dir "$JOB_DIR" --functions <(records) <<'HPCC_TABLE' &
hpcc-table 1
job grace 20s
job scheduler slurm
service web-1
  run service_web_x2d_1
  log logs/web-1.log
  nodes 0
  ready http http://127.0.0.1:"$HPCC_RUN_webz2d1z2eportz2ehttp"/health status 200 within 60s
  on-failure fail-job
service web-2
  run service_web_x2d_2
  log logs/web-2.log
  nodes 1
  ready http http://127.0.0.1:"$HPCC_RUN_webz2d2z2eportz2ehttp"/health status 200 within 60s
  on-failure fail-job
service client
  run service_client
  log logs/client.log
  nodes 0
  after web-1 healthy
  after web-2 healthy
  on-failure fail-job
service db
  run service_db
  log logs/db.log
  nodes 0
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
