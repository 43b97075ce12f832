# SPDX-License-Identifier: Apache-2.0
# Services of one job run in what each says: Pyxis, Charliecloud, the host. They wait for each other, see one job
# folder, and the container tool gets the words that the author has for it.
# shellcheck disable=SC2016 # for the shell inside
port=$(free_port)
cp -R "$(dirname "${IMAGE:?}")/charliecloud" box
cat >mixed.yaml <<YAML
x-slurm: {time: 3}
services:
  server:
    image: $IMAGE
    script: |
      echo "in an image: \$(ls /entry)"
      exec nc -ll -p $port -e sh -c 'echo "served by \$IMAGE_ONLY"'
    readiness: {type: tcp, port: $port, host: 127.0.0.1}
    x-slurm: {lifetime: dependents}
  client:
    script: |
      echo "on the host: \$(ls /entry 2>&1 | grep -c 'No such file')"
      bash -c 'read -r line </dev/tcp/127.0.0.1/$port; echo "\$line"'
      echo "of the client" >"\$HPC_COMPOSE_JOB_DIR/left"
    depends_on: {server: {condition: service_healthy}}
    x-runtime: {backend: host}
  reader:
    image: $PWD/box
    command: [sh, -c, 'cat "\$\$HPC_COMPOSE_JOB_DIR/left"; echo "\$\$ADDED"']
    depends_on: {client: {condition: service_completed_successfully}}
    x-runtime: {backend: charliecloud, options: ["--set-env=ADDED=two words"]}
YAML
compile mixed.yaml
submit mixed.sbatch
wait_job
assert_state COMPLETED
# shows: services.<name>.x-runtime.backend
assert_equal 'in Pyxis' "$(head -n 1 "$(log_of server)")" 'in an image: /entry'
assert_equal 'on the host' "$(cat "$(log_of client)")" $'on the host: 1\nserved by image'
# shows: services.<name>.x-runtime.options
assert_equal 'in Charliecloud' "$(cat "$(log_of reader)")" $'of the client\ntwo words'
assert_nothing_left

# A container that is kept under a name is the next service's, too.
cat >kept.yaml <<YAML
x-slurm: {time: 3}
runtime: {writable: true, options: [--container-name=kept]}
services:
  first:
    image: $IMAGE
    command: [sh, -c, 'echo "of the first" >/srv/left']
  second:
    image: $IMAGE
    command: [cat, /srv/left]
    depends_on: {first: {condition: service_completed_successfully}}
YAML
compile kept.yaml
submit kept.sbatch
wait_job
assert_state COMPLETED
# shows: runtime.options
assert_equal 'kept' "$(cat "$(log_of second)")" 'of the first'

# Looks by a command are taken inside of the container, whichever it is: whether it is ready, and whether it still
# answers.
for name in pyxis box; do
	cat <<-YAML
		  $name:
		    command: [sh, -c, ': >"\$\$HPC_COMPOSE_JOB_DIR/up.$name"; exec sleep 600']
		    readiness: {type: exec, command: [sh, -c, 'ls /entry && test -e "\$\$HPC_COMPOSE_JOB_DIR/up.$name"'], timeout_seconds: 120}
		    liveness:
		      type: exec
		      command: [sh, -c, 'test ! -e "\$\$HPC_COMPOSE_JOB_DIR/sick" || { echo "is sick in \$\$(ls /entry)"; exit 3; }']
		      interval_seconds: 1
		      failures: 1
		      attempt_timeout_seconds: 60
		    x-slurm: {failure_policy: {mode: ignore}}
	YAML
done >services
{
	printf 'x-slurm: {time: 3}\nservices:\n'
	sed "s|^  pyxis:|&\n    image: $IMAGE|; s|^  box:|&\n    image: $PWD/box\n    x-runtime: {backend: charliecloud}|" services
	cat <<-'YAML'
		  client:
		    script: |
		      until [ "$(grep -c '"state":"ready"' "$HPC_COMPOSE_JOB_DIR/state.json")" = 2 ]; do sleep 0.1; done
		      : >"$HPC_COMPOSE_JOB_DIR/sick"
		    x-runtime: {backend: host}
	YAML
} >looks.yaml
compile looks.yaml
submit looks.sbatch
wait_job
assert_state COMPLETED
for name in pyxis box; do
	assert_log "slurm-$JOB.out" "service '$name' is unhealthy: 1 looks? in a row ha(s|ve) failed .last look: is sick in /entry .status 3"
done
