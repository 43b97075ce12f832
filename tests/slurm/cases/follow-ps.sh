# SPDX-License-Identifier: Apache-2.0
# ALONE
# A job that waits and then runs on two nodes, followed from another folder: status, ps, ports, by id alone. The
# address is where the service listens. A stranger's job isn't ours to follow. An array's element, after its end.
cat >compose.yaml <<'YAML'
name: follow
runtime: {backend: host}
x-slurm: {nodes: 2, time: "5:00"}
services:
  web:
    command: [busybox, nc, -ll, -p, "${run:web.port.http}", -e, echo, "it is me"]
    readiness: {type: tcp, port: http, timeout_seconds: 60}
    x-slurm:
      ports: {http: auto}
      placement: {node_range: "1", allow_overlap: true}
  client:
    script: 'sleep 1000'
    depends_on: {web: {condition: service_healthy}}
YAML
elsewhere() { # elsewhere COMMAND...: of hpcc, in an empty folder; what it prints goes to the file out
	local status=0
	(cd empty && COLUMNS=120 slurm "$HPCC" "$@") >out 2>&1 || status=$?
	[ $status = 0 ] || fail "hpcc $*: $status, $(cat out)"
}
mkdir empty
slurm sbatch --parsable --exclusive --nodes=4 --output=/dev/null --wrap 'sleep 60' >blocker
JOB=$(cat blocker)
wait_state RUNNING
slurm "$HPCC" submit --no-preflight compose.yaml >said 2>&1 || fail "submit: $(cat said)"
JOB=$(sed -n 's/^submitted job \([0-9]*\);.*/\1/p' said)
said_why() { elsewhere status "$JOB" && file_matches out '\(PENDING, (Resources|Priority)\)'; }
wait_until 30 said_why
assert_log out "^job $JOB 'follow': PENDING"
assert_log out '^  Slurm     it waits: (not enough of what it asks for is free|jobs with a higher priority come first)'
assert_log out '^  start     (Slurm has no estimate|20[0-9-]+ [0-9:]+)'
assert_log out "^  folder    $PWD\$"
elsewhere ps "$JOB"
assert_log out '^web +not begun +tcp http +http\?$'
slurm scancel "$(cat blocker)"
is_ready() {
	file_matches ".hpc-compose/$JOB/state.json" '"name":"web",.*"state":"ready"' &&
		file_matches ".hpc-compose/$JOB/state.json" '"name":"client",.*"state":"running"'
}
wait_until 60 is_ready
# As if there were no list of folders: Slurm says where.
rm -f "$HOME/.local/state/hpc-compose/folders"
elsewhere status "$JOB"
assert_log out "^job $JOB 'follow': RUNNING, .*, on "
assert_log out '^  Slurm     it runs \(RUNNING\)$'
assert_log out '^  time      \[#*-+\] [0-9.]+s of 5m00s, (5m00s|4m[0-9]+s) left$'
assert_log out '^  services  2: 1 running, 1 ready$'
elsewhere ps "$JOB"
assert_log out '^web +ready +[0-9.]+s +[a-z0-9]+ +tcp http +[0-9]+$'
elsewhere ports "$JOB"
address=$(sed -n 's/^web .* \([a-z0-9]*:[0-9]*\)$/\1/p' out)
assert_log out "^  web: ssh -N .*-L ${address#*:}:$address "
assert_equal 'who answers' "$(timeout 5 busybox nc 127.0.0.1 "${address#*:}" </dev/null)" 'it is me'
status=0
as_stranger sh -c 'cd "$HOME" && exec timeout 20 "$@"' sh "$HPCC" status "$JOB" >out 2>&1 || status=$?
assert_equal 'status of a stranger' $status 3
assert_log out "job $JOB isn't yours"
elsewhere cancel "$JOB"
wait_job
elsewhere down --yes "$JOB"
assert_log out "^removed job $JOB: $PWD/.hpc-compose/$JOB"
[ ! -e ".hpc-compose/$JOB" ] || fail "down leaves .hpc-compose/$JOB"
