# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash disable=SC2154,SC2016 # hpcc doctor writes DIR and CONTAINERS ahead; commands for other shells
# The job of hpcc doctor: tries what the site offers, a line of $DIR/findings for each thing, with tabs between name,
# how it went, what was seen, and the way out.

report() {
  printf '%s\t%s\t%s\t%s\n' "$1" "$2" "$(printf '%s' "$3" | tr '\t\n' '  ' | cut -c 1-400)" "${4-}" >>"$DIR/findings"
}
first_line() {
  grep -v '^[[:space:]]*$' "$DIR/err" | head -n 1 | grep . || echo 'it ended without a word'
}
read -r -a SHARE <<<"--overlap --mem=0"
srun --help 2>/dev/null | grep -q -- --overlap || SHARE=()
# A step beside others; what it says of failures goes to a file.
step() {
  timeout -k 5 "${PATIENCE:-40}" srun "${SHARE[@]}" --export=ALL --input=none --job-name=hpcc-doctor "$@" 2>"$DIR/err"
}
wait_for() {
  local tries
  for ((tries = 0; tries < $2; tries++)); do
    [ ! -s "$1" ] || return 0
    sleep 0.1
  done
  return 1
}

mapfile -t NODES < <(scontrol show hostnames "$SLURM_JOB_NODELIST")

try_host() {
  local node seen=()
  if ! step --nodes="${#NODES[@]}" --ntasks-per-node=1 bash -c 'echo here >"$0/host.$SLURM_NODEID"' "$DIR"; then
    report host fail "a step fails: $(first_line)" 'ask the site whether steps may run in a batch job'
    return
  fi
  for node in "${!NODES[@]}"; do
    [ ! -s "$DIR/host.$node" ] || seen+=("${NODES[node]}")
  done
  if [ "${#seen[@]}" = "${#NODES[@]}" ]; then
    report host ok "steps run on ${NODES[*]}, and files of one node are seen by the others"
  else
    report host fail "of ${NODES[*]} the first one sees files of ${seen[*]-none}" \
      'run hpcc in a folder that all nodes share'
  fi
}

# A small image as a folder: this system's shell and what it needs.
make_image() {
  local library
  mkdir -p "$DIR/root"/{bin,dev,etc,doctor,home,proc,root,sys,tmp,usr/bin,var/tmp,run,mnt}
  cp -L "$(command -v sh)" "$DIR/root/bin/sh"
  cp -L "$(command -v sleep)" "$(command -v env)" "$DIR/root/usr/bin"
  for library in $(ldd "$(command -v sh)" "$(command -v sleep)" | grep -o '/[^ :]*' | sort -u); do
    [ ! -f "$library" ] || { mkdir -p "$DIR/root${library%/*}" && cp -L "$library" "$DIR/root$library"; }
  done
  echo 'root:x:0:0:root:/root:/bin/sh' >"$DIR/root/etc/passwd"
  echo 'root:x:0:' >"$DIR/root/etc/group"
  : >"$DIR/root/etc/hosts"
  : >"$DIR/root/etc/resolv.conf"
}
# try_container NAME COMMAND...: with which a shell of the image writes a file of the host.
try_container() {
  local name=$1 begin=$SECONDS
  shift
  if step --nodes=1 --ntasks=1 "$@" /bin/sh -c "echo inside >/doctor/$name.works" && [ -s "$DIR/$name.works" ]; then
    report "$name" ok "a container starts in $((SECONDS - begin)) s, and its mount is written"
  else
    report "$name" fail "a container doesn't start: $(first_line)" 'show this line to the site, or choose another runtime.backend'
  fi
}
try_pyxis() {
  if ! srun --help 2>/dev/null | grep -q -- --container-image; then
    report pyxis absent 'srun has no --container-image'
  elif ! command -v mksquashfs >/dev/null; then
    report pyxis warn 'srun knows it, and there is no mksquashfs to make an image to try' 'have squashfs-tools installed there, or try with an image of your own'
  elif ! mksquashfs "$DIR/root" "$DIR/image.sqsh" -noappend -all-root >/dev/null 2>"$DIR/err"; then
    report pyxis warn "no image could be made: $(first_line)"
  else
    try_container pyxis --container-image="$DIR/image.sqsh" --container-mounts="$DIR:/doctor"
  fi
}
# try_program NAME PROGRAM WORDS...
try_program() {
  local name=$1 program=$2
  shift 2
  if command -v "$program" >/dev/null; then
    try_container "$name" "$program" "$@"
  else
    report "$name" absent "$program isn't on PATH of ${NODES[0]}" "if a module brings it: x-slurm: {setup: [module load $program]}"
  fi
}
try_containers() {
  local name
  make_image
  for name in "${CONTAINERS[@]}"; do
    case $name in
    pyxis) try_pyxis ;;
    charliecloud) try_program charliecloud ch-run --bind "$DIR:/doctor" "$DIR/root" -- ;;
    *) try_program "$name" "$name" exec --bind "$DIR:/doctor" "$DIR/root" ;;
    esac
  done
}

try_mpi() {
  local type types works=() fails=''
  types=$(srun --mpi=list 2>&1 | sed -n 's/^\(srun: \)\?[[:space:]]*\([a-z][a-z0-9_]*\)$/\2/p' | sort -u)
  for type in $types; do
    case $type in
    none | openmpi | list) continue ;;
    esac
    if step --mpi="$type" --nodes="${#NODES[@]}" --ntasks=2 true; then
      works+=("$type")
    else
      fails+="; $type fails: $(first_line)"
    fi
  done
  if [ "${#works[@]}" = 0 ]; then
    report mpi warn "no type of srun --mpi=list works${fails}" "MPI programs then need mpirun in a service's own command"
  else
    report mpi ok "${works[*]} work${fails}" ''
  fi
}

# Steps talk to the batch script's node, on a port that its system chooses.
listen() {
  if command -v python3 >/dev/null; then
    timeout 60 python3 -c 'import socket, sys
s = socket.socket(); s.bind(("", 0)); s.listen(5); s.settimeout(50)
open(sys.argv[1], "w").write("%d\n" % s.getsockname()[1])
while True: s.accept()[0].close()' "$1"
  elif command -v perl >/dev/null; then
    timeout 60 perl -MIO::Socket::INET -e '$s = IO::Socket::INET->new(Listen => 5, LocalPort => 0) or die;
      open F, ">", $ARGV[0]; print F $s->sockport, "\n"; close F; while ($c = $s->accept) { close $c }' "$1"
  else
    return 1
  fi
}
try_ports() {
  local port listener reached addresses
  if [ "${#NODES[@]}" -lt 2 ]; then
    report ports absent 'there is one node, and nothing to reach from it'
    return
  fi
  listen "$DIR/port" 2>/dev/null &
  listener=$!
  if ! wait_for "$DIR/port" 50; then
    report ports warn "neither python3 nor perl is there to listen on a port"
    return
  fi
  port=$(cat "$DIR/port")
  read -r -a addresses <<<"$(hostname -I 2>/dev/null)"
  reached=$(step --nodes=1 --ntasks=1 --nodelist="${NODES[1]}" bash -c 'for address in "${@:2}"; do
      if timeout 5 bash -c ": <>/dev/tcp/$address/$1"; then echo "$address" && exit; fi
    done' reach "$port" "${NODES[0]}" "${addresses[@]}") || :
  if [ "$reached" = "${NODES[0]}" ]; then
    report ports ok "${NODES[1]} reaches port $port of ${NODES[0]}"
  elif [ -n "$reached" ]; then
    report ports ok "${NODES[1]} reaches port $port of $reached, and doesn't know the name ${NODES[0]}"
  else
    report ports fail "${NODES[1]} doesn't reach port $port of ${NODES[0]}: $(first_line)" \
      'services of one job must share a node; cluster.toml: wire = "off"'
  fi
  kill "$listener" 2>/dev/null || :
}

try_stop() {
  local pid status=0
  step --nodes=1 --ntasks=1 bash -c 'trap "sleep 0.3; echo whole >$0/stopped; exit 0" TERM
    echo "$SLURM_STEP_ID" >"$0/stop.id"; while :; do sleep 0.1; done' "$DIR" &
  pid=$!
  if ! wait_for "$DIR/stop.id" 200; then
    report stop fail "a step to stop didn't start: $(first_line)"
    return
  fi
  scancel --signal=TERM "$SLURM_JOB_ID.$(cat "$DIR/stop.id")" 2>"$DIR/scancel.err" || :
  wait "$pid" || status=$?
  if [ -s "$DIR/stopped" ]; then
    report stop ok 'TERM reaches a step by scancel, and its handler runs to its end'
  else
    report stop fail "TERM by scancel kills a step before its handler ends (status $status)" \
      'services can save nothing when they are stopped: let them save as they go'
  fi
}

# Waits for the end of the job's minute, and how it comes.
try_limit() {
  PATIENCE=300 step --nodes=1 --ntasks=1 bash -c 'trap "echo told >$0/limit.told" TERM
    echo waits >"$0/limit.waits"; while [ ! -e "$0/limit.told" ]; do sleep 0.2; done' "$DIR" &
  trap 'echo told >"$DIR/batch.told"' TERM
  while kill -0 "$!" 2>/dev/null; do wait "$!" || :; done
}

try_host
try_containers
try_mpi
try_ports
try_stop
echo tried >"$DIR/tried"
try_limit
