# SPDX-License-Identifier: Apache-2.0
# What a service inherits: no descriptors, no ignored or blocked signals, no input, and no variable
# of ours but the documented ones. (The supervisor itself runs in the background of a script, where
# bash ignores INT and QUIT.)
. "$1/lib.bash"

service_a() { exec "$RT" step -- sh -c "\"$TOOL\" fds; env | grep -E '^(HPCC_|HPC_COMPOSE_)' | sort"; }
service_b() { exec "$TOOL" fds; }

exec 7</dev/zero
begin 'a token a' 'b token b'
job 0 <<'TABLE'
service a
  run service_a
  log logs/a.log
service b
  run service_b
  log logs/b.log
  tasks 0
TABLE
for log in a b; do
	[ "$(grep -c '^fd ' "$JOB_DIR/logs/$log.log")" = 3 ] || fail "descriptors: $(<"$JOB_DIR/logs/$log.log")"
	grep -q '^fd 0 /dev/null$' "$JOB_DIR/logs/$log.log" || fail 'standard input'
	grep -q "^fd 1 $JOB_DIR/logs/$log.log$" "$JOB_DIR/logs/$log.log" || fail 'standard output'
	grep -q '^SigIgn:.0*$' "$JOB_DIR/logs/$log.log" || fail 'ignored signals'
	grep -q '^SigBlk:.0*$' "$JOB_DIR/logs/$log.log" || fail 'blocked signals'
done
expected="HPC_COMPOSE_JOB_DIR=$JOB_DIR
HPC_COMPOSE_NODELIST=$(hostname)
HPC_COMPOSE_NODELIST_FILE=$JOB_DIR/allocation/nodes.txt
HPC_COMPOSE_NODE_COUNT=1
HPC_COMPOSE_PRIMARY_NODE=$(hostname)
HPC_COMPOSE_SERVICE_LOG=$JOB_DIR/logs/a.log
HPC_COMPOSE_SERVICE_NAME=a
HPC_COMPOSE_SERVICE_NODELIST=$(hostname)
HPC_COMPOSE_SERVICE_NODELIST_FILE=$JOB_DIR/allocation/service-nodelists/a.nodes.txt
HPC_COMPOSE_SERVICE_NODE_COUNT=1
HPC_COMPOSE_SERVICE_PRIMARY_NODE=$(hostname)"
[ "$(grep '^HPC' "$JOB_DIR/logs/a.log" | grep -vE '^HPCC_(RT|BUILD)')" = "$expected" ] ||
	fail "variables: $(grep '^HPC' "$JOB_DIR/logs/a.log")"
