# SPDX-License-Identifier: Apache-2.0
# The Pyxis stand-in refuses what Pyxis refuses, and says so in Pyxis's form.
# shellcheck disable=SC2016 # for the shell inside

# refused LINE ARGUMENTS...: srun ends with 1 and prints the line and a failed task_init().
refused() {
	local line=$1 status=0
	shift
	slurm srun "$@" true >refused.log 2>&1 || status=$?
	assert_equal "status of srun $*" "$status" 1
	assert_log refused.log "pyxis: .*$line"
	assert_log refused.log 'task_init\(\) failed with rc=-1'
}

cp "$IMAGE" here.sqsh
refused '(No such file or directory|Invalid argument): /none.sqsh' --container-image=/none.sqsh
[ -n "$PYXIS" ] || refused 'no registries: here.sqsh' --container-image=here.sqsh
refused 'source path does not exist: /none' --container-image="$IMAGE" --container-mounts=/none:/x
refused 'chdir to /none: No such file or directory' --container-image="$IMAGE" --container-workdir=/none
refused 'a container with name "[a-z_]*none" does not exist' --container-name=none

# A container starts with the image's own shell.
mkdir -p tiny/{proc,sys,dev,tmp,etc}
cp "${IMAGE%.sqsh}/bin/busybox" tiny/true
mksquashfs tiny tiny.sqsh -all-root -no-xattrs -no-progress -quiet >/dev/null
refused '/bin/sh' --container-image="$PWD/tiny.sqsh"
slurm srun --container-image=./here.sqsh true || fail 'an image by ./ does not start'

# Options that are wrong in themselves stop srun before any step.
for option in save= mounts=relative:/x mounts=/tmp:relative name=:auto; do
	status=0
	slurm srun --container-image="$IMAGE" "--container-$option" true >early.log 2>&1 || status=$?
	assert_equal "status of srun --container-$option" "$status" 255
	assert_log early.log '^srun: error: pyxis: '
done

# Without an image the command runs on the host, with one line of warning.
slurm srun --container-workdir=/srv sh -c '[ -e "$SLURM_CONF" ] && pwd' >host.log 2>&1
assert_log host.log 'ignoring --container-workdir because neither'
assert_log host.log "^$PWD\$"
