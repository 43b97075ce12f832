# SPDX-License-Identifier: Apache-2.0
# A site that lets srun look for each command on the host first: services in containers run all the same.
# FILES UNCHECKED: the same as those of other jobs
sed '/^LaunchParameters/d; $aLaunchParameters=test_exec' "$SLURM_CONF" >slurm.conf
export SLURM_CONF=$PWD/slurm.conf
cp -R "${IMAGE%.sqsh}" image
printf '#!/bin/sh\necho "<$*>"\n' >image/bin/only-here
chmod +x image/bin/only-here
mksquashfs image image.sqsh -all-root -no-xattrs -no-progress -quiet >/dev/null

status=0
slurm srun --container-image=./image.sqsh /bin/only-here 2>refused.log || status=$?
[ "$status" != 0 ] || fail 'this Slurm does not look'

cat >test-exec.yaml <<'YAML'
x-slurm: {time: 5}
services:
  inside:
    image: ./image.sqsh
    command: [/bin/only-here, "a  b", "$$HOME", "'"]
    x-slurm: {prologue: {context: container, script: echo prologue}}
YAML
compile test-exec.yaml
submit test-exec.sbatch
wait_job
assert_state COMPLETED
assert_equal log "$(cat "$(log_of inside)")" $'prologue\n<a  b $HOME \'>'
