# SPDX-License-Identifier: Apache-2.0
# The image's ENTRYPOINT runs the command where the job or the service says so, in the image's folder and with its
# variables; otherwise the command runs alone.
# shellcheck disable=SC2016 # for the shell inside
said='echo "$0: $ENTRYPOINT_RAN, in $PWD, $IMAGE_ONLY: $*"'
cp -R "$(dirname "${IMAGE:?}")/charliecloud" box
mkdir -p box/ch
echo '{"config": {"Env": ["PATH=/bin"], "Entrypoint": ["/entry"], "Cmd": ["pwd"], "WorkingDir": "/srv"}}' >box/ch/config.pulled.json
printf 'PATH=/bin\nIMAGE_ONLY=image\n' >box/ch/environment
for backend in pyxis charliecloud; do
	image=$IMAGE
	[ $backend = pyxis ] || image=$PWD/box
	cat >$backend.yaml <<-YAML
		x-slurm: {time: 3}
		runtime: {backend: $backend, entrypoint: image}
		services:
		  words:
		    image: $image
		    command: [sh, -c, '${said//\$/\$\$}', name, a b, "\$\$HOME", '"c"']
		  text:
		    image: $image
		    command: sh -c 'printf "%s; " two three; pwd' name "not seen"
		  folder:
		    image: $image
		    command: [pwd]
		    working_dir: /tmp
		  alone:
		    image: $image
		    command: [sh, -c, '${said//\$/\$\$}']
		    x-runtime: {entrypoint: none}
		  hook:
		    image: $image
		    command: [echo, command]
		    x-slurm: {prologue: {context: container, script: 'echo "prologue\${ENTRYPOINT_RAN-}"'}}
		  fails:
		    image: $image
		    command: [sh, -c, 'exit 7']
		    x-slurm: {failure_policy: {mode: ignore}}
	YAML
	compile $backend.yaml
	submit $backend.sbatch
	wait_job
	assert_state COMPLETED
	# shows: runtime.entrypoint
	assert_equal "$backend: with words" "$(cat "$(log_of words)")" 'name: yes, in /srv, image: a b $HOME "c"'
	assert_equal "$backend: a text" "$(cat "$(log_of text)")" 'two; three; /srv'
	assert_equal "$backend: a folder" "$(cat "$(log_of folder)")" /tmp
	# shows: services.<name>.x-runtime.entrypoint
	assert_equal "$backend: alone" "$(sed 's/ in .*,/ in,/' "$(log_of alone)")" 'sh: , in, image: '
	assert_equal "$backend: a hook" "$(cat "$(log_of hook)")" $'prologue\ncommand'
	assert_log "$(job_dir)/state.json" '"last_exit_code": ?7'
	assert_nothing_left
done
