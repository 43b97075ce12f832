#!/bin/bash
#SBATCH --job-name=hpc-compose
#SBATCH --nodes=2
#SBATCH --signal=B:USR1@120

# Written by hpcc 0.2.0 from set-up.yaml.
# shellcheck disable=SC2016,SC2317,SC2329 # commands and functions are for other shells
set -euo pipefail

# Folders.
SPEC_DIR="${SLURM_SUBMIT_DIR:-$PWD}"
JOB_ROOT="${SLURM_SUBMIT_DIR:-$PWD}/.hpc-compose/${SLURM_JOB_ID}"
foreign=$(find "${JOB_ROOT%/*}" "${JOB_ROOT%/*}"/{.,bin,bin/hpcc-rt} "$JOB_ROOT" -maxdepth 0 ! -user "$EUID" ! -user 0 2>/dev/null || :)
[ -z "$foreign" ] || { echo "hpcc: of another user: $foreign" >&2; echo 'hpcc: no job runs there: submit from a folder of your own' >&2; exit 1; }
SCRATCH_DIR="/local/me/${JOB_ROOT##*/}"

# The supervisor.
for HPCC_RT in "${HPCC_RT:-}" "${JOB_ROOT%/*}/bin/hpcc-rt" "$(command -v hpcc-rt || :)"; do [ ! -x "$HPCC_RT" ] || break; done
[ -x "$HPCC_RT" ] || { echo "hpcc: no hpcc-rt in ${JOB_ROOT%/*}/bin: write the script again with -o in the folder of sbatch, or with --embed-runtime, or set HPCC_RT" >&2; exit 1; }
# It runs this script, and ends at once what a signal must not wait for.
[ "${HPCC_SCRIPT-}" = "$PPID" ] || [ ! -f "$0" ] || exec "$HPCC_RT" script --root "$JOB_ROOT" --options "$BASHOPTS" -- "$BASH" "$0" "$@"
facts=$("$HPCC_RT" begin --root "$JOB_ROOT" <<'HPCC_ALLOCATION'
hpcc-allocation 1
job name hpc-compose nodes 2
rdzv base 29500 span 1000
service helper token helper nodes 0 ntasks 1
service solve token solve nodes all ntasks-per-node 1 nproc 1
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
# Puts a Spack view on the search paths.
use_view() {
  local dir
  if [ -d "$1/bin" ]; then export PATH="$1/bin:$PATH"; fi
  for dir in "$1/lib64" "$1/lib"; do
    [ ! -d "$dir" ] || export LD_LIBRARY_PATH="$dir${LD_LIBRARY_PATH:+:$LD_LIBRARY_PATH}"
  done
  for dir in "$1"/lib{64,}/python*/site-packages; do
    [ ! -d "$dir" ] || export PYTHONPATH="$dir${PYTHONPATH:+:$PYTHONPATH}"
  done
}
# Whether there is a module command, by the site's profile if need be.
knows_modules() {
  local file
  set +uo pipefail
  for file in "${MODULESHOME:-}/init/bash" "${LMOD_PKG:-}/init/bash" /etc/profile.d/*{lmod,modules,Modules}*.sh \
    "${SPACK_ROOT:-}/share/spack/setup-env.sh"; do
    if command -v module >/dev/null; then break; fi
    # shellcheck disable=SC1090 # the site's
    if [ -r "$file" ]; then . "$file" || :; fi
  done
  set -uo pipefail
  command -v module >/dev/null
}
# use_module load NAME, or purge. A site's command may use what isn't set, and end with any status: then its list says
# whether the module is there. Where there is no list, the job goes on.
use_module() {
  set +uo pipefail
  module "$@" || set -- "$@" "$?"
  set -uo pipefail
  case $1$# in purge1 | load2) return ;; esac
  case "${!#} ${LMOD_CMD+a}${MODULES_CMD+a}${LOADEDMODULES+a} $1 :${LOADEDMODULES-}:" in
  12[67]\ *) set -- "$@" '' ;; # no such command
  *\ load\ *:"$2":* | *\ load\ *:"$2"[/.-]*) set -- "$@" ', but it is loaded' go-on ;;
  *\ a*) set -- "$@" '' ;;
  *) set -- "$@" ", and the job goes on: 'module' keeps no list that says whether it is loaded" go-on ;;
  esac
  if [ "$1" = purge ]; then set -- "$1" '' "${@:2}"; fi
  echo "hpcc: module $1 ended with status $3${2:+: $2}$4" >&2
  [ $# = 5 ] || exit 1
}
# Code of a site may use variables that are not set, and end with any status: it is told where, and the job goes on,
# unless a line says 'set -e'.
setup_told() {
  local status=$?
  case $- in *e*) return ;; esac
  echo "hpcc: $at ended with status $status (line ${BASH_LINENO[0]}), and the job goes on: 'set -e' as a line ahead would end it" >&2
}
# The same command once on every node.
on_nodes() {
  (
    own_options
    exec srun --nodes=2 --ntasks-per-node=1 --overlap --mem=0 --job-name=hpc-compose:on-nodes \
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
  local number status worst=0 left=2
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

# However the script ends, the record of the job is closed.
busy=''
at=''
finish() {
  status=$?
  trap - EXIT; trap '' TERM INT; kill -s URG "$PPID" 2>/dev/null || :
  [ -z "$busy" ] || kill -- "-$busy" 2>/dev/null || :
  [ -z "$busy" ] || wait "$busy" || :
  [ -z "$at" ] || echo "hpcc: $at ended the job with status $status" >&2
  "$HPCC_RT" end --dir "$JOB_DIR" --status "$status" || :
  kept=''
  [ "$status" != 0 ] || ask_helpers bash -c "$(declare -f copy); copy \"\$@\"" copy rsync "$SCRATCH_DIR/results" "/archive/${JOB_ROOT##*/}" || kept=yes
  if [ -n "$kept" ]; then
    [ "$status" != 0 ] || status=1
    echo "hpcc: copying results out failed; scratch stays: $SCRATCH_DIR" >&2
    "$HPCC_RT" end --dir "$JOB_DIR" --status "$status" || :
  fi
  [ -n "$kept" ] || [ "$status" != 0 ] || ask_helpers rm -rf -- "$SCRATCH_DIR" || :
  exit "$status"
}
trap finish EXIT; trap 'trap "" TERM INT; exit 143' TERM; trap 'trap "" TERM INT; exit 130' INT
trap : USR1

# Scratch.
on_nodes mkdir -p "$SCRATCH_DIR"

# Set-up.
job_modules() {
  use_module purge
  use_module load gcc/12
  use_module load 'openmpi 4'
}
loaded=no
if knows_modules; then loaded=yes; job_modules; fi
use_view '/opt/views/it'\''s'
export LOCALE=de_DE
trap setup_told ERR
set +eu
at='x-slurm.setup[0]'
ulimit -c 0
at='x-slurm.setup[1]'
for i in 1 2; do
  echo "$i"
done
trap - ERR
set -euo pipefail
at=''
[ "$loaded" = yes ] || job_modules
kill -s URG "$PPID" 2>/dev/null || : # set-up is over

# Helpers on the nodes.
start_helpers

# Copies in.
ask_helpers bash -c "$(declare -f copy); copy \"\$@\"" copy rsync "$SPEC_DIR/data" "$SCRATCH_DIR/data"
stoppable copy copy "$HOME/weights.bin" /shared/weights.bin

# Services: each function turns into the service's process.
service_helper() {
  own_options
  export HPC_COMPOSE_SCRATCH_DIR="$SCRATCH_DIR"
  export HPC_COMPOSE_SCRATCH_HOST_PATH="$SCRATCH_DIR"
  export LOCALE=de_DE
  PATH=/opt/bin:/bin \
    exec "$(command -v srun)" --nodes=1 --overlap --mem=0 --job-name=hpc-compose:helper --ntasks=1 \
    --export=ALL --input=none \
    --nodelist="${NODES[0]}" \
    "$JOB_DIR/bin/hpcc-rt" step -- watch
}

service_solve() {
  own_options
  use_module load cuda
  export HPC_COMPOSE_SCRATCH_DIR="$SCRATCH_DIR"
  export HPC_COMPOSE_SCRATCH_HOST_PATH="$SCRATCH_DIR"
  export LOCALE=de_DE
  exec srun --nodes=2 --overlap --mem=0 --job-name=hpc-compose:solve --ntasks-per-node=1 \
    --export=ALL --input=none --kill-on-bad-exit=1 --wait=0 \
    "$JOB_DIR/bin/hpcc-rt" step --dist -- solve
}

# The shell of a service: these variables, and its function.
records() {
  declare -p JOB_DIR NODES SPEC_DIR SCRATCH_DIR; declare -f own_options; declare -f use_view; declare -f use_module; declare -f module _module_raw ml || :; printf '\0'
  for name in $(compgen -A function service_) $(compgen -A function publish_); do
    declare -f "$name"; printf '\0'
  done
}

# Hooks.
(
umask 077
cat >"$JOB_DIR/hooks/solve.prologue.sh" <<'HPCC_HOOK'
nvidia-smi -pm 1
HPCC_HOOK
cat >"$JOB_DIR/hooks/solve.epilogue.sh" <<'HPCC_HOOK'
rm -f /tmp/lock
HPCC_HOOK
)

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
service helper
  run service_helper
  log logs/helper.log
  nodes 0
  on-failure fail-job
service solve
  run service_solve
  log logs/solve.log
  nodes all
  tasks 2
  on-failure fail-job
  prologue hooks/solve.prologue.sh
  epilogue hooks/solve.epilogue.sh
HPCC_TABLE
supervisor=$!
[ -z "$caught" ] || relay "$caught" # it came a moment too early
while # a signal ends the wait, not the job
  caught='' status=0
  wait "$supervisor" || status=$?
  [ -n "$caught" ]
do :; done
exit "$status"
