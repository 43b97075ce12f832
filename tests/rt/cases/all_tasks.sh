# SPDX-License-Identifier: Apache-2.0
# `tasks all`: ready when the look of every task has passed, and who is missing is told; without it the first
# task decides.
. "$1/lib.bash"

[ "${HPCC_WIRE:-}" != off ] || { echo 'without the wire only the log can be looked at' && exit 0; }
cd "$WORK" || exit
service_three() {
	local task
	for task in 0 1 2; do
		SLURM_PROCID=$task "$RT" step --look ready 3 sh -c "echo waits >&2; test -e up.$task" -- sh -c "
			until [ -e go.$task ]; do sleep 0.01; done; : >up.$task; exec sleep 1000" &
	done
	wait
}
service_after() { exec "$RT" step -- true; }
table() { # OPTIONS…
	printf 'service three\n  run service_three\n  tasks 3\n  ready exec within %s\n  lifetime dependents\n' "$*"
	printf 'service after\n  run service_after\n  after three healthy\n'
}
last_look_is() { grep -qF "\"last_look\":\"$1" "$JOB_DIR/state.json"; }

begin
start < <(table 60s tasks all)
wait_for 30 grep -qE '"last_look":"task [012]: waits \(status 1\)"' "$JOB_DIR/state.json"
: >go.2
wait_for 30 last_look_is '1 of 3 tasks are ready'
: >go.0
wait_for 30 last_look_is '2 of 3 tasks are ready'
expect_state after state waiting
: >go.1
finish 0
expect_state three readiness passed

rm -f go.* up.*
: >go.1
: >go.2
begin
job 1 < <(table 2s tasks all)
expect_said "hpcc: service 'three' was not ready within 2s: job fails (last look: 2 of 3 tasks are ready"

rm -f go.* up.*
: >go.0
begin
job 0 < <(table 60s)
