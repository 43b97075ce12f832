# SPDX-License-Identifier: Apache-2.0
# Images that Pyxis mounts by squashfuse: its holder process, a child of the step shim from the start, is
# left alone. Services end when their commands do, hooks find the image's files, and a graceful stop takes
# no longer than the command does.
# shellcheck disable=SC2016 # for the shell inside
cp -R "${IMAGE%.sqsh}" fuse
echo squashfuse >fuse/etc/standin
mksquashfs fuse fuse.sqsh -all-root -no-xattrs -no-progress -quiet >/dev/null
cat >squashfuse.yaml <<'YAML'
x-slurm: {time: 5, cpus_per_task: 4}
services:
  quick: {image: ./fuse.sqsh, command: "date +%s.%N"}
  hooked:
    image: ./fuse.sqsh
    command: echo command; test -e /etc/environment; ls /bin/sh; sleep 1000 & exit
    x-slurm:
      ntasks: 2
      cpus_per_task: 1
      prologue: {context: container, script: echo prologue; ls /bin/sh}
      epilogue: {context: container, script: "echo epilogue; ls /bin/sh"}
  asked:
    image: ./fuse.sqsh
    depends_on: {stops: {condition: service_healthy}}
    command: "true"
    x-slurm: {failure_policy: {mode: fail_job}}
  stops:
    image: ./fuse.sqsh
    command: |
      trap 'ls /bin/sh; echo saved; exit 0' TERM
      echo ready
      while :; do sleep 0.1; done
    readiness: {type: log, pattern: "^ready$"}
    stop_grace_period: 60
    x-slurm: {lifetime: dependents}
YAML
compile squashfuse.yaml
submit squashfuse.sbatch
wait_job
assert_state COMPLETED
assert_equal 'hooks and command' "$(sort "$(log_of hooked)")" \
	$'/bin/sh\n/bin/sh\n/bin/sh\n/bin/sh\n/bin/sh\n/bin/sh\ncommand\ncommand\nepilogue\nepilogue\nprologue\nprologue'
assert_order "$(log_of stops)" '^/bin/sh$' '^saved$'
# Times of a service as the record has them, in seconds.
between() {
	python3 - "$(job_dir)/events.jsonl" "$@" <<-'PYTHON'
		import json, sys
		events = [json.loads(line) for line in open(sys.argv[1], encoding='utf-8')]
		when = lambda name, what: [e['t_mono'] for e in events if e['service'] == name and e['event'] == what][0]
		print(int(when(sys.argv[4], sys.argv[5]) - when(sys.argv[2], sys.argv[3])))
	PYTHON
}
grep -q KILL "$(job_dir)/events.jsonl" && fail "a service was killed: $(grep KILL "$(job_dir)/events.jsonl")"
[ "$(between asked exit stops exit)" -lt 30 ] || fail 'the graceful stop took the whole grace'
assert_nothing_left
