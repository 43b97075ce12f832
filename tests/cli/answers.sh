#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# shellcheck disable=SC2016 # specs and patterns in single quotes
# What hpcc makes of the answers of Slurm's commands, and of signals while it waits for them: jobs that
# Slurm has forgotten, a controller that doesn't answer, wrappers that say more than a job id.
tests=$(cd "$(dirname "$0")/.." && pwd)
# shellcheck source=tests/cli/lib.bash disable=SC1091,SC2154
. "$tests/cli/lib.bash"
export FAKE_SLURM_DIR=$work/slurm
PATH=$tests/fake:$PATH

printf 'name: quick\nruntime: {backend: host}\nservices:\n  one: {script: "echo hello"}\n' >quick.yaml
printf 'name: long\nruntime: {backend: host}\nservices:\n  one:\n    script: |\n      trap "echo goodbye; exit 0" TERM\n      echo up\n      while :; do sleep 0.1 & wait $!; done\n' >long.yaml
printf 'name: stubborn\nruntime: {backend: host}\nservices:\n  one:\n    stop_grace_period: 100s\n    script: |\n      trap "echo asked" TERM\n      echo up\n      until [ -e "$HPC_COMPOSE_JOB_DIR/go" ]; do sleep 0.1; done\n' >stubborn.yaml

submitted() {
	id=$(sed -n 's/^submitted job \([0-9]*\);.*/\1/p' <<<"$out")
	that 'a job id is printed' test -n "$id"
}
said() { # said LINE: in the log of service one of job $id
	grep -qsx "$1" ".hpc-compose/$id/logs/one.log"
}
state_is() {
	[ "$(cat "$FAKE_SLURM_DIR/jobs/$id/state")" = "$1" ]
}
forget() {
	touch "$FAKE_SLURM_DIR/jobs/$id/forgotten"
}
# attached COMMAND...: in the background, as in a terminal; its process is $pid, its output up.out.
attached() {
	: >up.out
	(trap - INT && exec "$@") >up.out 2>&1 &
	pid=$!
}
# ends STATUS: the command in the background does, and $out is what it printed.
ends() {
	status=0 command="in the background"
	that 'it ends' within 60 test ! -e "/proc/$pid/exe"
	[ ! -e "/proc/$pid/exe" ] || kill -KILL "$pid"
	wait "$pid" || status=$?
	out=$(<up.out)
	[ "$1" = any ] || that "status $1" test "$status" = "$1"
}
printed() {
	grep -qs -- "$1" up.out
}
recorded() {
	find .hpc-compose/jobs -name '*.json' | wc -l
}
more_than() {
	[ "$(recorded)" -gt "$1" ]
}
newest() {
	id=$(hpcc jobs | awk 'NR == 1 {print $1}')
}

# Ctrl-C, TERM and HUP of an attached `up` cancel the job, gracefully; its end is seen.
for signal in INT TERM HUP; do
	attached hpcc up long.yaml
	that 'it is submitted' within 20 printed 'submitted job'
	newest
	that 'the service runs' within 30 said up
	kill -s $signal "$pid"
	ends 143
	out_has 'cancelling the job gracefully'
	out_has "job $id: CANCELLED with status 143"
	that 'the service had its chance' said goodbye
	that 'scancel got the id alone' grep -qx "scancel --batch --signal=TERM $id " "$FAKE_SLURM_DIR/calls"
done
# The second one leaves it running, and says so. Meanwhile its services stop.
attached hpcc up stubborn.yaml
that 'it is submitted' within 20 printed 'submitted job'
newest
that 'the service runs' within 30 said up
kill -INT "$pid"
that 'it is asked' within 30 said asked
stopping() {
	run 0 hpcc status "$id"
	[[ $out == *STOPPING* ]]
}
that 'status says so' within 20 stopping
kill -INT "$pid"
ends 130
out_has "the job goes on; 'hpcc watch $id' shows it again"
that 'it does' state_is RUNNING
# Who only watches doesn't cancel.
for follower in 'watch --plain' 'logs -f'; do
	for signal in INT TERM HUP; do
		# shellcheck disable=SC2086 # words
		attached hpcc $follower --job "$id"
		that 'it follows' within 20 test -s up.out
		kill -s $signal "$pid"
		ends $((128 + $(kill -l $signal)))
	done
done
that 'the job goes on' state_is RUNNING
touch ".hpc-compose/$id/go"
that 'the job ends' within 60 state_is CANCELLED
run 143 hpcc watch "$id"
# nohup keeps HUP away.
attached nohup hpcc up long.yaml
that 'it is submitted' within 20 printed 'submitted job'
newest
that 'the service runs' within 30 said up
kill -HUP "$pid"
run 0 hpcc cancel "$id"
ends 143
out_lacks 'cancelling'
# The second one comes while the first one's cancellation is made, as with timeout: it is made.
mkdir late
printf '#!/bin/sh\necho >%q/at-work\nuntil [ -e %q/go ]; do sleep 0.05; done\nexec %q "$@"\n' "$PWD/late" "$PWD/late" "$tests/fake/scancel" >late/scancel
chmod +x late/scancel
attached env PATH="$PWD/late:$PATH" hpcc up long.yaml
that 'it is submitted' within 20 printed 'submitted job'
newest
that 'the service runs' within 30 said up
kill -INT "$pid"
that 'scancel is at work' within 30 test -e late/at-work
kill -INT "$pid"
touch late/go
ends 130
out_has cancelling
out_lacks 'ended by a signal'
that 'the job is cancelled' within 60 state_is CANCELLED
# One that comes while sbatch is at work: the job is recorded, and then cancelled.
mkdir slow
printf '#!/bin/sh\necho >%q/at-work\nuntil [ -e %q/go ]; do sleep 0.05; done\nexec %q "$@"\n' "$PWD/slow" "$PWD/slow" "$tests/fake/sbatch" >slow/sbatch
chmod +x slow/sbatch
for verb in up submit; do
	rm -f slow/go slow/at-work
	before=$(recorded)
	attached env PATH="$PWD/slow:$PATH" hpcc $verb long.yaml
	that 'sbatch is at work' within 30 test -e slow/at-work
	kill -INT "$pid"
	touch slow/go
	that 'the job is recorded' within 30 more_than "$before"
	newest
	if [ $verb = up ]; then
		# It may be asked to end before its script can say how it did.
		ends any
		that 'no success' test "$status" != 0
		out_has cancelling
		out_has "job $id: CANCELLED"
	else
		ends 130
		out_has "submitted job $id"
		run 0 hpcc cancel "$id"
	fi
done

# A job that squeue has forgotten: its own record tells, and all commands work and end.
run 0 hpcc submit quick.yaml
submitted
run 0 hpcc watch "$id"
forget
run 0 hpcc status "$id"
out_has "job $id 'quick': COMPLETED"
that 'nothing is complained of' test -z "$err"
run 0 hpcc watch "$id"
out_has COMPLETED
run 0 hpcc logs -f --job "$id"
err_has "job $id: COMPLETED"
run 0 hpcc cancel "$id"
out_has "job $id has ended already"
run 0 hpcc down --yes "$id"
that 'its files are gone' test ! -e ".hpc-compose/$id"
run 0 hpcc submit quick.yaml
submitted
run 0 hpcc watch "$id"
forget
run 0 hpcc clean --yes --older-than=0s
that 'it says what went' grep -Eq "^removed jobs? (.*, )?$id(\$|;)" "$work/out"
# The accounting remembers the reason, and so does the record once it was seen.
for memory in accounting record; do
	run 0 hpcc submit long.yaml
	submitted
	that 'it runs' within 30 said up
	run 0 hpcc cancel "$id"
	that 'it ends' within 60 state_is CANCELLED
	echo TIMEOUT >"$FAKE_SLURM_DIR/jobs/$id/state"
	if [ $memory = record ]; then
		run 0 hpcc status "$id"
		out_has TIMEOUT
		forget
	else
		forget
		export FAKE_ACCOUNTING=1
	fi
	run 0 hpcc status "$id"
	out_has "job $id 'long': TIMEOUT"
	run 143 hpcc watch "$id"
	out_has 'TIMEOUT with status 143'
	run 0 hpcc jobs
	out_has TIMEOUT
	unset FAKE_ACCOUNTING
	run 0 hpcc down --yes "$id"
done
# An accounting that missed the end isn't believed: the queue doesn't know the job.
run 0 hpcc submit quick.yaml
submitted
run 0 hpcc watch "$id"
echo RUNNING >"$FAKE_SLURM_DIR/jobs/$id/state"
forget
run 0 env FAKE_ACCOUNTING=1 hpcc status "$id"
out_has COMPLETED

# The batch script is killed: nobody closes the record. It is FAILED for Slurm, and for the record once
# that was seen; else it is lost. Either way everything ends.
for was_seen in yes no; do
	run 0 hpcc submit stubborn.yaml
	submitted
	that 'it runs' within 30 said up
	session=$(cat "$FAKE_SLURM_DIR/jobs/$id/pid")
	# The guard would close it when the supervisor dies.
	mapfile -t all < <(pgrep --session "$session")
	kill -KILL "${all[@]}"
	that 'Slurm sees it' within 30 state_is FAILED
	word=LOST
	if [ $was_seen = yes ]; then
		word=FAILED
		run 1 hpcc watch "$id"
		out_has "job $id: FAILED with status 1"
	fi
	forget
	run 0 hpcc status --lines "$id"
	out_has "job $id 'stubborn': $word"
	out_has 'exited lost'
	run 1 hpcc watch "$id"
	out_has "job $id: $word with status 1"
	run 1 hpcc logs -f --job "$id"
	err_has "job $id: $word with status 1"
	run 0 hpcc jobs
	out_has $word
	touch ".hpc-compose/$id/go"
	run 0 hpcc clean --yes "$id"
	that 'its files are gone' test ! -e ".hpc-compose/$id"
done

# A controller that doesn't answer says nothing of the job.
export FAKE_CONTROLLER_DOWN=$work/down
run 0 hpcc submit stubborn.yaml
submitted
that 'it runs' within 30 grep -qs '"status":"RUNNING"' ".hpc-compose/$id/state.json"
touch "$work/down"
run 0 hpcc status "$id"
out_has RUNNING
err_has 'Unable to contact slurm controller'
run 0 hpcc clean --yes --all
out_has 'left alone'
run 3 hpcc down --yes "$id"
run 3 hpcc cancel "$id"
attached hpcc watch --plain "$id"
that 'it is said' within 30 printed "Slurm doesn't answer: .*Unable to contact slurm controller"
rm "$work/down"
that 'it is asked again' within 30 printed 'Slurm answers again'
touch ".hpc-compose/$id/go"
ends 0
out_has "job $id: COMPLETED"
# The job's own last word counts when Slurm stays silent.
touch "$work/down"
run 0 hpcc watch --plain "$id"
out_has "job $id: COMPLETED"
rm "$work/down"
unset FAKE_CONTROLLER_DOWN

# Ids of several jobs, the forgotten ones among them; and what a profile says to Slurm's commands.
run 0 hpcc submit quick.yaml
submitted
run 0 hpcc watch "$id"
run 0 env SQUEUE_USERS=nobody SCANCEL_INTERACTIVE=1 hpcc status "$id"
out_has COMPLETED
run 0 hpcc clean --yes --all
run 0 hpcc jobs
out_has 'no job was started'

# Wrappers of sites print more than the id; some have several clusters.
mkdir wrapped
printf '#!/bin/sh\nprintf -- "-----\\n  Welcome to the Example Supercomputer 2026\\n-----\\n--> Verifying host...OK\\n"\nexec %q "$@"\n' "$tests/fake/sbatch" >wrapped/sbatch
chmod +x wrapped/sbatch
run 0 env PATH="$PWD/wrapped:$PATH" hpcc submit quick.yaml
submitted
run 0 hpcc watch "$id"
out_has "job $id: COMPLETED"
printf '#!/bin/sh\nid=$(%q "$@")\nprintf "\\033[1mhello\\033[0m\\n%%s;east\\n\\n" "$id"\n' "$tests/fake/sbatch" >wrapped/sbatch
run 0 env PATH="$PWD/wrapped:$PATH" hpcc submit long.yaml
submitted
that 'it runs' within 30 said up
run 0 hpcc cancel "$id"
run 143 hpcc watch "$id"
that 'squeue is asked for that cluster' grep -q "^squeue .*--jobs=$id .*--clusters=east" "$FAKE_SLURM_DIR/calls"
that 'scancel as well' grep -q "^scancel --clusters=east .* $id \$" "$FAKE_SLURM_DIR/calls"
# No id at all: a failure that names the job.
printf '#!/bin/sh\n%q "$@" >/dev/null\necho "Thank you for 12 jobs;"\n' "$tests/fake/sbatch" >wrapped/sbatch
run 3 env PATH="$PWD/wrapped:$PATH" hpcc submit long.yaml
err_has 'sbatch printed no job id'
lost=$(sed -n 's/.*job \([0-9]*\) in the queue is the one that was submitted.*/\1/p' <<<"$err")
that 'the job is named' test -n "$lost"
err_has "'scancel $lost' ends it"
scancel "$lost"

# JSON alone, and every name in it complete.
run 0 hpcc submit --format=json quick.yaml
that 'JSON' python3 -m json.tool "$work/out" /dev/null
out_lacks '%j'
run 0 hpcc up --format=json quick.yaml
that 'JSON' python3 -m json.tool "$work/out" /dev/null
out_has '"status": "COMPLETED"'
out_lacks '%j'
err_has 'one  completed'
run 5 hpcc up --format=json -f <(printf 'runtime: {backend: host}\nservices:\n  one: {script: "exit 5"}\n')
that 'JSON' python3 -m json.tool "$work/out" /dev/null
for verb in status stats jobs; do
	run 0 hpcc $verb --format=json
	that 'JSON' python3 -m json.tool "$work/out" /dev/null
	out_lacks '%j'
	that 'seconds to the millisecond' test -z "$(grep -oE '"[a-z_]*seconds": [0-9]+\.[0-9]{4,}' "$work/out" || :)"
done

finish
