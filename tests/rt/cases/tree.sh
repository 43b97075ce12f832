# SPDX-License-Identifier: Apache-2.0
# Whatever a service leaves behind is gone when it has ended: children in other groups and sessions
# that ignore TERM included.
. "$1/lib.bash"

service_leaves() { exec "$RT" step -- "$TOOL" tree 4; }
service_waits() { exec "$RT" step -- sleep 1000; }

begin
start <<'TABLE'
service leaves
  run service_leaves
service waits
  run service_waits
  after leaves completed
TABLE
state_becomes waits state running
# The guard, the supervisor, a shim, its command, and this case.
[ "$(processes_left | wc -l)" -le 5 ] || fail "left behind: $(processes_left | wc -l)"
kill -INT "$SUPERVISOR"
finish 130
wait_for 5 nothing_left
