# SPDX-License-Identifier: Apache-2.0
# ALONE
# What cases may ask of root: a job is suspended and goes on; the controller and the accounting go and come
# back, and the job runs on meanwhile.
cat >job.sbatch <<'SCRIPT'
#!/bin/bash
while [ ! -e stop ]; do echo "$((++n))" >count.part; mv count.part count; sleep 0.1; done
SCRIPT
submit job.sbatch
wait_files 60 count
ask_root suspend "$JOB"
wait_state SUSPENDED 60
stopped() {
	local before
	before=$(cat count)
	sleep 1
	[ "$(cat count)" = "$before" ]
}
wait_until 60 stopped
ask_root resume "$JOB"
wait_state RUNNING 60
seen=$(cat count)
goes_on() { [ "$(cat count)" -gt "$seen" ]; }
wait_until 60 goes_on

ask_root kill-controller
! timeout 5 squeue >said 2>&1 || fail 'squeue answers without a controller'
seen=$(cat count)
wait_until 60 goes_on
ask_root start-controller
ask_root freeze-controller
! timeout 3 squeue >said 2>&1 || fail 'squeue answers while the controller is frozen'
ask_root thaw-controller
has_state RUNNING || fail "the job is $STATE after the controller came back"
if [ "$ACCOUNTING" = slurmdbd ]; then
	ask_root kill-dbd
	! timeout 20 sacct >said 2>&1 || fail 'sacct answers without slurmdbd'
	ask_root start-dbd
	kept() { [ "$(account_of "$JOB" JobID)" = "$JOB" ]; }
	wait_until 60 kept
fi
touch stop
wait_job
assert_state COMPLETED
