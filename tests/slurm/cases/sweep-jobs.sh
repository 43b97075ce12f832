# SPDX-License-Identifier: Apache-2.0
# A sweep as jobs and as one array: an element starts the script of its own trial, commands that follow jobs know
# trials, those that failed are run again and no others, and what the cluster doesn't take is refused in its words.
cat >tune.yaml <<'YAML'
name: tune
runtime: {backend: host}
x-slurm: {time: 5, mem: 50M}
services:
  train:
    script: |
      echo "$HPC_COMPOSE_SWEEP_TRIAL of $HPC_COMPOSE_SWEEP_ID, element ${SLURM_ARRAY_TASK_ID-none}, k=$k"
      echo "loss=0.$k" >&2
      [ "$k" != 2 ] || [ -e TOP/let ] || exit 3
      until [ "$k" != 3 ] || [ -e TOP/go ]; do sleep 0.1; done
sweep:
  parameters: {k: [1, 2, 3]}
  matrix: full
  objective: {direction: minimize, log_pattern: 'loss=([0-9.]+)'}
YAML
sed -i "s|TOP|$PWD|g" tune.yaml

status_of() {
	local status=0
	slurm "$@" >out 2>&1 || status=$?
	printf '%s' $status
}
counts() { # counts SWEEP TEXT
	"$HPCC" sweep status "$1" 2>&1 | grep -qF "$2"
}
job_of() { # job_of SWEEP TRIAL: that runs it, or ran it last
	"$HPCC" sweep status "$1" --format=json | jq -r --arg t "$2" '.trials[] | select(.id == $t).job'
}

# What any trial asks of the cluster is looked at before the first is submitted.
sed 's/^x-slurm: {/&partition: nowhere, /' tune.yaml >nowhere.yaml
assert_equal 'status of a partition that is not' "$(status_of "$HPCC" sweep submit nowhere.yaml)" 3
assert_log out nowhere
assert_equal 'jobs of it' "$(find .hpc-compose -name '*.json' 2>/dev/null | wc -l)" 0

# An array longer than the cluster takes: in Slurm's words, and nothing runs.
sed 's/k: \[1, 2, 3\]/k: [1], n: ['"$(seq -s, 1 1002)"']/' tune.yaml >long.yaml
assert_equal 'status of a long array' "$(status_of "$HPCC" sweep submit --as=array --max-trials=2000 long.yaml)" 3
assert_log out 'Invalid job array specification'
assert_equal 'folders of sweeps' "$(find . -name tune-1 | wc -l)" 0

for as in jobs array; do
	sweep=tune-1
	[ $as = jobs ] || sweep=tune-2
	assert_equal "status of submit --as=$as" "$(status_of "$HPCC" sweep submit --as=$as tune.yaml)" 0
	assert_log out "submitted 3 trials of sweep $sweep"
	wait_until 60 counts "$sweep" '1 running, 1 done, 1 failed'
	failed=$(job_of "$sweep" t001)
	first=$(job_of "$sweep" t000)
	element=none
	[ $as = jobs ] || element=0
	assert_log ".hpc-compose/$first/logs/train.log" "^t000 of $sweep, element $element, k=1"
	assert_equal 'status of logs' "$(status_of "$HPCC" logs "$failed")" 0
	assert_log out "t001 of $sweep"
	assert_no_log out "t000 of $sweep"
	assert_equal 'status of why' "$(status_of "$HPCC" why "$failed")" 0
	assert_log out "'?train'?.* 3"
	assert_equal 'status of status' "$(status_of "$HPCC" status "$failed")" 0
	assert_log out "^job $failed 'tune': FAILED"
	assert_equal 'status of results' "$(status_of "$HPCC" sweep results "$sweep")" 0
	assert_log out '^ *1 +0.1 .* k=1'
	assert_log out 't001: it has failed'
	touch let
	assert_equal 'status of resume' "$(status_of "$HPCC" sweep resume "$sweep")" 0
	assert_log out "submitted 1 trial of sweep $sweep"
	wait_until 60 counts "$sweep" '1 running, 2 done'
	[ "$(job_of "$sweep" t001)" != "$failed" ] || fail 'the failed trial has its old job'
	assert_equal 'the trial that was done' "$(job_of "$sweep" t000)" "$first"
	assert_equal 'status of stop' "$(status_of "$HPCC" sweep stop "$sweep")" 0
	assert_log out "asked 1 trial of sweep $sweep to end"
	wait_until 60 counts "$sweep" '2 done, 1 failed'
	assert_equal 'status of clean' "$(status_of "$HPCC" clean --yes "$failed")" 0
	rm let
done
