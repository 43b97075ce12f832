# SPDX-License-Identifier: Apache-2.0
# TASK: cgroup
# A service that takes more memory than it may is told from one that somebody kills: verdict oom, for the
# program itself and for a child of its, beside a service that lives on.

cat >oom.yaml <<YAML
name: oom
runtime: {backend: host}
x-slurm: {time: 5, mem: 400M}
services:
  itself:
    command: [tail, /dev/zero]
    x-slurm: {extra_srun_args: [--mem=60M], failure_policy: {mode: ignore}}
  child:
    script: |
      tail /dev/zero
      echo "tail ended with \$?"
    x-slurm: {extra_srun_args: [--mem=60M], failure_policy: {mode: ignore}}
  killed:
    script: kill -KILL \$\$
    x-slurm: {extra_srun_args: [--mem=60M], failure_policy: {mode: ignore}}
  fine:
    command: sleep 3
    x-slurm: {extra_srun_args: [--mem=60M]}
YAML
"$HPCC" up -W no-all oom.yaml >up.log 2>&1 || fail "up: $(cat up.log)"
JOB=$(sed -n 's/^submitted job \([0-9]*\);.*/\1/p' up.log)

# verdict SERVICE
verdict() {
	sed -n "s/.*{\"name\":\"$1\".*\"verdict\":\"\([^\"]*\)\".*\"last_exit_code\":\([0-9]*\).*/\1 \2/p" \
		".hpc-compose/$JOB/state.json"
}
assert_equal 'itself' "$(verdict itself)" 'oom 137'
assert_equal 'child' "$(verdict child)" 'oom 1'
assert_log "$(log_of child)" '^tail ended with 137$'
assert_equal 'killed' "$(verdict killed)" 'app-signal KILL 137'
assert_equal 'fine' "$(verdict fine)" 'completed 0'

# The same in words, while it happens and in the log of the batch script.
assert_log up.log '  itself  ran out of memory \(status 137\); ignored$'
assert_log up.log '  child   ran out of memory \(status 1\); ignored$'
assert_log up.log '  killed  was ended by signal KILL \(status 137\); ignored$'
assert_log ".hpc-compose/logs/hpc-compose-$JOB.out" "^hpcc: service 'itself' ran out of memory \(status 137\); ignored$"
assert_log ".hpc-compose/logs/hpc-compose-$JOB.out" "^hpcc: service 'child' ran out of memory \(status 1\); ignored$"
