# SPDX-License-Identifier: Apache-2.0
# A stop: trials that run are asked to end, one that won't is killed after the grace, nothing starts any more, and
# the next job goes on there. The user's program that reads reports gives up trials.
. "$1/lib.bash"
. "$1/trials.bash"

trial first <<<'exit 0'
trial saves <<-SH
	[ "\$HPCC_TRIAL_ATTEMPT" = 1 ] || exit 0
	trap 'echo saved >$WORK/saved; exit 143' TERM
	echo >$WORK/up.saves
	while :; do sleep 0.02; done
SH
trial ends <<-SH
	trap 'exit 0' TERM
	echo >$WORK/up.ends
	while :; do sleep 0.02; done
SH
trial stubborn <<-SH
	[ "\$HPCC_TRIAL_ATTEMPT" = 1 ] || exit 0
	trap '' TERM
	echo >$WORK/up.stubborn
	while :; do sleep 0.02; done
SH
for ((i = 0; i < 9; i++)); do
	trial "later$i" <<<'sleep 0.05'
done
are_up() { [ -e "$WORK/up.saves" ] && [ -e "$WORK/up.ends" ] && [ -e "$WORK/up.stubborn" ] && journal_has '"trial":"first","event":"ended"'; }
stop_by() { # STATUS COMMAND
	local status=$1
	shift
	rm -f "$WORK"/up.* "$WORK"/saved "$WORK/trials.jsonl" "$WORK"/trials/*/trial-end
	trials --local 1 --cpus 3
	wait_for 20 are_up
	begin=$EPOCHREALTIME
	"$@"
	ends "$status"
	took=$(((${EPOCHREALTIME/./} - ${begin/./}) / 1000))
	[ "$took" -ge 450 ] || fail "no grace: $took ms"
	[ -e "$WORK/saved" ] || fail 'it was not asked'
	expect_verdicts saves stopped
	expect_verdicts ends completed
	expect_verdicts stubborn stopped
	journal_has '"trial":"stubborn".*"status":137' || fail 'it was not killed'
	[ -z "$(verdicts later8)" ] || fail 'it went on to start'
	wait_for 20 nothing_of_trials
}
usr1() { kill -USR1 "$SUPERVISOR"; }
# What Slurm sends to the processes of a step comes to the agents first.
agent_term() { kill -TERM "$(pgrep -P "$SUPERVISOR" -f -- "--node 0")"; }
stop_by 143 agent_term
stop_by 138 usr1
expect_said 'hpcc: stopping: trials that run are asked to end, the others are left for the next job'
trials --local 1 --cpus 3
ends 0
expect_verdicts saves stopped completed
expect_verdicts stubborn stopped completed
expect_verdicts first completed
expect_verdicts later8 completed

# Pruning: a trial whose second report is above 5 is given up.
rm "$WORK/trials.jsonl"
printf 'hpcc-trials 1\ngrace 500ms\nreports batch.log %s 1\n' "'loss=([0-9.]+)'" >"$TABLE"
cat >"$WORK/hook" <<-'SH'
	#!/bin/bash
	echo "hello $1" >"$2/hook.out"
	while read -r word trial attempt n value; do
		echo "$word $trial $attempt $n $value" >>"$2/hook.out"
		[ "$word" != report ] || [ "$n" != 2 ] || [ "${value%.*}" -le 5 ] || echo "stop $trial"
		[ "$word" != report ] || [ "$n" != 3 ] || echo stop nobody
	done
	echo over >>"$2/hook.out"
SH
chmod +x "$WORK/hook"
echo "prune '$WORK/hook' 'a word' $WORK" >>"$TABLE"
trial good <<<'echo loss=9.5; echo else; echo loss=1.25; echo loss=1'
trial worse <<<'echo loss=9.5; echo "epoch 2 loss=8.75 acc=1"; while :; do sleep 0.02; done'
trial mute <<<'echo nothing'
trials --local 1 --cpus 3
ends 0
expect_verdicts good completed
expect_verdicts worse pruned
expect_verdicts mute completed
over() { grep -qx over "$WORK/hook.out"; }
wait_for 20 over
for line in 'hello a word' 'report good 1 1 9.5' 'report good 1 3 1' 'end good 1 completed ' 'report worse 1 2 8.75' 'end worse 1 pruned '; do
	grep -qxF "$line" "$WORK/hook.out" || fail "the hook did not hear '$line': $(cat "$WORK/hook.out")"
done
expect_said "hpcc: the pruning hook stops 'nobody', and there is no such trial"
# Given up is given up, also for the next job.
trials --local 1
ends 0
expect_verdicts worse pruned
# A hook that ends, or never was: trials go on.
for hook in /bin/false "$WORK/none"; do
	rm "$WORK/trials.jsonl" "$WORK"/trials/{good,worse,mute}/trial-end
	sed -i "s:^prune .*:prune $hook:" "$TABLE"
	echo 'sleep 0.3' >"$WORK/trials/worse/job.sbatch"
	trials --local 1 --cpus 3
	ends 0
	expect_verdicts worse completed
	expect_said "hpcc: the pruning hook has ended with status $([ "$hook" = /bin/false ] && echo 1 || echo 127); trials go on without it"
done
