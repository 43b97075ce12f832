# SPDX-License-Identifier: Apache-2.0
# ALONE
# A controller that is down says nothing of the job: who watches is told so, and goes on when it answers
# again; a job that says itself that it has ended is over. What accounting can't tell, the record does.
cat >slow.yaml <<YAML
name: slow
runtime: {backend: host}
x-slurm: {time: 5, mem: 50M}
services:
  one: {script: 'echo up; until [ -e $PWD/go ]; do sleep 0.1; done'}
YAML
slurm "$HPCC" submit --no-preflight slow.yaml >out 2>&1 || fail "submit: $(cat out)"
JOB=$(sed -n 's/^submitted job \([0-9]*\);.*/\1/p' out)
wait_until 120 file_matches ".hpc-compose/$JOB/state.json" '"status":"RUNNING"'
ask_root kill-controller
status=0
timeout 100 "$HPCC" status --timeout=5 >out 2>&1 || status=$?
assert_equal 'status of status' $status 0
assert_log out "^job $JOB 'slow': RUNNING"
assert_log out "the queue couldn't be asked"
timeout 250 "$HPCC" watch --timeout=5 >watch.out 2>&1 &
watch=$!
wait_log watch.out "Slurm doesn't answer" 100
! timeout 100 "$HPCC" clean --yes --all --timeout=5 >out 2>&1 || assert_log out 'left alone'
[ -d ".hpc-compose/$JOB" ] || fail 'the files of a live job are gone'
ask_root start-controller
wait_log watch.out 'Slurm answers again' 200
touch go
status=0
wait $watch || status=$?
assert_equal 'status of watch' $status 0
assert_log watch.out "^job $JOB: COMPLETED"

# The job ends while the controller is down: its own word counts.
rm go
slurm "$HPCC" submit --no-preflight slow.yaml >out 2>&1 || fail "submit: $(cat out)"
JOB=$(sed -n 's/^submitted job \([0-9]*\);.*/\1/p' out)
wait_until 120 file_matches ".hpc-compose/$JOB/logs/one.log" '^up$'
ask_root kill-controller
touch go
wait_until 60 file_matches ".hpc-compose/$JOB/state.json" '"status":"COMPLETED"'
status=0
timeout 200 "$HPCC" watch --timeout=3 >watch.out 2>&1 || status=$?
assert_equal 'status of watch' $status 0
assert_log watch.out "^job $JOB: COMPLETED"
ask_root start-controller
wait_job

# The time limit is called that, by Slurm's accounting and by the record when Slurm has forgotten.
rm go
sed -i 's/time: 5/time: 1/' slow.yaml
slurm "$HPCC" submit --no-preflight slow.yaml >out 2>&1 || fail "submit: $(cat out)"
JOB=$(sed -n 's/^submitted job \([0-9]*\);.*/\1/p' out)
status=0
timeout 250 "$HPCC" watch >watch.out 2>&1 || status=$?
assert_equal 'status of watch' $status 143
assert_log watch.out "^job $JOB: TIMEOUT with status 143"
forgotten() {
	! slurm squeue --jobs "$JOB" >queue 2>&1 && file_matches queue 'Invalid job id specified'
}
wait_until 120 forgotten
[ "$ACCOUNTING" != slurmdbd ] || ask_root kill-dbd
timeout 60 "$HPCC" status >out 2>&1
assert_log out "^job $JOB 'slow': TIMEOUT"
[ "$ACCOUNTING" != slurmdbd ] || ask_root start-dbd
