# SPDX-License-Identifier: Apache-2.0
# Every command that follows a job knows the elements of an array, and some of them by JOB_k and JOB_[…]:
# while they run and wait, when they are cancelled, and when they are over.
cat >three.yaml <<'YAML'
name: three
runtime: {backend: host}
x-slurm: {array: 0-2, time: 5, mem: 50M, output: "%x-%A-%a.out"}
services:
  server:
    script: |
      trap 'echo goodbye; exit 0' TERM
      echo up
      until [ -e "../../go.$SLURM_ARRAY_TASK_ID" ]; do sleep 0.1; done
    working_dir: YAML_DIR
  client: {script: 'echo "client $SLURM_ARRAY_TASK_ID"; exit $((SLURM_ARRAY_TASK_ID == 1 ? 4 : 0))'}
YAML
sed -i "s|../../go|$PWD/go|; /YAML_DIR/d; s/exit \$((SLURM_ARRAY_TASK_ID == 1 ? 4 : 0))/exit 0/" three.yaml

status_of() {
	local status=0
	slurm "$@" >out 2>&1 || status=$?
	printf '%s' $status
}

# `up` watches all of them to their ends.
"$HPCC" up --no-preflight three.yaml >up.log 2>&1 &
up=$!
wait_log up.log '^submitted job [0-9]+'
JOB=$(sed -n 's/^submitted job \([0-9]*\);.*/\1/p' up.log)
array=$JOB
for k in 0 1 2; do
	wait_until 120 file_matches ".hpc-compose/${array}_$k/logs/server.log" '^up$'
done
assert_equal 'status of status' "$(status_of "$HPCC" status "$array")" 0
assert_log out "^job $array 'three': RUNNING, 3 elements: 3 RUNNING"
assert_equal 'lines of elements' "$(grep -c "^${array}_[0-2] *RUNNING" out)" 3
assert_equal 'status of one' "$(status_of "$HPCC" status "${array}_1")" 0
assert_equal 'lines of one' "$(grep -c '^job ' out)" 1
assert_equal 'status of cancel' "$(status_of "$HPCC" cancel "${array}_[1-2]")" 0
# shows: x-slurm.array
wait_log up.log "1/server +.*; stopped$"
wait_log up.log "2/server +.*; stopped$"
touch go.0
status=0
wait $up || status=$?
assert_equal 'status of up' "$status" 143
assert_log up.log "^job ${array}_0: COMPLETED"
assert_log up.log "^job ${array}_1: CANCELLED with status 143"
assert_log up.log "^job ${array}_2: CANCELLED with status 143"
assert_log up.log "^job $array: CANCELLED"
assert_equal 'status of watch' "$(status_of "$HPCC" watch "${array}_0")" 0
assert_equal 'status of logs' "$(status_of "$HPCC" logs "$array")" 0
for k in 0 1 2; do
	assert_log out "^$k/client +\\| client $k"
	assert_log out "^$k/batch +\\| hpcc: service 'client' completed"
done
assert_log out '^1/server +\| goodbye'
for k in 1 2; do
	assert_equal 'status of down' "$(status_of "$HPCC" down --yes "${array}_$k")" 0
	[ ! -L ".hpc-compose/${array}_$k" ] || fail "element $k is still there"
done
assert_equal 'status of clean' "$(status_of "$HPCC" clean --yes "$array")" 0
left=$(find . -name "*$array*" ! -name "three-$array-[0-2].out")
[ -z "$left" ] || fail "left: $left"
assert_equal 'outputs that the spec put elsewhere' "$(find . -name "three-$array-[0-2].out" | wc -l)" 3

# Elements that wait: cancelling drops them, and ends the one that runs.
sed -i 's/array: 0-2/array: 0-9%1/' three.yaml
rm -f go.*
slurm "$HPCC" submit --no-preflight three.yaml >out 2>&1 || fail "submit: $(cat out)"
JOB=$(sed -n 's/^submitted job \([0-9]*\);.*/\1/p' out)
wait_until 120 file_matches ".hpc-compose/${JOB}_0/logs/server.log" '^up$'
assert_equal 'status of status' "$(status_of "$HPCC" status "$JOB")" 0
assert_log out '10 elements: 1 RUNNING, 9 PENDING'
assert_equal 'status of cancel' "$(status_of "$HPCC" cancel "$JOB")" 0
assert_equal 'status of watch' "$(timeout 100 "$HPCC" watch "$JOB" >out 2>&1 || echo $?)" 143
assert_log out "^job ${JOB}_0: CANCELLED with status 143"
assert_log out "^job ${JOB}_9: CANCELLED"
assert_equal 'status of down' "$(status_of "$HPCC" down --yes "$JOB")" 0
JOB=''
