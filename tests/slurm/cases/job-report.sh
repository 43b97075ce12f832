# SPDX-License-Identifier: Apache-2.0
# hpcc timeline and report of an array's elements: spec, script and what waits for what are with the array, the rest
# with each element, whichever way it ended.
cat >two.yaml <<'YAML'
name: two
runtime: {backend: host}
x-slurm:
  array: 0-1
  time: 3
  mem: 50M
  metrics: {enabled: true, interval_seconds: 1}
  setup: ['sleep 0.5']
services:
  store: {command: [sleep, "0.7"], environment: {API_TOKEN: xyzzy-plugh-4711}}
  worker:
    script: exit $((SLURM_ARRAY_TASK_ID * 6))
    depends_on: {store: {condition: service_completed_successfully}}
YAML
status=0
slurm "$HPCC" up --no-preflight --plain two.yaml >up.log 2>&1 || status=$?
assert_equal 'status of up' "$status" 6
JOB=$(sed -n 's/^submitted job \([0-9]*\);.*/\1/p' up.log)
slurm "$HPCC" timeline "${JOB}_1" >one.txt 2>&1 || fail "timeline: $(cat one.txt)"
assert_log one.txt "^job ${JOB}_1 'two': FAILED, "
assert_log one.txt "^ended since 'worker' exited with status 6: job fails$"
assert_log one.txt "since 'store' had completed$"
assert_log one.txt 'job +set-up 0\.'
slurm "$HPCC" report "$JOB" -o both.html >out 2>&1 || fail "report: $(cat out)"
for words in "job ${JOB}_0 .*COMPLETED" "job ${JOB}_1 .*FAILED" 'CPU of nodes' 'API_TOKEN' 'service_completed_successfully' '&lt;redacted&gt;'; do
	assert_log both.html "$words"
done
grep -q xyzzy-plugh both.html && fail 'a secret is in the report'
slurm "$HPCC" report "${JOB}_0" --format=json >one.json 2>out || fail "report: $(cat out)"
python3 - one.json <<'PYTHON' || fail 'the report for programs'
import json, sys
tale, = json.load(open(sys.argv[1]))
assert tale["knows_needs"] and tale["is_over"] and not tale["is_cut_off"], tale
chain = tale["critical_chain"]
assert [c["service"] for c in chain if c["to"] - c["from"] > 0.1 and c["service"]] == ["store"] or chain[-1]["service"] in (None, "worker"), chain
assert "spec" in tale and tale["environment"][0]["names"], tale["environment"]
PYTHON
