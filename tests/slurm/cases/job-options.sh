# SPDX-License-Identifier: Apache-2.0
# LIMIT: 600
# Options of Slurm that hpcc hands on: Slurm's own record of the job has them, and steps do what theirs say.

# held NAME: a job with the x-slurm of standard input that waits to be released.
held() {
	{
		printf 'runtime: {backend: host}\nx-slurm:\n  hold: true\n'
		sed 's/^/  /'
		printf 'services: {one: {command: ["true"]}}\n'
	} >"$1.yaml"
	compile "$1.yaml"
	submit "$1.sbatch"
	slurm scontrol --details show job "$JOB" >record
	slurm scancel "$JOB"
}

# expect_record ERE...: Slurm's record of the job has all of them.
expect_record() {
	local wanted
	for wanted; do
		file_matches record "(^| )$wanted( |\$)" || fail "not in the record: $wanted; $(cat record)"
	done
}

held heeded <<'YAML'
nodelist: n3
exclude: n1,n2
mem_per_cpu: 200M
exclusive: user
nice: 100
begin: now+1hour
deadline: now+10hours
time: 60
time_min: 30
comment: "for the paper, #2"
ntasks: 1
ntasks_per_socket: 1
YAML
# shows: x-slurm.hold
expect_record 'JobState=PENDING' 'Priority=0'
# shows: x-slurm.{nodelist,exclude,mem_per_cpu,exclusive}
expect_record 'ReqNodeList=n3' 'ExcNodeList=n\[1-2\]' 'MinMemoryCPU=200M' 'OverSubscribe=USER'
# shows: x-slurm.{nice,time_min,comment,ntasks_per_socket}
expect_record 'Nice=100' 'TimeMin=00:30:00' 'Comment=for the paper, #2' 'NtasksPerN:B:S:C=0:0:1:.*'
submitted=$(sed -n 's/.*SubmitTime=\([^ ]*\).*/\1/p' record)
# shows: x-slurm.begin
expect_record "EligibleTime=$(date -d "$submitted 1 hour" +%FT%H:%M):.*"
# shows: x-slurm.deadline
expect_record "Deadline=$(date -d "$submitted 10 hours" +%FT%H:%M):.*"

held others <<'YAML'
oversubscribe: true
threads_per_core: 1
gpus: 2
ntasks_per_gpu: 1
YAML
# shows: x-slurm.{oversubscribe,threads_per_core,ntasks_per_gpu}
expect_record 'OverSubscribe=YES' 'ReqB:S:C:T=0:0:\*:1' 'NtasksPerTRES=1'

# The script gets those variables of the submitting shell that it is to get.
# begins NAME MODE: a job that writes to one log, shared by all that are called so.
begins() {
	cat >"$1.yaml" <<-YAML
		runtime: {backend: host}
		x-slurm:
		  open_mode: $2
		  output: same.log
		  export: ALL,CHOSEN=by $1
		  setup: ['echo "chosen \$CHOSEN"']
		services: {one: {command: ["true"]}}
	YAML
	compile "$1.yaml"
	submit "$1.sbatch"
	wait_job
	assert_state COMPLETED
}
begins first truncate
begins second append
# shows: x-slurm.export x-slurm.open_mode
assert_equal 'one log of both' "$(grep ^chosen same.log | paste -sd,)" 'chosen by first,chosen by second'
begins third truncate
assert_equal 'one log of the last' "$(grep ^chosen same.log | paste -sd,)" 'chosen by third'

# A rank that fails leaves the others alone.
cat >goes-on.yaml <<'YAML'
runtime: {backend: host}
x-slurm: {ntasks: 2, kill_on_bad_exit: false}
services:
  ranks:
    script: |
      if [ "$SLURM_PROCID" = 0 ]; then touch failed; exit 3; fi
      until [ -e failed ]; do sleep 0.1; done
      sleep 1
      echo went on
YAML
compile goes-on.yaml
submit goes-on.sbatch
wait_job
# shows: x-slurm.kill_on_bad_exit
assert_log "$(log_of ranks)" '^went on$'
assert_state FAILED

# What a step states is what Slurm gives it. A step that shares its GPU runs beside one
# that has it.
cat >steps.yaml <<'YAML'
runtime: {backend: host}
x-slurm: {gpus: 1, ntasks: 2, mem: 900M}
services:
  memory:
    script: scontrol show step "$SLURM_JOB_ID.$SLURM_STEP_ID"
    x-slurm: {ntasks: 1, mem: 100M}
  each:
    script: scontrol show step "$SLURM_JOB_ID.$SLURM_STEP_ID"; env | grep ^SLURM_THREADS_PER_CORE=
    x-slurm: {ntasks: 1, mem_per_cpu: 100M, threads_per_core: 1, nice: 5}
  has:
    script: touch has; until [ -e shares ]; do sleep 0.1; done; echo GPU $CUDA_VISIBLE_DEVICES
    x-slurm: {ntasks: 1, gpus: 1, exclusive: false}
  shares:
    script: touch shares; until [ -e has ]; do sleep 0.1; done; echo GPU $CUDA_VISIBLE_DEVICES
    x-slurm: {ntasks: 1, gpus: 1, exclusive: false}
YAML
compile steps.yaml
submit steps.sbatch
wait_job
assert_state COMPLETED
# shows: services.<name>.x-slurm.mem
assert_log "$(log_of memory)" 'TRES=.*mem=100M'
# shows: services.<name>.x-slurm.{mem_per_cpu,threads_per_core}
assert_log "$(log_of each)" 'TRES=.*mem=100M'
assert_log "$(log_of each)" '^SLURM_THREADS_PER_CORE=1$'
# shows: services.<name>.x-slurm.exclusive
assert_equal 'GPUs' "$(cat "$(log_of has)" "$(log_of shares)" | grep -c '^GPU 0$')" 2
assert_nothing_left
