# SPDX-License-Identifier: Apache-2.0
# Without the wire the supervisor looks at ports from its own node, whoever listens there, and says of what
# only the step can do that it isn't connected. The same where a shim doesn't connect.
. "$1/lib.bash"

port=$("$TOOL" free-port)
"$TOOL" listen "$port" &
HELPERS+=($!)
listens() { (exec 3<>"/dev/tcp/127.0.0.1/$port") 2>/dev/null; }
wait_for 10 listens
service_deaf() { exec "$RT" step --look ready 1 true -- sleep 1000; }
service_lone() { HPCC_WIRE=off exec "$RT" step -- sleep 1000; }
service_after() { exec "$RT" step -- true; }
table() { # NAME KIND…
	printf 'service %s\n  run service_%s\n  ready %s\n  lifetime dependents\n' "$1" "$1" "${*:2}"
	printf 'service after\n  run service_after\n  after %s healthy\n' "$1"
}
wire_off() {
	echo 'job wire off'
	table "$@"
}
begin
job 0 < <(wire_off deaf tcp "127.0.0.1:$port" within 20s)
begin
job 0 < <(wire_off deaf tcp "localhost:$port" within 20s every 100ms attempt 1s)
begin
job 1 < <(wire_off deaf exec within 1s)
expect_said '(last look: no connection to the step on node '
begin
job 1 < <(wire_off deaf tcp "127.0.0.1:$port" within 1s tasks all '
  tasks 2')
expect_said '(last look: no connection to the step on node '
# A shim is awaited for a moment, then it is done without.
begin
job 0 < <(table lone tcp "127.0.0.1:$port" within 20s)
begin
job 1 < <(table lone exec within 3s)
expect_said '(last look: no connection to the step on node '
