# SPDX-License-Identifier: Apache-2.0
# A script that is handed to sbatch in a folder where another user made .hpc-compose before runs no
# program from there and makes no files in it, with or without a supervisor of its own.
# FILES UNCHECKED: no job gets as far as its files.
mkdir -m 1777 shared
cd shared || exit
printf 'name: shared\nruntime: {backend: host}\nx-slurm: {time: 2, mem: 50M}\nservices: {one: {command: echo up}}\n' >one.yaml

# refused SCRIPT: the job ends at once, and its output says why.
refused() {
	submit "$1"
	wait_job
	assert_state FAILED
	assert_log "slurm-$JOB.out" "^hpcc: of another user: $PWD/\.hpc-compose"
	assert_log "slurm-$JOB.out" '^hpcc: no job runs there: submit from a folder of your own$'
	[ ! -e ran ] || fail "the stranger's program ran: $(cat ran)"
	[ ! -e ".hpc-compose/$JOB" ] || fail "the job made its folder in the stranger's"
}

planted='umask 0; mkdir -p .hpc-compose/bin; printf "#!/bin/sh\nid >%s/ran\nexit 9\n" "$PWD" >.hpc-compose/bin/hpcc-rt
	chmod 755 .hpc-compose/bin/hpcc-rt'
as_stranger sh -c "$planted"
compile one.yaml
runtime=$HPCC_RT
unset HPCC_RT
refused one.sbatch
as_stranger rm -r .hpc-compose/bin
HPCC_RT=$runtime compile one.yaml --embed-runtime
refused one.sbatch
as_stranger rmdir .hpc-compose

# A folder of one's own in which a stranger has nothing is as good as any.
submit one.sbatch
wait_job
assert_state COMPLETED
assert_log "$(log_of one)" '^up$'
