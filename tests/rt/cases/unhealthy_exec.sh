# SPDX-License-Identifier: Apache-2.0
# Liveness by a command, run where the service is: what it last said is told. With `tasks all` the worst task
# counts. Where the step isn't connected nobody can look, and that is told once.
# shellcheck disable=SC2317 # a function is told anew
. "$1/lib.bash"

cd "$WORK" || exit
service_server() {
	export SAID='two words'
	exec "$RT" step --look live 3 sh -c 'echo "$SAID" >word; echo fine; test ! -e sick || { echo is sick; exit 3; }' \
		-- sleep 1000
}
table() { # OPTIONS…
	printf 'service server\n  run service_server\n  live exec every 100ms attempt %s\n' "$*"
}
if [ "${HPCC_WIRE:-}" = off ]; then
	begin
	start < <(table 5s failures 1)
	wait_for 60 said "service 'server': its step on node $(hostname) isn't connected, so nobody looks whether it still answers"
	: >sick
	kill -TERM "$SUPERVISOR"
	finish 143
	[ "$(grep -c 'nobody looks' "$WORK/batch.log")" = 1 ] || fail 'told more than once'
	never_said unhealthy
	expect_state server verdict stopped
	exit 0
fi

begin
start < <(table 20s failures 3)
wait_for 60 test -s word
[ "$(<word)" = 'two words' ] || fail 'the environment of the look'
never_said unhealthy
: >sick
finish 1
expect_said "service 'server' is unhealthy: 3 looks in a row have failed (last look: is sick (status 3))"
expect_state server verdict unhealthy
rm sick

# One that doesn't end in time is ended, with all that it has started.
service_server() { exec "$RT" step --look live 3 sh -c 'sleep 1000 & echo hm; wait' -- sleep 1000; }
begin
job 1 < <(table 500ms failures 2)
said 'is unhealthy: 2 looks in a row have failed (last look: hadn'"'"'t ended after ' || fail 'what it saw isn'"'"'t told'
wait_for 30 nothing_left

# Of three tasks the second is sick.
service_server() {
	local task
	for task in 0 1 2; do
		SLURM_PROCID=$task "$RT" step --look live 3 sh -c "test ! -e sick.$task" -- sleep 1000 &
	done
	wait
}
begin
start < <(table 20s failures 2; printf '  tasks 3\n')
state_becomes server state running
: >sick.1
read -r -t 1 <> <(:) || :
never_said unhealthy
kill -TERM "$SUPERVISOR"
finish 143
begin
job 1 < <(table 20s failures 2 tasks all; printf '  tasks 3\n')
expect_said "service 'server' is unhealthy: 2 looks in a row have failed (last look: task 1: ended with status 1)"
