# SPDX-License-Identifier: Apache-2.0
# hpcc up --local in Charliecloud's containers, as an ordinary user: readiness, a server that is stopped,
# restarts, volumes, scratch, an attempt that resumes; what is missing is said before anything runs.
cp -R "$(dirname "${IMAGE:?}")/charliecloud" box
mkdir -p box/{data,scratch,hpc-compose/resume} 'my data'
cat >compose.yaml <<YAML
name: local-boxes
runtime: {backend: charliecloud}
x-slurm:
  resume: {path: $PWD/resume}
  scratch: {base: $PWD/scratch, mount: /scratch}
services:
  server:
    image: ./box
    script: |
      echo "open as \$(id -u), attempt \$HPC_COMPOSE_ATTEMPT, resumes: \$HPC_COMPOSE_IS_RESUME"
      trap 'echo closing; exit 0' TERM
      while :; do sleep 1 & wait \$!; done
    readiness: {type: log, pattern: "^open"}
    x-slurm: {lifetime: dependents}
  client:
    image: ./box
    command: [sh, -c, 'mkdir "/data/once" 2>/dev/null && exit 3; echo "<\$\$1> <\$\$A> \$\$(ls /scratch)" >/data/said', x, "two words"]
    environment: {A: "it's"}
    working_dir: /scratch
    volumes: ["./my data:/data"]
    depends_on: {server: {condition: service_healthy}}
    x-slurm: {failure_policy: {mode: restart_on_failure, backoff_seconds: 1}}
YAML
unset USER # as in a container of one's own
"$HPCC" up --local -W no-A14 >up.log 2>&1 || fail "hpcc up --local ended with $?: $(cat up.log)"
assert_log up.log 'server  started$'
assert_log up.log 'client  exited with status 3; restarting \(1/3\), 1/3 failures in 60s$'
assert_log up.log 'client  completed$'
assert_log up.log '^completed in '
"$HPCC" logs server >server.log
assert_log server.log "open as $(id -u), attempt 0, resumes: 0$"
assert_log server.log 'closing$'
assert_equal 'what the client said' "$(cat 'my data/said')" "<two words> <it's> "
"$HPCC" up --local -W no-A14 >up.log 2>&1 || fail "hpcc up --local ended with $?: $(cat up.log)"
"$HPCC" logs server >server.log
assert_log server.log 'attempt 0, resumes: 1$'

# Written to, over an image that stays as it is: a folder, and a squashfs file.
mkdir writing
cd writing || exit
cp "$IMAGE" box.sqfs
cat >compose.yaml <<'YAML'
runtime: {backend: charliecloud, writable: true}
services:
  folder: {image: ../box, command: [sh, -c, "echo mine >/written && cat /written"]}
  file: {image: ./box.sqfs, command: [sh, -c, "echo mine >/written && cat /written"]}
YAML
"$HPCC" up --local >up.log 2>&1 || fail "hpcc up --local ended with $?: $(cat up.log)"
for service in folder file; do
	"$HPCC" logs "$service" >service.log
	assert_log service.log 'mine$'
done
[ ! -e ../box/written ] || fail 'the image was written to'
for folder in .hpc-compose/local-*/roots; do
	[ ! -e "$folder" ] || fail 'the copies are left'
done
cd .. || exit

# refused MESSAGE SPEC-LINE...: before anything is started.
refused() {
	local status=0 message=$1
	shift
	printf '%s\n' "$@" >refused.yaml
	"$HPCC" up --local refused.yaml >refused.log 2>&1 || status=$?
	assert_equal 'status' "$status" 3
	assert_log refused.log "$message"
	assert_no_log refused.log 'started$'
}
refused "box/nowhere' doesn't exist|has no '/nowhere' for a mount" 'runtime: {backend: charliecloud}' \
	'services: {a: {image: ./box, command: ["true"], volumes: ["./my data:/nowhere"]}}'
refused "none' doesn't exist" 'runtime: {backend: charliecloud}' 'services: {a: {image: ./none, command: ["true"]}}'
command -v enroot >/dev/null ||
	refused "enroot" 'services: {a: {image: ./a.sqsh, command: ["true"]}}'
command -v apptainer >/dev/null ||
	refused "apptainer" 'runtime: {backend: apptainer}' 'services: {a: {image: ./a.sif, command: ["true"]}}'
