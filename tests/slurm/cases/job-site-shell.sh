# SPDX-License-Identifier: Apache-2.0
# What a site's shell code needs: a login shell when it is asked for, the module command of the site's
# profile or of a line of setup, and variables that are not set. A line of setup that fails is named.
# shellcheck disable=SC2016 # for the job's shell

# A login shell reads the submitter's profile, which defines a function that isn't exported.
mkdir -p "$HOME"
echo 'from_profile() { echo "from the profile"; }' >"$HOME/.bash_profile"
cat >login.yaml <<'YAML'
runtime: {backend: host}
x-slurm:
  time: 5
  shell: login
  setup: [from_profile >from-profile]
services: {a: {command: "true"}}
YAML
compile login.yaml
submit login.sbatch
wait_job
assert_state COMPLETED
assert_equal 'a login shell' "$(cat from-profile)" 'from the profile' # shows: x-slurm.shell
sed '/shell: login/d' login.yaml >plain.yaml
compile plain.yaml
submit plain.sbatch
wait_job
assert_state COMPLETED
assert_log "slurm-$JOB.out" "hpcc: x-slurm\.setup\[0\] ended with status 127 \\(line [0-9]+\\), and the job goes on: 'set -e'"
sed 's/setup: \[/&set -e, /' plain.yaml >asked.yaml
compile asked.yaml
submit asked.sbatch
wait_job
assert_state FAILED
assert_log "slurm-$JOB.out" 'hpcc: x-slurm\.setup\[1\] ended the job with status 127$'

# MODULE: as sites have it, with what -u and -e would trip over, be it the last status.
MODULE='module() { [ -n "$NO_SUCH_VARIABLE" ]; LOADED="$LOADED $2"; export LOADED; [ 1 = 2 ]; }'
# spec NAME [LINE]: with modules of the job and of a service.
spec() {
	printf 'runtime: {backend: host}\nx-env: {modules: [%s, gcc]}\nx-slurm:\n  time: 5\n' "$1"
	[ $# = 1 ] || printf '  setup: [%s, "LOADED=\\"$LOADED setup\\""]\n' "'$2'"
	printf 'services: {a: {modules: [python], command: "echo \\"loaded$LOADED\\""}}\n'
}

# By a line of setup, which then comes first.
spec mpi "$MODULE" >in-setup.yaml
compile in-setup.yaml
submit in-setup.sbatch
wait_job
assert_state COMPLETED
assert_log "$(log_of a)" '^loaded setup mpi gcc python$'

# By what the site's profile reads, before setup.
mkdir -p site/init
echo "$MODULE" >site/init/bash
export MODULESHOME=$PWD/site
spec mpi 'true' >in-profile.yaml
compile in-profile.yaml
submit in-profile.sbatch
wait_job
assert_state COMPLETED
assert_log "$(log_of a)" '^loaded mpi gcc setup python$'

# A module that isn't there ends the job, as the list of what is loaded tells.
echo 'export LOADEDMODULES=""; module() { LOADEDMODULES=$LOADEDMODULES:$2/1; [ "$2" != missing ] || LOADEDMODULES=""; false; }' >site/init/bash
spec missing >missing.yaml
compile missing.yaml
submit missing.sbatch
wait_job
assert_state FAILED
assert_log "slurm-$JOB.out" '^hpcc: module load ended with status 1: missing$'
