# SPDX-License-Identifier: Apache-2.0
# How a job of two components ends: by a failure in each, and by scancel of the one and the other. A component
# that ends by itself is seen though the script runs on, and no service of it is started again.
# Whoever is to be stopped gracefully has begun before: each leaves a file.
# spec NAME SERVER WORKER POLICY
spec() {
	cat >"$1.yaml" <<-YAML
		name: $1
		runtime: {backend: host}
		x-slurm:
		  time: 5
		  components:
		    server: {partition: test}
		    workers: {partition: side}
		services:
		  server:
		    script: |
		      trap 'echo told; exit 0' TERM
		      : >$1.server
		      $2
		  worker:
		    script: |
		      trap 'echo told; exit 0' TERM
		      : >$1.worker
		      $3
		    x-slurm:
		      component: workers
		      failure_policy: $4
	YAML
	compile "$1.yaml"
	submit "$1.sbatch"
}
stay='while :; do sleep 0.1; done'
again='{mode: restart_on_failure, max_restarts: 1, backoff_seconds: 1}'

spec worker-fails "$stay" 'until [ -e worker-fails.server ]; do sleep 0.1; done; exit 7' "$again"
worker_fails=$JOB
spec server-fails 'until [ -e server-fails.worker ]; do sleep 0.1; done; exit 6' "$stay" '{mode: fail_job}'
server_fails=$JOB
spec one-gone "$stay" "$stay" "$again"
wait_files 60 one-gone.server one-gone.worker
slurm scancel "$JOB+1"
wait_job
assert_state FAILED
assert_exit 143
assert_log "slurm-$JOB.out" "component 'workers' .job $((JOB + 1)). has ended before the job"
assert_log "slurm-$JOB.out" "service 'worker' has lost its nodes, since component 'workers' has ended"
assert_no_log "slurm-$JOB.out" restarting
assert_log "$(log_of server)" '^told$'
assert_nothing_left

spec all-gone "$stay" "$stay" "$again"
wait_files 60 all-gone.server all-gone.worker
slurm scancel "$JOB"
wait_job
assert_state CANCELLED
assert_log "$(log_of server)" '^told$'
assert_log "$(log_of worker)" '^told$'
assert_no_log "slurm-$JOB.out" 'before the job'
assert_nothing_left

JOB=$worker_fails
wait_job
assert_state FAILED
assert_exit 7
assert_log "$(log_of server)" '^told$'
JOB=$server_fails
wait_job
assert_state FAILED
assert_exit 6
assert_log "$(log_of worker)" '^told$'
