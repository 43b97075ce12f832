# SPDX-License-Identifier: Apache-2.0
# A job of several files: some included, one laid over them, services that take part by their profiles. Its record
# and its script say which files of the command line made it, and it is found by the first of them.
mkdir parts
cat >parts/base.yaml <<'YAML'
runtime: {backend: host}
services:
  included: {script: echo included}
YAML
cat >compose.yaml <<'YAML'
include: [parts/base.yaml]
x-slurm: {time: 3}
services:
  main:
    script: echo "$WHO, $GONE"
    environment: {WHO: main, GONE: not seen}
    depends_on: {included: {condition: service_completed_successfully}}
  tool:
    script: echo tool
    profiles: [tools]
    depends_on: {helper: {condition: service_completed_successfully}}
  helper: {script: echo helper, profiles: [others]}
  other: {script: echo other, profiles: [others]}
YAML
cat >site.yaml <<'YAML'
services:
  main: {environment: !override {WHO: the site, GONE: ""}}
YAML
"$HPCC" submit -f compose.yaml -f site.yaml --profile tools >out || fail "submit ended with $?"
JOB=$(grep -oE '[0-9]+' out | head -n 1)
wait_job
assert_state COMPLETED
# shows: include
assert_equal 'of an included file' "$(cat "$(log_of included)")" included
assert_equal 'laid over' "$(cat "$(log_of main)")" 'the site, '
# shows: services.<name>.profiles
assert_equal 'a service of a profile' "$(cat "$(log_of tool)")" tool
assert_equal 'what it needs' "$(cat "$(log_of helper)")" helper
[ ! -e "$(log_of other)" ] || fail 'a service of another profile ran'
record=.hpc-compose/jobs/$JOB.json
assert_log "$record" "\"$PWD/site.yaml\""
"$HPCC" status -f compose.yaml >said || fail "status ended with $?"
assert_log said "$JOB"
