# SPDX-License-Identifier: Apache-2.0
# kill -9 of the runner, of agents and of keepers at any moment: what they ran ends, no trial is lost, and none that
# has a mark of success is begun again.
. "$1/lib.bash"
. "$1/trials.bash"

for ((i = 0; i < 60; i++)); do
	trial "t$i" <<-SH
		echo "\$HPCC_TRIAL \$HPCC_TRIAL_ATTEMPT" >>"$WORK/begun"
		sleep 0.0$((i % 7 + 1))
		setsid sleep 0.0$((i % 3 + 1)) &
		echo done
	SH
done
begun() { [ "$(wc -l <"$WORK/begun")" -ge "$1" ]; }
succeeded() { grep -l ' status=0 ' "$WORK"/trials/*/trial-end 2>/dev/null | sed 's:/trial-end::; s:.*/::' | sort; }
# No trial of the list has a line in `begun` that isn't in a copy of it.
none_again() {
	comm -13 <(sort "$WORK/begun.before") <(sort "$WORK/begun") | cut -d' ' -f1 | sort -u >"$WORK/again"
	[ -z "$(comm -12 "$WORK/succeeded" "$WORK/again")" ] || fail "run again though they succeeded: $(comm -12 "$WORK/succeeded" "$WORK/again")"
}

touch "$WORK/begun"
for ((round = 1; round <= 5; round++)); do
	trials --local 2 --cpus 3
	wait_for 20 begun $((round * 9))
	kill -KILL "$SUPERVISOR"
	wait "$SUPERVISOR" 2>/dev/null || :
	SUPERVISOR=
	# The next runner need not wait: the locks of trials keep what still lives apart. It is waited for here,
	# so that it is known which marks there were.
	wait_for 20 nothing_of_trials
	succeeded >"$WORK/succeeded"
	cp "$WORK/begun" "$WORK/begun.before"
	# Half a line, as of a runner that was killed while it wrote.
	[ "$round" != 3 ] || printf '{"index":0,"trial":"t0","event":"ended","att' >>"$WORK/trials.jsonl"
	trials --local 2 --cpus 3
	wait_for 20 begun $((round * 9 + 4))
	kill -KILL "$SUPERVISOR"
	wait "$SUPERVISOR" 2>/dev/null || :
	SUPERVISOR=
	none_again
done
# At once, while agents of the last one may still end what they run.
trials --local 2 --cpus 3
ends 0
expect_said 'hpcc: 60 trials: 60 completed, 0 failed, 0 pruned, 0 left'
for ((i = 0; i < 60; i++)); do
	expect_verdicts "t$i" completed
done
# Two runners of one table.
rm "$WORK/trials.jsonl" "$WORK"/trials/*/trial-end
echo 'read -r < '"$WORK/fifo" >"$WORK/trials/t0/job.sbatch"
mkfifo "$WORK/fifo"
trials --local 1 --cpus 3
wait_for 20 journal_has '"trial":"t0","event":"started"'
status=0
"$RT" trials --table "$TABLE" --local 1 2>"$WORK/err" || status=$?
[ "$status" = 3 ] || fail "a second runner: $status"
grep -q 'another runner is at work there' "$WORK/err" || fail "a second runner: $(cat "$WORK/err")"
# An agent goes: its guard ends what it ran, which runs elsewhere. There is nobody else here, so it is left.
agent() { pgrep -P "$(pgrep -P "$SUPERVISOR" -f -- "--node $1")"; } # below its guard
kill -KILL "$(agent 0)"
ends 1
expect_said "hpcc: 60 trials: $(grep -c '"verdict":"completed"' "$WORK/trials.jsonl") completed, 0 failed, 0 pruned, $((60 - $(grep -c '"verdict":"completed"' "$WORK/trials.jsonl"))) left"
wait_for 20 nothing_of_trials

# With another node it is done there.
trials --local 2 --cpus 1
wait_for 20 journal_has '"trial":"t0","event":"started","attempt":2.*\+0"'
kill -KILL "$(agent 0)"
wait_for 20 journal_has '"trial":"t0","event":"started","attempt":3.*\+1"'
expect_verdicts t0 lost lost
# A keeper goes: what it kept ends with it.
kill -KILL "$(pgrep -P "$(agent 1)")"
wait_for 20 journal_has '"trial":"t0","event":"ended","attempt":3.*"failed","status":137'
! pgrep -f "$WORK/trials/t0/job" >/dev/null || fail 'the trial of a killed keeper lives'
ends 1
