# SPDX-License-Identifier: Apache-2.0
# The example of docs/checkpoint-and-requeue.md does what the page says: told by USR1 it saves and goes
# on, told by TERM it saves and ends, and the next attempt begins where it was, in a folder of its own.
sed -n '/^```yaml$/,/^```$/p' "$SOURCE/docs/checkpoint-and-requeue.md" | sed '1d; $d' >page.yaml
sed -i "s|/shared/me/long-training|$PWD/saved|; s/sleep 60/sleep 0.1/; s/time: .*/time: 5/; s/at_seconds: .*/at_seconds: 60/" page.yaml
compile page.yaml
submit page.sbatch
dir=.hpc-compose/$JOB
wait_log "$dir/attempts/0/state.json" '"state":"running"'
wait_log "$dir/attempts/0/events.jsonl" '"event":"running"'
slurm scancel --batch --signal=USR1 "$JOB"
wait_files 60 saved/step
has_state RUNNING || fail "the job is $STATE after its early warning"
rm saved/step # so that what is there next was saved by TERM
wait_until 60 test ! -e saved/step
slurm scontrol requeue "$JOB"
wait_files 60 saved/step
first=$(cat saved/step)
[ "$first" -gt 0 ] || fail "the first attempt saved step $first"
wait_log "$dir/attempts/1/events.jsonl" '"event":"running"'
slurm scancel --batch --signal=USR1 "$JOB"
goes_on() { [ "$(cat saved/step)" -gt "$first" ]; }
wait_until 60 goes_on
[ "$(cat saved/step)" -lt $((first + 300)) ] || fail "from step $first to step $(cat saved/step)"
assert_log saved/_hpc-compose/latest.json '"attempt":1'
assert_equal 'newest' "$(readlink "$dir/logs")" attempts/1/logs
slurm scancel "$JOB"
wait_job
assert_nothing_left
