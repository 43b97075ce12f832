#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# shellcheck disable=SC2016 # specs in single quotes
# hpcc ports: where services of a job listen, and the ssh line from a laptop.
tests=$(cd "$(dirname "$0")/.." && pwd)
# shellcheck source=tests/cli/lib.bash disable=SC1091,SC2154
. "$tests/cli/lib.bash"
export FAKE_SLURM_DIR=$work/slurm USER=me
PATH=$tests/fake:$PATH
unset COLUMNS SSH_CONNECTION
row() { that "a row $1" grep -qE -- "$1" "$work/out"; }

# A job that chooses ports keeps which; `ps` and `ports` show them.
cat >compose.yaml <<'SPEC'
name: reach
runtime: {backend: host}
x-slurm: {time: 10}
services:
  server:
    environment: {MINE: "${run:server.port.http}"}
    script: 'echo "mine is $MINE"; sleep 600'
    ports: ["80", "9125:9125/udp", "7000-7002"]
    x-slurm: {ports: {http: auto, grpc: 5005}}
  looked-at:
    script: 'echo up; sleep 600'
    readiness: {type: tcp, port: 6379, timeout_seconds: 500}
  other:
    script: 'sleep 600'
SPEC
run 0 hpcc up --local --detach compose.yaml
id=$(hpcc jobs | awk 'NR == 1 {print $1}')
dir=.hpc-compose/$id
that 'they run' within 30 grep -qs mine "$dir/logs/server.log"
is_running() { grep -qs "\"name\":\"$1\",.*\"state\":\"running\"" "$dir/state.json"; }
for name in server looked-at; do
	that "$name is known to run" within 30 is_running $name
done
mine=$(sed -n 's/^mine is //p' "$dir/logs/server.log")
that 'they are kept' test "$(cat "$dir/allocation/ports")" = "$mine"
run 0 hpcc ports
row "^server +http $mine +running +[^ ]+:$mine\$"
row '^server +80 +running +[^ ]+:80$'
row '^server +9125/udp +running '
row '^server +7000-7002 +running +[^ ]+:7000-7002$'
row '^server +grpc 5005 +running '
row '^looked-at +6379 +not ready '
out_lacks other
out_has "  server: ssh -N"
out_has " -L $mine:localhost:$mine"
out_has ' -L 8080:localhost:80'
out_has ' -L 7002:localhost:7002'
out_lacks 9125:
out_has "Guessed: '$(uname -n)' is the name of this machine"
run 0 hpcc ps server
row "^server +running .*,$mine,"
run 0 hpcc ports looked-at --format=json
that 'JSON' python3 -c '
import json, sys
(port,) = json.load(open(sys.argv[1]))
assert port["number"] == 6379 and port["protocol"] == "tcp" and port["service"] == "looked-at"
assert port["addresses"] == [port["nodes"][0] + ":6379"] and port["is_up"]
assert port["ssh"] == "ssh -N -L 6379:localhost:6379 me@" + port["guessed"] and port["ssh_into_node"] is None' "$work/out"
run 0 hpcc ports other
out_has 'no port is stated'
run 2 hpcc ports nosuch
run 0 hpcc cancel
run 143 hpcc watch
run 0 hpcc ports
out_has 'the job has ended, and nothing listens there any more'
out_lacks 'ssh -N'
run 0 hpcc down --yes

# Of a job on nodes: through the login node, whose address the session knows.
record . 201 "$PWD/.hpc-compose/201"
sed -i 's/"services": \[\]/"services": [{"name": "web", "ports": [{"name": "http", "chosen": 0, "protocol": "tcp"}]}, {"name": "later", "ports": [{"name": "x", "chosen": 1, "protocol": "tcp"}]}]/' .hpc-compose/jobs/201.json
mkdir -p .hpc-compose/201/allocation "$FAKE_SLURM_DIR/jobs/201"
echo RUNNING >"$FAKE_SLURM_DIR/jobs/201/state"
run 0 hpcc ports 201
row '^web +http\? +not begun$'
out_lacks 'ssh -N'
echo '12345 nonsense' >.hpc-compose/201/allocation/ports
printf '{"job_id": "201", "status": "RUNNING", "nodes": ["n1", "n2"], "started_at": "2026-01-01T00:00:00.000Z", "services": [{"name": "web", "state": "ready", "nodes": ["n1", "n2"]}, {"name": "later", "state": "waiting", "nodes": ["n2"]}]}' >.hpc-compose/201/state.json
run 0 env SSH_CONNECTION='192.0.2.1 1000 192.0.2.7 22' hpcc ports 201
row '^web +http 12345 +ready +n1:12345 n2:12345$'
row '^later +x\? +waiting +-$'
out_has '  web: ssh -N -L 12345:n1:12345 me@192.0.2.7'
out_has '  ssh -N -J me@192.0.2.7 -L 12345:localhost:12345 me@n1'
out_has "Guessed: '192.0.2.7' is where this session came in"
run 0 env SSH_CONNECTION='192.0.2.1 1000 192.0.2.7 2222' USER='m e' hpcc ports 201
out_has "  web: ssh -N -p 2222 -L 12345:n1:12345 'm e@192.0.2.7'"

finish
