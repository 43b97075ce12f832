# SPDX-License-Identifier: Apache-2.0
# LIMIT: 900
# FILES UNCHECKED: nobody closes the record of a job whose processes are killed.
# Whichever process of a job is killed, and when: `hpcc watch` and `logs -f` end with a word that is true,
# `status` says the same when Slurm has forgotten the job, and `clean` removes it.
cat >service.sh <<'SH'
echo up
trap 'echo asked' TERM
while :; do sleep 0.2; done
SH
spec() { # spec PHASE [LINE]
	cat >"$1.yaml" <<-YAML
		name: $1
		runtime: {backend: host}
		x-slurm: {time: 10, mem: 50M, cpus_per_task: 1}
		services:
		  one:
		    command: [bash, $PWD/service.sh]
		    stop_grace_period: 200s
		    ${2-}
	YAML
}
spec starting 'readiness: {type: log, pattern: never, timeout_seconds: 500}'
spec running
spec stopping

# find_victim NAME: the job's process of that kind.
find_victim() {
	local pid line pids=()
	mapfile -t pids < <(job_processes | sort -n)
	for pid in "${pids[@]}"; do
		line=$(tr '\0' ' ' <"/proc/$pid/cmdline" 2>/dev/null) || continue
		case $1:$line in
		batch:*/slurm_script*) echo "$pid" && return ;;
		guard:*'hpcc-rt supervise '*) echo "$pid" && return ;;
		supervisor:*'hpcc-rt supervise '*)
			# The guard's child, of the same words.
			tr '\0' ' ' <"/proc/$(awk '{print $4}' "/proc/$pid/stat")/cmdline" | grep -q 'hpcc-rt supervise ' &&
				echo "$pid" && return
			;;
		srun:'srun '*'hpc-compose:one'*) echo "$pid" && return ;;
		shim:*'hpcc-rt step '*) echo "$pid" && return ;;
		command:'bash '*/service.sh*) echo "$pid" && return ;;
		esac
	done
	fail "job $JOB has no process '$1'"
}

log_has() {
	file_matches ".hpc-compose/$JOB/logs/one.log" "^$1\$"
}

# kill_in PHASE VICTIM: sets JOB.
kill_in() {
	slurm "$HPCC" submit --no-preflight -W no-all "$1.yaml" >out 2>&1 || fail "submit: $(cat out)"
	JOB=$(sed -n 's/^submitted job \([0-9]*\);.*/\1/p' out)
	wait_until 120 log_has up
	if [ "$1" = stopping ]; then
		slurm "$HPCC" cancel "$JOB" >out 2>&1 || fail "cancel: $(cat out)"
		wait_until 60 log_has asked
		wait_until 60 file_matches ".hpc-compose/$JOB/state.json" '"status":"STOPPING"'
		slurm "$HPCC" status "$JOB" >out 2>&1
		assert_log out "^job $JOB 'stopping': STOPPING"
	fi
	kill -KILL "$(find_victim "$2")"
}

words='COMPLETED|FAILED|CANCELLED|TIMEOUT|NODE_FAIL|OUT_OF_MEMORY|LOST'
killed=()
for phase in starting running stopping; do
	for victim in batch guard supervisor srun shim command; do
		kill_in $phase $victim
		killed+=("$JOB:$phase:$victim")
	done
	for one in "${killed[@]: -6}"; do
		IFS=: read -r JOB phase victim <<<"$one"
		status=0
		timeout 200 "$HPCC" watch "$JOB" >watch.out 2>&1 || status=$?
		[ $status != 124 ] || fail "watching never ends when $victim is killed while $phase: $(cat watch.out)"
		[ $status != 0 ] || fail "no failure when $victim is killed while $phase: $(cat watch.out)"
		file_matches watch.out "^job $JOB: ($words) with status $status; " ||
			fail "$victim killed while $phase: $(cat watch.out)"
		status=0
		timeout 60 "$HPCC" logs -f --job "$JOB" >logs.out 2>&1 || status=$?
		case $status in
		0 | 124) fail "logs -f of $one ended with $status" ;;
		esac
		file_matches logs.out "^job $JOB: ($words) with status $status\$" || fail "logs -f of $one: $(tail logs.out)"
		echo "$one $(sed -n "s/^job $JOB: \([A-Z_]*\) .*/\1/p" watch.out)" >>ends
	done
done
cat ends

forgotten() {
	! slurm squeue --jobs "$JOB" >queue 2>&1 && file_matches queue 'Invalid job id specified'
}
while read -r one word; do
	IFS=: read -r JOB phase victim <<<"$one"
	wait_until 120 forgotten
	slurm "$HPCC" status --lines "$JOB" >out 2>&1 || fail "status of $one: $(cat out)"
	assert_log out "^job $JOB '$phase': $word"
	assert_no_log out "^state service 'one': .* (running|ready|starting|stopping)"
	slurm "$HPCC" why "$JOB" >out 2>&1 || fail "why of $one: $(cat out)"
	assert_log out "^job $JOB $word: .*"
	assert_no_log out "nothing has ended it"
	assert_nothing_left
done <ends
slurm "$HPCC" clean --yes --all >out 2>&1 || fail "clean: $(cat out)"
assert_equal 'records' "$(find .hpc-compose/jobs -type f | wc -l)" 0
JOB=''
