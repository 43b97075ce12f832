# SPDX-License-Identifier: Apache-2.0
# How services live with each other: who waits for whom, by every probe; who is stopped, how; what is
# tried again, how often; what must hold at the end.
port=$(free_port)
second=$(free_port)
mkdir -p site
cat >probes.yaml <<YAML
runtime: {backend: host}
x-slurm: {time: 3}
services:
  server:
    script: |
      sleep 0.5
      echo "soon at $port"
      exec busybox httpd -f -p 127.0.0.1:$port -h "$PWD/site"
    readiness: {type: http, url: "http://127.0.0.1:$port/none", status_code: 404, timeout_seconds: 30}
    x-slurm: {lifetime: dependents}
  tcp:
    script: sleep 1000
    readiness: {type: tcp, host: localhost, port: $port, owner: any, timeout_seconds: 30}
    x-slurm: {lifetime: dependents}
  logged:
    script: sleep 0.4; echo "line 17"; sleep 1000
    readiness: {type: log, pattern: '^line [0-9]+\$', timeout_seconds: 30}
    x-slurm: {lifetime: dependents}
  slept:
    script: sleep 1000
    readiness: {type: sleep, seconds: 1}
    x-slurm: {lifetime: dependents}
  checked:
    script: exec busybox nc -ll -p $second -e true
    healthcheck: {test: [CMD, nc, -z, 127.0.0.1, "$second"], timeout: 30s}
    x-slurm: {lifetime: dependents}
  unchecked:
    script: sleep 1000
    healthcheck: {test: [CMD, nc, -z, 127.0.0.1, "1"], timeout: 1s, disable: true}
    x-slurm: {lifetime: dependents}
  last:
    script: echo "all are there"
    depends_on:
      server: {condition: service_healthy}
      tcp: {condition: service_healthy}
      logged: {condition: service_healthy}
      slept: {condition: service_healthy}
      checked: {condition: service_healthy}
      unchecked: {condition: service_started}
      first: {condition: service_completed_successfully}
  first:
    script: sleep 0.7; echo "first ends"
  after:
    script: echo "after the start"
    depends_on: [last]
YAML
compile probes.yaml
submit probes.sbatch
wait_job
assert_state COMPLETED
events=$(job_dir)/events.jsonl

# event SERVICE NAME: as a pattern of one line.
event() {
	printf '"service":"%s","event":"%s"' "$1" "$2"
}
launched=$(event last launched)
# shows: services.<name>.readiness.{type,url,status_code}
assert_order "$events" "$(event server ready)" "$launched"
# shows: services.<name>.readiness.{port,host}
assert_order "$events" "$(event tcp ready)" "$launched"
# shows: services.<name>.readiness.pattern
assert_order "$events" "$(event logged ready)" "$launched"
# shows: services.<name>.readiness.seconds
assert_order "$events" "$(event slept ready)" "$launched"
# shows: services.<name>.healthcheck.test
assert_order "$events" "$(event checked ready)" "$launched"
# shows: services.<name>.healthcheck.disable
assert_no_log "$events" "$(event unchecked ready)"
# shows: services.<name>.depends_on.<name>.condition
assert_order "$events" "$(event first completed)" "$launched"
# shows: services.<name>.depends_on
assert_order "$events" "$launched" "$(event after launched)"
# shows: services.<name>.x-slurm.lifetime
assert_order "$events" "$(event last completed)" "$(event server stopping)"
assert_nothing_left

# late PROBE: a job whose service never becomes ready in 1 s, though another one waits for it.
late() {
	cat >late.yaml <<-YAML
		runtime: {backend: host}
		services:
		  slow: {script: sleep 1000, $1}
		  other: {script: echo never, depends_on: {slow: {condition: service_healthy}}}
	YAML
	compile late.yaml
	submit late.sbatch
	wait_job
	assert_exit 1
	file_matches "slurm-$JOB.out" "service 'slow' .*1s"
}
# shows: services.<name>.readiness.timeout_seconds
late 'readiness: {type: log, pattern: never, timeout_seconds: 1}' || fail 'no time-out of a readiness'
# shows: services.<name>.healthcheck.timeout
late "healthcheck: {test: nc -z 127.0.0.1 1, timeout: 1s}" || fail 'no time-out of a health check'

# What is tried again. The first waits between its launches and uses up its restarts; the failures of
# the second are too far apart for its window; the third earns its restarts anew.
cat >again.yaml <<'YAML'
runtime: {backend: host}
x-slurm: {time: 3}
services:
  cap:
    script: echo "launch"; exit 4
    x-slurm: {failure_policy: {mode: restart_on_failure, max_restarts: 1, backoff_seconds: 2}}
YAML
compile again.yaml
submit again.sbatch
wait_job
assert_exit 4
# shows: services.<name>.x-slurm.failure_policy.{mode,max_restarts}
assert_equal 'launches' "$(grep -c '^launch$' "$(log_of cap)")" 2
# launched N: when the service was launched for the Nth time, in milliseconds.
launched() {
	sed -n "s/.*\"t_mono\":\([0-9.]*\),.*\"event\":\"launched\".*\"launch\":$1,.*/\1/p" \
		"$(job_dir)/events.jsonl" | in_ms
}
in_ms() { awk '{ printf "%d\n", $1 * 1000 + 0.5 }'; } # a whole second has no fraction
# shows: services.<name>.x-slurm.failure_policy.backoff_seconds
[ $(($(launched 2) - $(launched 1))) -ge 2000 ] || fail 'launched again before its backoff was over'

cat >window.yaml <<'YAML'
runtime: {backend: host}
x-slurm: {time: 3}
services:
  apart:
    script: |
      echo x >>"$HPC_COMPOSE_JOB_DIR/apart"
      [ "$(wc -l <"$HPC_COMPOSE_JOB_DIR/apart")" -ge 3 ]
    x-slurm:
      failure_policy:
        {mode: restart_on_failure, max_restarts: 5, backoff_seconds: 2, window_seconds: 1, max_restarts_in_window: 1}
  close:
    script: exit 5
    depends_on: {apart: {condition: service_completed_successfully}}
    x-slurm:
      failure_policy:
        {mode: restart_on_failure, max_restarts: 5, backoff_seconds: 1, window_seconds: 60, max_restarts_in_window: 1}
YAML
compile window.yaml
submit window.sbatch
wait_job
assert_exit 5
# shows: services.<name>.x-slurm.failure_policy.window_seconds
assert_log "slurm-$JOB.out" "service 'apart' completed"
# shows: services.<name>.x-slurm.failure_policy.max_restarts_in_window
assert_log "slurm-$JOB.out" "service 'close' .*window cap reached \(1 failures? in 60s\)"

cat >earned.yaml <<'YAML'
runtime: {backend: host}
x-slurm: {time: 3}
services:
  earned:
    script: |
      echo x >>"$HPC_COMPOSE_JOB_DIR/launches"
      [ "$(wc -l <"$HPC_COMPOSE_JOB_DIR/launches")" -lt 4 ] || exit 0
      sleep 1.3
      exit 1
    x-slurm:
      failure_policy:
        {mode: restart_on_failure, max_restarts: 1, backoff_seconds: 1, window_seconds: 1, reset_after_seconds: 1}
YAML
compile earned.yaml
submit earned.sbatch
wait_job
# shows: services.<name>.x-slurm.failure_policy.reset_after_seconds
assert_state COMPLETED

# Stops: the signal that a service knows, and the time that it is given.
cat >stops.yaml <<'YAML'
runtime: {backend: host}
x-slurm: {time: 3}
services:
  polite:
    script: |
      trap 'echo got USR1; exit 0' USR1
      echo up
      while :; do sleep 0.1; done
    readiness: {type: log, pattern: up}
    stop_signal: USR1
    x-slurm: {lifetime: dependents}
  deaf:
    script: |
      trap '' TERM
      echo up
      while :; do sleep 0.1; done
    readiness: {type: log, pattern: up}
    stop_grace_period: 1s
    x-slurm: {lifetime: dependents}
  client:
    script: echo done
    depends_on: {polite: {condition: service_healthy}, deaf: {condition: service_healthy}}
YAML
compile stops.yaml
submit stops.sbatch
wait_job
assert_state COMPLETED
# shows: services.<name>.stop_signal
assert_log "$(log_of polite)" '^got USR1$'
# when EVENT: of the deaf service, in milliseconds.
when() {
	sed -n "s/.*\"t_mono\":\([0-9.]*\),.*$(event deaf "$1").*/\1/p" "$(job_dir)/events.jsonl" | in_ms
}
took=$(($(when exit) - $(when stopping)))
# shows: services.<name>.stop_grace_period
((took >= 1000 && took < 9000)) || fail "it was killed $took ms after the stop, not 1 s"
assert_nothing_left

# What must hold when the job ends. Each of the three can fail it.
cat >asserts.yaml <<'YAML'
runtime: {backend: host}
x-slurm: {time: 3}
services:
  code: {script: exit 3, assert: {exit_code: 3}, x-slurm: {failure_policy: {mode: ignore}}}
  other: {script: exit 0, assert: {exit_code: 3}}
  file: {script: 'touch "$HPC_COMPOSE_JOB_DIR/made.txt"', assert: {artifacts_contain: made.*}}
  none: {script: exit 0, assert: {artifacts_contain: nothing.*}}
  quick: {script: exit 0, assert: {max_duration_seconds: 60}}
  slow: {script: sleep 2.2, assert: {max_duration_seconds: 1}}
YAML
compile asserts.yaml
submit asserts.sbatch
wait_job
assert_exit 1
failed=$(sed -n "s/^hpcc: assert of service '\([a-z]*\)' failed.*/\1/p" "slurm-$JOB.out" | sort | paste -sd' ')
# shows: services.<name>.assert.{exit_code,artifacts_contain,max_duration_seconds}
assert_equal 'failed asserts' "$failed" 'none other slow'
