# SPDX-License-Identifier: Apache-2.0
# Trials in one allocation: several a node, one over two nodes, retries, shares, what can't fit, what is known
# when all is over.
. "$1/lib.bash"
. "$1/trials.bash"

trial alone cpus 2 gpus 2 memory 100 <<-'SH'
	echo "cpus $HPCC_TRIAL_CPUS gpus $CUDA_VISIBLE_DEVICES $ROCR_VISIBLE_DEVICES job $HPCC_JOB_ID attempt $HPCC_TRIAL_ATTEMPT"
	echo "step '${SLURM_PROCID-}' '${PMI_RANK-}' id '$SLURM_JOB_ID' wire '${HPCC_WIRE-}'"
	[ -t 0 ] || echo no terminal
SH
trial none cpus 1 gpus 0 <<<'echo "gpus [$CUDA_VISIBLE_DEVICES]"'
trial wide nodes 2 cpus 2 <<<'echo "nodes $HPCC_TRIAL_NODES list $SLURM_JOB_NODELIST count $SLURM_NNODES"'
# A script of hpcc finds its hpcc-rt, of which no copies are made on the same file system.
trial links <<-SH
	cp "\$HPCC_RT" $WORK/rt
	printf 'hpcc-allocation 1\njob name x nodes 1\n' | HPCC_TRIAL=x $WORK/rt begin --root $WORK/linked >/dev/null
	[ $WORK/rt -ef $WORK/linked/bin/hpcc-rt ] && echo linked
SH
trial huge nodes 2 cpus 5 <<<'echo never'
trial flaky retries 2 <<<'[ "$HPCC_TRIAL_ATTEMPT" = 3 ]'
trial bad retries 1 <<<'exit 7'
trial dies <<<'kill -KILL $$'
trial leaves <<<"setsid bash -c 'exec -a $WORK/left sleep 4711' & echo left"
for ((i = 0; i < 40; i++)); do
	trial "many$i" memory 40 <<<"sleep 0.02; echo \$HPCC_TRIAL"
done
export SLURM_PROCID=3 PMI_RANK=3 SLURM_JOB_ID=77
trials --local 3 --cpus 4 --gpus 2 --memory 100
ends 1
says alone 'cpus 2 gpus 0,1 0,1 job alone attempt 1'
says alone "step '' '' id '77' wire ''"
says none 'gpus []'
grep -qE 'nodes (.*)\+1,\1\+2 list \1\+1,\1\+2 count 2' "$WORK/trials/wide/batch.log" || fail "wide: $(cat "$WORK/trials/wide/batch.log")"
says links linked
expect_verdicts huge unfit
[ ! -e "$WORK/trials/huge/batch.log" ] || fail 'what fits nowhere ran'
expect_said "hpcc: trial 'huge' can't run here: no 2 nodes with 5 CPUs, 0 GPUs and 0 MiB"
expect_verdicts flaky failed failed completed
expect_verdicts bad failed failed
expect_said "hpcc: trial 'bad' ended with status 7; it runs again (1/1)"
expect_said "hpcc: trial 'bad' has failed with status 7"
expect_verdicts dies failed
journal_has '"trial":"dies".*"verdict":"failed","status":137,"again":false' || fail 'the status of a killed trial'
expect_verdicts leaves completed
! pgrep -f "^$WORK/left" >/dev/null || fail 'what a trial left behind lives'
for ((i = 0; i < 40; i++)); do
	expect_verdicts "many$i" completed
done
expect_said 'hpcc: 49 trials: 46 completed, 2 failed, 0 pruned, 1 left'
# Two of 40 MiB fit into a node, of 100: at no time were there more.
awk -F'"' '/many/ && /"started"/ { n[$(NF - 1)]++; on[$6] = $(NF - 1); if (n[$(NF - 1)] > 2) bad = 1 }
	/many/ && /"ended"/ { n[on[$6]]-- } END { exit bad }' "$WORK/trials.jsonl" || fail 'too many on a node'

# What is over stays so; what didn't fit is looked at again, what has failed when asked for.
trials --local 2 --cpus 5
ends 1
[ "$(verdicts huge)" = 'unfit completed' ] || fail "huge: $(verdicts huge)"
expect_verdicts alone completed
expect_verdicts bad failed failed
echo exit 0 >"$WORK/trials/bad/job.sbatch"
echo exit 0 >"$WORK/trials/dies/job.sbatch"
trials --local 1 --again
ends 0
expect_verdicts bad failed failed completed
journal_has '"trial":"bad","event":"started","attempt":3' || fail 'attempts are not counted on'
expect_said 'hpcc: 49 trials: 49 completed, 0 failed, 0 pruned, 0 left'
# Usage.
status=0
"$RT" trials --table "$TABLE" 2>"$WORK/err" || status=$?
[ "$status" = 2 ] || fail "without an allocation: $status"
grep -q 'no allocation of Slurm here' "$WORK/err" || fail "without an allocation: $(cat "$WORK/err")"
