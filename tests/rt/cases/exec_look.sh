# SPDX-License-Identifier: Apache-2.0
# Readiness by a command: it runs where the service does, with its folder and environment, till it ends with
# 0; what it last said is told. It has a limit, that goes for all it has started, and is none of the
# service's processes.
. "$1/lib.bash"

[ "${HPCC_WIRE:-}" != off ] || { echo 'without the wire nobody runs it' && exit 0; }
cd "$WORK" || exit
service_after() { exec "$RT" step -- true; }
# waits NAME STATUS OPTIONS…: a service that another one waits for.
waits() {
	begin
	job "$2" < <(
		printf 'service %s\n  run service_%s\n  ready exec %s\n  lifetime dependents\n' "$1" "$1" "${*:3}"
		printf 'service after\n  run service_after\n  after %s healthy\n' "$1"
	)
}

# Where the service is, with what it has.
service_here() {
	export SAID='two words'
	mkdir -p "$WORK/there" "$WORK/seen"
	exec "$RT" step --look ready 3 sh -c \
		'pwd >../seen/folder; echo "$SAID" >../seen/word; [ -z "${HPCC_WIRE-}" ] && test -e up' \
		--chdir "$WORK/there" -- sh -c ': >up; exec sleep 1000'
}
waits here 0 within 20s
[ "$(<seen/folder)" = "$WORK/there" ] || fail 'the folder of the look'
[ "$(<seen/word)" = 'two words' ] || fail 'the environment of the look'

# The last line of its output, what became of it, and that there is none.
service_says() { exec "$RT" step --look ready 3 sh -c 'echo first; printf "not \tyet\n\n"; exit 7' -- sleep 1000; }
service_quiet() { exec "$RT" step --look ready 1 false -- sleep 1000; }
service_killed() { exec "$RT" step --look ready 3 sh -c 'kill -9 $$' -- sleep 1000; }
service_missing() { exec "$RT" step --look ready 1 ./no-such-program -- sleep 1000; }
service_none() { exec "$RT" step -- sleep 1000; }
for row in 'says:not  yet (status 7)' 'quiet:ended with status 1' 'killed:ended with signal 9' \
	'missing:hpcc: cannot start ./no-such-program: No such file or directory (status 127)' \
	'none:the step has no command to look with'; do
	waits "${row%%:*}" 1 within 3s
	expect_said "(last look: ${row#*:})"
done

# A look that doesn't end is ended, with what it has started; and a later one may pass. The service doesn't
# count them as its own.
service_slow() {
	exec "$RT" step --look ready 3 bash -c \
		'[ ! -e first ] || exit 0; echo $$ >first; (setsid sleep 1001 & sleep 1002 & wait) & wait' -- sleep 1000
}
waits slow 0 within 30s attempt 300ms
[ -s first ] || fail 'the first look did not begin'
wait_for 10 nothing_left

service_endless() { exec "$RT" step --look ready 2 sleep 1003 -- sleep 1000; }
waits endless 1 within 4s attempt 1500ms
expect_said "(last look: hadn't ended after "

# What the service is told isn't told to those that look at it, or to what they have started.
service_told() {
	echo $$ >"$WORK/shim"
	exec "$RT" step --look ready 3 bash -c 'for signal in HUP INT QUIT TERM; do trap "echo $signal >>heard.look" $signal; done
		(bash -c "trap \"echo orphan >>heard.look\" HUP INT QUIT TERM; : >orphan; while [ ! -e heard ]; do sleep 0.02; done" &)
		: >looking; while [ ! -e heard ]; do sleep 0.02; done' \
		-- bash -c 'for signal in HUP INT QUIT TERM; do trap "echo $signal >>heard.service" $signal; done
		: >listens; while :; do sleep 0.02; done'
}
begin
start < <(
	printf 'service told\n  run service_told\n  ready exec within 60s attempt 50s\n  stop KILL grace 1s\n  lifetime dependents\n'
	printf 'service after\n  run service_after\n  after told healthy\n'
)
for file in looking listens orphan; do wait_for 20 test -e "$file"; done
for signal in HUP INT QUIT TERM; do
	kill -"$signal" "$(<shim)"
	wait_for 20 grep -qs "$signal" heard.service
done
: >heard
finish 0
[ ! -e heard.look ] || fail "a look heard $(sort -u heard.look | tr '\n' ' ')"

# A fixed pause: so many looks and no more.
service_paced() { exec "$RT" step --look ready 3 sh -c 'echo x >>looks; exit 1' -- sleep 1000; }
waits paced 1 within 3s every 700ms
[ "$(wc -l <looks)" -le 8 ] || fail "$(wc -l <looks) looks in 3 s, every 700 ms"

# A pass has to last: what answers only for a moment is looked at again; without time for that it counts at once.
service_settles() { exec "$RT" step --look ready 3 sh -c 'echo x >>passes; [ "$(wc -l <passes)" != 2 ]' -- sleep 1000; }
waits settles 0 within 30s settle 200ms
[ "$(wc -l <passes)" = 4 ] || fail "$(wc -l <passes) looks till a pass has lasted, not 4"
service_hurries() { exec "$RT" step --look ready 3 sh -c 'echo x >>hurries' -- sleep 1000; }
waits hurries 0 within 20s settle 19900ms
[ "$(wc -l <hurries)" = 1 ] || fail "$(wc -l <hurries) looks where no time is left for a second one"

# A service that ends takes its look with it, and ends at once.
service_ends() {
	exec "$RT" step --look ready 3 sh -c ': >looking; exec sleep 1004' \
		-- sh -c 'until [ -e go ]; do sleep 0.02; done; exit 5'
}
begin
start < <(printf 'service ends\n  run service_ends\n  ready exec within 60s attempt 50s\n')
wait_for 20 test -e looking
: >go
finish 5
wait_for 10 nothing_left
expect_state ends last_exit_code 5
