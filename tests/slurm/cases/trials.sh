# SPDX-License-Identifier: Apache-2.0
# ALONE
# LIMIT: 120
# FILES UNCHECKED: the job is a runner of trials; the job folders are those of trials, by their names.
# Trials of a sweep in one allocation of four nodes: sixty of one node, one over two nodes with a step of its own, one that is
# a little graph of services; the job is told to stop in the middle, the next one is killed, the third goes on to the end.
cat >graph.yaml <<-'YAML'
	name: graph
	runtime: {backend: host}
	x-slurm: {time: 10}
	services:
	  first: {command: "echo \"first of $HPCC_TRIAL, rank ${SLURM_PROCID-none}\""}
	  second: {command: echo second, depends_on: {first: {condition: service_completed_successfully}}}
YAML
"$HPCC" --backend=local graph.yaml -o graph.sbatch || fail 'the graph does not compile'
row() { # ID WORDS…; the script comes on standard input
	mkdir -p "trials/$1"
	cat >"trials/$1/job.sbatch"
	echo "trial $* script $PWD/trials/$1/job.sbatch folder $PWD/trials/$1" >>trials.table
}
printf 'hpcc-trials 1\ngrace 1s\n' >trials.table
row wide nodes 2 cpus 2 <<<'srun --overlap --mem=0 --nodes=2 --ntasks=2 --nodelist="$SLURM_JOB_NODELIST" sh -c "echo on \$SLURMD_NODENAME"'
row graph <graph.sbatch
row gpu gpus 1 <<<'echo "gpus [$CUDA_VISIBLE_DEVICES]"'
row huge nodes 5 <<<'echo never'
row heavy memory 2001 <<<'echo never'
row light memory 2000 <<<'echo fits'
row stays retries 1 <<<"echo up; [ -e $PWD/free ] || sleep 1000"
for ((i = 0; i < 60; i++)); do # the later half ends when it may
	row "t$i" <<<"sleep 0.1; [ $i -lt 30 ] || until [ -e $PWD/go ]; do sleep 0.1; done; echo \$HPCC_TRIAL_NODES >>$PWD/nodes.out"
done
cat >job.sbatch <<-SH
	#!/bin/bash
	#SBATCH --nodes=4 --exclusive --no-kill --gres=gpu:2 --mem=2000 --output=runner-%j.out
	exec "$HPCC_RT" trials --table "$PWD/trials.table"
SH
has_ended_trials() { [ -e trials.jsonl ] && [ "$(grep -c '"verdict":"completed"' trials.jsonl)" -ge "$1" ]; }
stays_is_up() { grep -q up trials/stays/batch.log 2>/dev/null; }
submit job.sbatch
wait_until 30 has_ended_trials 6
wait_until 10 stays_is_up
slurm scancel --signal=TERM --batch "$JOB"
wait_job 30
assert_equal 'the exit of a job that was stopped' "$EXIT_CODE" 143:0
grep -q '"trial":"stays".*"verdict":"stopped"' trials.jsonl || fail "not stopped: $(tail -3 trials.jsonl)"
assert_nothing_left
touch free
before=$(grep -c '"verdict":"completed"' trials.jsonl)
[ "$before" -lt 65 ] || fail 'all had ended before the stop'
lines=$(wc -l <trials.jsonl)
has_more_lines() { [ "$(wc -l <trials.jsonl)" -gt "$lines" ]; }
submit job.sbatch
wait_until 30 has_more_lines
runner() { pgrep -f "trials --table $PWD/trials.table" | sort -n | sed -n 1p; }
kill -KILL "$(runner)"
wait_job 30
touch go
submit job.sbatch
wait_job 60
assert_equal 'the exit with a trial that fits nowhere' "$EXIT_CODE" 1:0
for id in wide graph gpu stays light t{0..59}; do
	assert_equal "completed ends of $id" "$(grep -c "\"trial\":\"$id\",.*\"verdict\":\"completed\"" trials.jsonl)" 1
done
grep -q '"trial":"huge".*"verdict":"unfit"' trials.jsonl || fail 'what fits nowhere'
grep -q '"trial":"heavy".*"verdict":"unfit"' trials.jsonl || fail 'the memory of the job does not count'
assert_equal 'nodes of a trial that has two' "$(grep -c '^on n' trials/wide/batch.log)" 2
grep -qE '^gpus \[[01]\]$' trials/gpu/batch.log || fail "GPUs: $(cat trials/gpu/batch.log)"
grep -q '"status":"COMPLETED"' .hpc-compose/graph/state.json || fail "the graph: $(cat .hpc-compose/graph/state.json)"
assert_equal 'a service of a trial' "$(cat .hpc-compose/graph/logs/first.log)" 'first of graph, rank none'
[ "$(sort -u nodes.out | wc -l)" -ge 3 ] || fail "trials ran on $(sort -u nodes.out)"
assert_nothing_left
