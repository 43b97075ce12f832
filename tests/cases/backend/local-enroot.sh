#!/bin/bash

# Written by hpcc 0.2.0 from local-enroot.yaml.
# shellcheck disable=SC2016,SC2317,SC2329 # commands and functions are for other shells
set -euo pipefail

# Folders.
SPEC_DIR="${SLURM_SUBMIT_DIR:-$PWD}"
JOB_ROOT="${SLURM_SUBMIT_DIR:-$PWD}/.hpc-compose/${HPCC_JOB_ID:-local-$$}"
foreign=$(find "${JOB_ROOT%/*}" "${JOB_ROOT%/*}"/{.,bin,bin/hpcc-rt} "$JOB_ROOT" -maxdepth 0 ! -user "$EUID" ! -user 0 2>/dev/null || :)
[ -z "$foreign" ] || { echo "hpcc: of another user: $foreign" >&2; echo 'hpcc: no job runs there: submit from a folder of your own' >&2; exit 1; }
[[ $JOB_ROOT != *[$':']* ]] || { printf 'hpcc: containers cannot mount %q: submit from a folder with a plainer name\n' "$JOB_ROOT" >&2; exit 1; }
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
job name hpc-compose nodes 1
service command token command nodes all ntasks 1
service default token default nodes all ntasks 1
HPCC_ALLOCATION
)
eval "$facts" # JOB_DIR, NODES, and variables of all services
HPCC_RT="$JOB_DIR/bin/hpcc-rt"
printf 'exec "$@"\n' >"$JOB_DIR/bin/rc" # how Enroot starts a command
in_fstab() { # escapes what ends a path there
  local path=${1//\\/\\134}
  path=${path// /\\040}
  printf '%s' "${path//$'\t'/\\011}"
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
service command nodes all
service default nodes all
HPCC_HOSTS
kill -s URG "$PPID" 2>/dev/null || : # set-up is over

# Services: each function turns into the service's process.
service_command() {
  export A=b
  export HPCC_LINES_A=:b
  exec enroot start --rc "$JOB_DIR/bin/rc" \
    --mount="$(in_fstab "$JOB_DIR")":/hpc-compose/job:x-create=auto,rbind \
    --mount="$(in_fstab "$JOB_DIR/hosts/0")":/etc/hosts:x-create=auto,rbind,ro \
    --mount="$(in_fstab "$SPEC_DIR/data")":/data:x-create=auto,rbind \
    --mount=/opt/tools:/opt/tools:x-create=auto,rbind,ro \
    --env=HPCC_MARK --env=HPCC_WIRE --env=HPC_COMPOSE_JOB_DIR --env=HPC_COMPOSE_NODELIST --env=HPC_COMPOSE_NODELIST_FILE --env=HPC_COMPOSE_NODE_COUNT --env=HPC_COMPOSE_PRIMARY_NODE --env=HPC_COMPOSE_SERVICE_LOG --env=HPC_COMPOSE_SERVICE_NAME --env=HPC_COMPOSE_SERVICE_NODELIST --env=HPC_COMPOSE_SERVICE_NODELIST_FILE --env=HPC_COMPOSE_SERVICE_NODE_COUNT --env=HPC_COMPOSE_SERVICE_PRIMARY_NODE --env=HPCC_LINES_A \
    "$CACHE_ROOT/base/4236ca0a72f3dd5f-redis_7_2.sqsh" \
    /hpc-compose/job/bin/hpcc-rt step --enroot-env /etc/environment --keep A -- redis-server --port 7000
}

service_default() {
  exec enroot start --rc "$JOB_DIR/bin/rc" \
    --mount="$(in_fstab "$JOB_DIR")":/hpc-compose/job:x-create=auto,rbind \
    --mount="$(in_fstab "$JOB_DIR/hosts/0")":/etc/hosts:x-create=auto,rbind,ro \
    --env=HPCC_MARK --env=HPCC_WIRE --env=HPC_COMPOSE_JOB_DIR --env=HPC_COMPOSE_NODELIST --env=HPC_COMPOSE_NODELIST_FILE --env=HPC_COMPOSE_NODE_COUNT --env=HPC_COMPOSE_PRIMARY_NODE --env=HPC_COMPOSE_SERVICE_LOG --env=HPC_COMPOSE_SERVICE_NAME --env=HPC_COMPOSE_SERVICE_NODELIST --env=HPC_COMPOSE_SERVICE_NODELIST_FILE --env=HPC_COMPOSE_SERVICE_NODE_COUNT --env=HPC_COMPOSE_SERVICE_PRIMARY_NODE \
    "$SPEC_DIR/own.sqsh" \
    /hpc-compose/job/bin/hpcc-rt step --enroot-env /etc/environment -- /bin/sh /etc/rc
}

# The shell of a service: these variables, and its function.
records() {
  declare -p JOB_DIR NODES SPEC_DIR CACHE_ROOT; declare -f in_fstab; printf '\0'
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
job scheduler local
service command
  run service_command
  log logs/command.log
  view /hpc-compose/job
  on-failure fail-job
service default
  run service_default
  log logs/default.log
  view /hpc-compose/job
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
