# SPDX-License-Identifier: Apache-2.0
# What goes wrong at each stage of a job that uses everything: what still runs, in which order, what is
# kept, and the code that the job ends with. Jobs run two at a time; each is looked at in turn.
. "$SOURCE/life.bash"
make_programs

declare -A job_of=()
start() {
	life "$1"
	job_of[$1]=$JOB
}

# ended NAME STATE CODE STATUS SCRATCH RUNTIME COPIES: how it ended; sets JOB.
ended() {
	echo "# $1"
	name=$1
	JOB=${job_of[$1]}
	wait_job
	assert_state "$2"
	[ "$2" != FAILED ] || assert_exit "$3"
	assert_verdict "$4" "$3"
	assert_folders "$5" "$6" "$7"
	assert_life_dir
	assert_nothing_left
	[ ! -e "cache/rendezvous/$1" ] || assert_equal 'own records' "$(ls "cache/rendezvous/$1")" ''
}

# services_began: what is in all traces of jobs whose worker ran.
services_began() {
	before_services "$name"
	printf '%s\n' "prologue of server: open $all" 'server runs, data weights http://elsewhere:80/v1' \
		'worker runs' "epilogue of worker <7>: open $all offer"
}
all='scratch resume runtime samples'
restarts() {
	services_began
	printf '%s\n' "restart 1: open $all offer" 'worker runs'
}

# Before any service: nothing starts; the copies out have nothing to copy, so scratch stays.
LIFE_SETUP='exit 9' start setup
LIFE_IN=./none start in
LIFE_FIND=nobody start find
ended setup FAILED 9 FAILED yes yes ''
assert_trace <<-TRACE
	setup, set before: open scratch resume runtime
	rsync always: FAILED scratch resume runtime manifest
	rsync failure: FAILED scratch resume runtime manifest
TRACE
assert_log "slurm-$JOB.out" "^hpcc: copying results out failed; scratch stays: $PWD/scratch/$JOB"
assert_no_log "$(life_dir)/state.json" '"state":"(waiting|running)"'

ended in FAILED 23 FAILED yes yes ''
assert_trace <<-TRACE
	setup, set before: open scratch resume runtime
	rsync in: open $all
	rsync always: FAILED $all manifest
	rsync failure: FAILED $all manifest
TRACE

ended find FAILED 1 FAILED yes yes ''
assert_trace <<-TRACE
	$(before_services "$name")
	rsync always: FAILED $all manifest
	rsync failure: FAILED $all manifest
TRACE
assert_log "slurm-$JOB.out" "no fresh record of 'nobody' within 1s"

# Services that fail: with the first failure, when the window is full, when nothing gets ready.
LIFE_POLICY='mode: fail_job' start fail
LIFE_WORKER='exit 7' start window
LIFE_READY=never LIFE_READY_TIME=2 start ready
ended fail FAILED 7 FAILED no yes 'always failure'
assert_trace <<-TRACE
	$(services_began)
	server stops
	epilogue of server <0>: open $all offer
	rsync always: FAILED $all manifest
	rsync failure: FAILED $all manifest
TRACE
assert_log "$(job_dir)/state.json" '"status":"failed","expected_exit_code":0,.*exit status 7, expected 0'

ended window FAILED 7 FAILED no yes 'always failure'
assert_trace <<-TRACE
	$(restarts)
	epilogue of worker <7>: open $all offer
	window exhausted: open $all offer
	server stops
	epilogue of server <0>: open $all offer
	rsync always: FAILED $all manifest
	rsync failure: FAILED $all manifest
TRACE

ended ready FAILED 1 FAILED no yes 'always failure'
assert_trace <<-TRACE
	$(before_services "$name")
	prologue of server: open $all
	server runs, data weights http://elsewhere:80/v1
	server stops
	epilogue of server <0>: open $all
	rsync always: FAILED $all manifest
	rsync failure: FAILED $all manifest
TRACE

# An assert that does not hold; results that can't be copied, after a success and after a failure.
LIFE_ASSERT=5 start assert
LIFE_OUT=/scratch/none start out
LIFE_OUT=/scratch/none LIFE_POLICY='mode: fail_job' start both
ended assert FAILED 1 FAILED no yes 'always failure'
assert_trace <<-TRACE
	$(restarts)
	epilogue of worker <0>: open $all offer
	epilogue of server <0>: open $all offer
	rsync always: FAILED $all manifest
	rsync failure: FAILED $all manifest
TRACE

ended out FAILED 1 FAILED yes yes success
assert_log "slurm-$JOB.out" '^hpcc: copying results out failed; scratch stays: '
assert_log "$(life_dir)/artifacts/manifest.json" '"job_outcome":"success"'
assert_equal 'the result is still there' "$(cat "scratch/$JOB/out/result")" result
ended both FAILED 7 FAILED yes yes failure

# Ended from outside: asserts are skipped, and what was made is saved.
LIFE_WORKER='while :; do sleep 0.1; done' LIFE_TIME=1 start limit
for how in cancel interrupt; do
	LIFE_WORKER='while :; do sleep 0.1; done' start $how
	wait_log ".hpc-compose/$JOB/attempts/0/events.jsonl" '"worker","event":"running".*"restart_count":1'
	if [ $how = cancel ]; then
		slurm scancel "$JOB"
	else
		slurm scancel --batch --signal=INT "$JOB"
	fi
done
# stopped WORD [sort]: the trace; Slurm itself tells all services at once, so their lines come in any order.
stopped() {
	sed -E "s/^(rsync [a-z]*:|epilogue of [a-z]* <[0-9]*>:).*/\1/" "$(life_dir)/trace" | "${2:-cat}" >got
	# The worker is stopped first, since it depends on the server.
	{
		restarts | sed -E "s/^(rsync [a-z]*:|epilogue of [a-z]* <[0-9]*>:).*/\1/"
		printf '%s\n' 'worker stops' 'epilogue of worker <0>:' 'server stops' 'epilogue of server <0>:' \
			'rsync always:' 'rsync failure:'
	} | "${2:-cat}" >wanted
	diff wanted got || fail "the trace of job $JOB"
	assert_equal 'its end' "$(tail -n 2 "$(life_dir)/trace")" "rsync always: $1 $all manifest
rsync failure: $1 $all manifest"
	assert_log "$(job_dir)/state.json" '"assertions":\{"configured":true,"status":"skipped"'
	assert_log "$(life_dir)/artifacts/manifest.json" '"copied_relative_paths":\["made","logs/'
}
ended interrupt FAILED 130 CANCELLED no yes 'always failure'
stopped CANCELLED
ended cancel CANCELLED 143 CANCELLED no yes 'always failure'
stopped CANCELLED sort
ended limit TIMEOUT 143 TIMEOUT no yes 'always failure'
stopped TIMEOUT sort
