# SPDX-License-Identifier: Apache-2.0
# Under Slurm only some launches are under way at one time; a job that fails meanwhile starts no others. A
# step that can't be created for the moment is tried again, and no restart is counted.
. "$1/lib.bash"

export WORK TOOL
for name in a b c d e; do
	eval "service_$name() { echo begin >>\"\$WORK/order\"; \"\$TOOL\" until \"\$WORK/go\"; echo step >>\"\$WORK/order\"; exec \"\$RT\" step -- true; }"
done
services() {
	local name
	echo 'job scheduler slurm'
	echo 'job launches 2'
	for name in a b c d e; do printf 'service %s\n  run service_%s\n  log logs/%s.log\n' $name $name $name; done
}
begun() { [ -e "$WORK/order" ] && [ "$(grep -c begin "$WORK/order")" = "$1" ]; }

begin
start < <(services)
wait_for 30 begun 2
# Three more wait, and their turn comes one by one.
: >"$WORK/go"
finish 0
awk '/begin/ { n++ } /step/ { n-- } n > 2 { exit 1 }' "$WORK/order" ||
	fail "more than two were under way: $(paste -sd' ' "$WORK/order")"
begun 5 || fail 'not all of them were launched'
for name in a b c d e; do expect_state $name verdict completed; done

# One of the first two fails while the others wait.
rm -f "$WORK/go" "$WORK/order"
service_a() { echo begin >>"$WORK/order"; "$TOOL" until "$WORK/go"; exit 3; }
begin
start < <(services)
wait_for 30 begun 2
: >"$WORK/go"
status=0
wait "$SUPERVISOR" || status=$?
SUPERVISOR=
[ "$status" != 0 ] || fail 'the job did not fail'
expect_state e launches 1
expect_state e started_at null
[ "$(state e verdict)" != completed ] || fail 'a service that was not launched has completed'

# A refusal of the moment: the first two calls of srun fail.
service_late() {
	echo x >>"$WORK/tries"
	if [ "$(wc -l <"$WORK/tries")" -le 1 ]; then
		echo 'srun: error: Unable to create step for job 1: Socket timed out on send/recv operation' >&2
		exit 1
	fi
	exec "$RT" step -- true
}
begin
job 0 <<'TABLE'
job scheduler slurm
service late
  run service_late
  log logs/late.log
  on-failure restart max 1 window 1 in 60s backoff 0s
TABLE
expect_said "service 'late' can't get its step from Slurm at the moment; trying again"
grep -q '"service":"late","event":"step-refused"' "$WORK/job/events.jsonl" || fail 'no event tells of the refusal'
expect_state late restart_count 0
expect_state late launches 1
expect_state late verdict completed

# Told to end while it waits for its next try, the job ends at once.
service_never() {
	echo x >>"$WORK/never"
	echo 'srun: error: Unable to create step for job 1: Unable to contact slurm controller (connect failure)' >&2
	exit 1
}
begin
start <<'TABLE'
job scheduler slurm
service never
  run service_never
  log logs/never.log
TABLE
third_try() { [ -e "$WORK/never" ] && [ "$(wc -l <"$WORK/never")" = 3 ]; }
wait_for 30 third_try
kill -TERM "$SUPERVISOR"
finish 143
expect_state never restart_count 0
third_try || fail 'it was tried again'
[ "$(grep -c "'never' can't get its step" "$WORK/batch.log")" = 1 ] || fail 'the refusal is not told once'

# A controller that is behind: each refusal halves what may be under way, and each step that begins adds one.
for name in a b c d; do
	eval "service_$name() {
		local other
		if [ ! -e \"\$WORK/tried.$name\" ]; then
			: >\"\$WORK/tried.$name\"
			for other in a b c d; do \"\$TOOL\" until \"\$WORK/tried.\$other\"; done # all are refused together
			echo 'srun: error: Unable to create step for job 1: Job/step creation temporarily disabled' >&2
			exit 1
		fi
		echo in >>\"\$WORK/again\"
		\"\$TOOL\" until \"\$WORK/on\"
		exec \"\$RT\" step -- true
	}"
done
begin
start < <(services | sed 's/launches 2/launches 4/; /service e/,$d')
again() { [ -e "$WORK/again" ] && [ "$(wc -l <"$WORK/again")" = "$1" ]; }
wait_for 30 again 1
! (wait_for 3 again 2) 2>/dev/null || fail 'after four refusals two are tried at one time'
: >"$WORK/on"
finish 0
again 4 || fail 'not all of them were tried again'
for name in a b c d; do
	expect_state $name launches 1
	expect_state $name verdict completed
done
