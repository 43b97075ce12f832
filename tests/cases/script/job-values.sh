#!/bin/bash
#SBATCH --job-name=hpc-compose
#SBATCH --nodes=3

# Written by hpcc 0.2.0 from job-values.yaml.
# shellcheck disable=SC2016,SC2317,SC2329 # commands and functions are for other shells
set -euo pipefail

# Folders.
SPEC_DIR="${SLURM_SUBMIT_DIR:-$PWD}"
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
job name hpc-compose nodes 3
rdzv base 29500 span 1000
service etcd.main token etcd.main nodes all ntasks-per-node 1 nproc 1
service web token web nodes 1 ntasks 1
service worker token worker nodes 1-2 ntasks-per-node 1 nproc 1
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
    exec srun --nodes=3 --ntasks-per-node=1 --overlap --mem=0 --job-name=hpc-compose:on-nodes \
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
  local number status worst=0 left=3
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
    # Nodes that copy the same names trip over each other: again.
    cp -R "$from" "$to" 2>/dev/null ||
      cp -R "$from" "$to" 2>/dev/null ||
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

# Values of the job.
# needs VARIABLE PLACE: the job ends where nothing has set it.
needs() {
  [ -n "${!1+set}" ] || { echo "hpcc: $2: the job has no variable $1" >&2; exit 1; }
}
one_line() {
  case ${!1} in *$'\n'*) echo "hpcc: $2: a value of several lines" >&2; exit 1 ;; esac
}
HPCC_RUN_TMPDIRz3az2dz2ftmp="${TMPDIR-}"
[ -n "$HPCC_RUN_TMPDIRz3az2dz2ftmp" ] || HPCC_RUN_TMPDIRz3az2dz2ftmp=/tmp
one_line HPCC_RUN_TMPDIRz3az2dz2ftmp 'job-values.yaml:25:18: services.worker.working_dir'
SCRATCH_DIR="${HPCC_RUN_TMPDIRz3az2dz2ftmp}/it's/${JOB_ROOT##*/}"

# However the script ends, the record of the job is closed.
busy=''
finish() {
  status=$?
  trap - EXIT; trap '' TERM INT; kill -s URG "$PPID" 2>/dev/null || :
  [ -z "$busy" ] || kill -- "-$busy" 2>/dev/null || :
  [ -z "$busy" ] || wait "$busy" || :
  "$HPCC_RT" end --dir "$JOB_DIR" --status "$status" || :
  kept=''
  [ -z "${HPCC_RUN_SLURM_JOB_ID+set}" ] || ask_helpers bash -c "$(declare -f copy); copy \"\$@\"" copy rsync "$SCRATCH_DIR/out" "$SPEC_DIR/results/${HPCC_RUN_SLURM_JOB_ID}" || kept=yes
  if [ -n "$kept" ]; then
    [ "$status" != 0 ] || status=1
    echo "hpcc: copying results out failed; scratch stays: $SCRATCH_DIR" >&2
    "$HPCC_RT" end --dir "$JOB_DIR" --status "$status" || :
  fi
  [ -n "$kept" ] || ask_helpers rm -rf -- "$SCRATCH_DIR" || :
  exit "$status"
}
trap finish EXIT; trap 'trap "" TERM INT; exit 143' TERM; trap 'trap "" TERM INT; exit 130' INT

# Scratch.
on_nodes mkdir -p "$SCRATCH_DIR"

# Ports that are free where services will listen.
busy=$(on_nodes "$HPCC_RT" busy --job "${JOB_ROOT##*/}" --count 2)
ports=$("$HPCC_RT" ports --job "${JOB_ROOT##*/}" --count 2 --fixed '2380 8080' --busy "$busy")
read -r -a PORTS <<<"$ports"
echo "$ports" >"$JOB_DIR/allocation/ports"

# Where services find each other.
export HPC_COMPOSE_ADDR_ETCD_MAIN_HOST="${NODES[0]}"
export HPC_COMPOSE_ADDR_ETCD_MAIN_PORT_CLIENT="${PORTS[0]}"
export HPC_COMPOSE_ADDR_ETCD_MAIN_PORT_PEER_1=2380
export HPC_COMPOSE_ADDR_WEB_HOST="${NODES[1]}"
export HPC_COMPOSE_ADDR_WEB_PORT_HTTP=8080
export HPC_COMPOSE_ADDR_WORKER_HOST="${NODES[1]}"
export HPC_COMPOSE_ADDR_WORKER_PORT_MINE="${PORTS[1]}"

# Values of the job.
HPCC_RUN_etcdz2emainz2enodes=$(IFS=,; printf %s "${NODES[*]:0:3}")
HPCC_RUN_webz2eport=8080
HPCC_RUN_LABELz3az2daz20z20bz3bz28cz29="${LABEL-}"
[ -n "$HPCC_RUN_LABELz3az2daz20z20bz3bz28cz29" ] || HPCC_RUN_LABELz3az2daz20z20bz3bz28cz29='a  b;(c)'
one_line HPCC_RUN_LABELz3az2daz20z20bz3bz28cz29 'job-values.yaml:19:55: services.web.command[3]'
HPCC_RUN_webz2ehost="${NODES[1]}"
HPCC_RUN_webz2eportz2ehttp=8080
HPCC_RUN_etcdz2emainz2ehost="${NODES[0]}"
HPCC_RUN_etcdz2emainz2eportz2eclient="${PORTS[0]}"
needs DATA 'job-values.yaml:11:22: x-slurm.stage_in[0].from'
HPCC_RUN_DATA="$DATA"
one_line HPCC_RUN_DATA 'job-values.yaml:11:22: x-slurm.stage_in[0].from'
needs SLURM_JOB_ID 'job-values.yaml:12:49: x-slurm.stage_out[0].to'
HPCC_RUN_SLURM_JOB_ID="$SLURM_JOB_ID"
one_line HPCC_RUN_SLURM_JOB_ID 'job-values.yaml:12:49: x-slurm.stage_out[0].to'
HPCC_RUN_workerz2eportz2emine="${PORTS[1]}"
kill -s URG "$PPID" 2>/dev/null || : # set-up is over

# Helpers on the nodes.
start_helpers

# Copies in.
ask_helpers bash -c "$(declare -f copy); copy \"\$@\"" copy rsync "${HPCC_RUN_DATA}/in" "$SCRATCH_DIR/in"

# Services: each function turns into the service's process.
service_etcd_x2e_main() {
  own_options
  export HPC_COMPOSE_SCRATCH_DIR="$SCRATCH_DIR"
  export HPC_COMPOSE_SCRATCH_HOST_PATH="$SCRATCH_DIR"
  export HPC_COMPOSE_PORT_CLIENT="$HPCC_RUN_etcdz2emainz2eportz2eclient"
  export HPC_COMPOSE_PORT_PEER_1=2380
  exec srun --nodes=3 --overlap --mem=0 --job-name=hpc-compose:etcd.main --ntasks-per-node=1 \
    --export=ALL --input=none --kill-on-bad-exit=1 --wait=0 \
    "$JOB_DIR/bin/hpcc-rt" step --dist -- etcd "$HPCC_RUN_etcdz2emainz2enodes"
}

service_web() {
  own_options
  export HPC_COMPOSE_SCRATCH_DIR="$SCRATCH_DIR"
  export HPC_COMPOSE_SCRATCH_HOST_PATH="$SCRATCH_DIR"
  export HPC_COMPOSE_PORT_HTTP=8080
  exec srun --nodes=1 --overlap --mem=0 --job-name=hpc-compose:web --ntasks=1 \
    --export=ALL --input=none \
    --nodelist="${NODES[1]}" \
    "$JOB_DIR/bin/hpcc-rt" step -- serve --port "$HPCC_RUN_webz2eport" 'it'\''s '"$HPCC_RUN_LABELz3az2daz20z20bz3bz28cz29"
}

service_worker() {
  own_options
  local IFS=, # joins the names of nodes
  export HPC_COMPOSE_SCRATCH_DIR="$SCRATCH_DIR"
  export HPC_COMPOSE_SCRATCH_HOST_PATH="$SCRATCH_DIR"
  export HPC_COMPOSE_PORT_MINE="$HPCC_RUN_workerz2eportz2emine"
  export ETCD="$HPCC_RUN_etcdz2emainz2ehost":"$HPCC_RUN_etcdz2emainz2eportz2eclient"
  export PLAIN='${run:etcd.main.host}'
  exec srun --nodes=2 --overlap --mem=0 --job-name=hpc-compose:worker --ntasks-per-node=1 \
    --export=ALL --input=none --kill-on-bad-exit=1 --wait=0 \
    --nodelist="${NODES[*]:1:2}" \
    "$JOB_DIR/bin/hpcc-rt" step --chdir "$HPCC_RUN_TMPDIRz3az2dz2ftmp"/work --dist -- work
}

# The shell of a service: these variables, and its function.
records() {
  declare -p JOB_DIR NODES SPEC_DIR SCRATCH_DIR HPCC_RUN_etcdz2emainz2enodes HPCC_RUN_webz2eport HPCC_RUN_LABELz3az2daz20z20bz3bz28cz29 HPCC_RUN_webz2ehost HPCC_RUN_webz2eportz2ehttp HPCC_RUN_etcdz2emainz2ehost HPCC_RUN_etcdz2emainz2eportz2eclient HPCC_RUN_TMPDIRz3az2dz2ftmp HPCC_RUN_DATA HPCC_RUN_SLURM_JOB_ID HPCC_RUN_workerz2eportz2emine; declare -f own_options; printf '\0'
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
HPCC_RUN_webz2ehost="$HPCC_RUN_webz2ehost" \
HPCC_RUN_webz2eportz2ehttp="$HPCC_RUN_webz2eportz2ehttp" \
HPCC_RUN_etcdz2emainz2eportz2eclient="$HPCC_RUN_etcdz2emainz2eportz2eclient" \
HPCC_RUN_workerz2eportz2emine="$HPCC_RUN_workerz2eportz2emine" \
"$HPCC_RT" supervise --dir "$JOB_DIR" --functions <(records) <<'HPCC_TABLE' &
hpcc-table 1
job grace 20s
job scheduler slurm
service etcd.main
  run service_etcd_x2e_main
  log logs/etcd.main.log
  nodes all
  tasks 3
  ready tcp 127.0.0.1:"$HPCC_RUN_etcdz2emainz2eportz2eclient" within 60s
  on-failure fail-job
service web
  run service_web
  log logs/web.log
  nodes 1
  ready http http://"$HPCC_RUN_webz2ehost":"$HPCC_RUN_webz2eportz2ehttp"'/a b' status 200 within 60s
  on-failure fail-job
service worker
  run service_worker
  log logs/worker.log
  nodes 1-2
  tasks 2
  ready tcp "$HPCC_RUN_webz2ehost":9000 within 60s
  live tcp "$HPCC_RUN_webz2ehost":"$HPCC_RUN_workerz2eportz2emine" every 10s attempt 5s failures 3
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
