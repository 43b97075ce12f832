# SPDX-License-Identifier: Apache-2.0
# shellcheck disable=SC2016 # commands of services in single quotes
# Times of lines of a real step, whose output srun writes; merged over nodes; waiting and events beside them.
cat >compose.yaml <<'SPEC'
name: lines
runtime: {backend: host}
x-slurm: {time: "5:00"}
services:
  one: {command: [bash, -c, 'echo one 1 $$EPOCHREALTIME; touch went; until [ -e back ]; do sleep 0.1; done; echo one 3 $$EPOCHREALTIME']}
  two: {command: [bash, -c, 'until [ -e went ]; do sleep 0.1; done; sleep 0.5; echo two 2 $$EPOCHREALTIME; sleep 0.5; touch back; exit 0']}
SPEC
"$HPCC" submit >submitted 2>&1 || fail "not submitted: $(cat submitted)"
JOB=$(sed -n 's/^submitted job \([0-9]*\);.*/\1/p' submitted)
"$HPCC" logs -f -t >followed 2>&1 &
followed=$!
timeout 100 "$HPCC" wait one --for=end --timeout=90s || fail 'one did not end'
[ "$("$HPCC" wait "$JOB" --for=verdict --timeout=90s)" = "$JOB: COMPLETED" ] || fail 'the job did not complete'
wait "$followed" || fail "following ended with $?"
[ "$(grep -c '^\(one\|two\) *| 20.*Z \(one\|two\) ' followed)" = 3 ] || fail "followed: $(cat followed)"
"$HPCC" logs -t --merge --no-prefix one two >merged
[ "$(cut -d' ' -f 2,3 merged | paste -sd,)" = 'one 1,two 2,one 3' ] || fail "merged: $(cat merged)"
# No line has a time before it was written, and none is late by much, clocks of one machine given.
while read -r time _ _ said; do
	late=$(awk -v a="$(date -d "$time" +%s.%N)" -v b="$said" 'BEGIN { print int((a - b) * 1000) }')
	((late >= -5 && late < 5000)) || fail "a line is $late ms late"
done <merged
"$HPCC" events one | grep -q 'one  *completed$' || fail 'no event'
