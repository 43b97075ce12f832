# SPDX-License-Identifier: Apache-2.0
# Healthchecks as Compose files have them: any command, run where the service runs; the service has to be ready
# within start_period + retries x (interval + timeout).
cat >compose.yaml <<'YAML'
name: check
runtime: {backend: host}
x-slurm: {time: "5"}
services:
  slow:
    command: sleep 3; touch up; exec sleep 600
    healthcheck:
      test: ["CMD-SHELL", "test -e up || exit 1"]
      interval: 2s
      timeout: 3s
      retries: 6
    x-slurm: {lifetime: dependents}
  words:
    command: sleep 600
    healthcheck: {test: [CMD, test, -d, .], timeout: 3s}
    x-slurm: {lifetime: dependents}
  unchecked:
    command: sleep 600
    healthcheck: {test: [NONE], interval: 1s}
    x-slurm: {lifetime: dependents}
  client:
    command: test -e up && echo reached
    depends_on:
      slow: {condition: service_healthy}
      words: {condition: service_healthy}
      unchecked: {condition: service_started}
YAML
compile compose.yaml
submit compose.sbatch
wait_job
assert_state COMPLETED
assert_log "$(log_of client)" '^reached$'

for rhythm in 'interval: 1s, retries: 2, start_period: 2s' 'start_interval: 1s, interval: 1s, retries: 3'; do
	cat >compose.yaml <<-YAML
		name: never
		runtime: {backend: host}
		x-slurm: {time: "5"}
		services:
		  s:
		    command: sleep 600
		    healthcheck: {test: 'echo "not yet"; exit 3', timeout: 1s, $rhythm}
		    x-slurm: {lifetime: dependents}
		  after:
		    command: "true"
		    depends_on: {s: {condition: service_healthy}}
	YAML
	compile compose.yaml
	submit compose.sbatch
	wait_job
	# shows: services.<name>.healthcheck.interval
	assert_state FAILED
	# shows: services.<name>.healthcheck.retries
	assert_log "slurm-$JOB.out" "service 's' was not ready within 6s"
	# shows: services.<name>.healthcheck.start_period
	assert_log "slurm-$JOB.out" "within 6s: job fails"
	# shows: services.<name>.healthcheck.start_interval
	assert_log "slurm-$JOB.out" 'last look: not yet \(status 3\)'
done
