# SPDX-License-Identifier: Apache-2.0
# Who is no step of the job and speaks to the supervisor's port changes nothing, whatever it says and how
# often, and is told once. A shim of another version is told, too.
. "$1/lib.bash"

unset HPCC_WIRE # which may say `off`
wire_tool=${HPCC_RT_WIRE_TOOL:?the helper program of this test}
service_server() {
	echo "$HPCC_MARK" >"$WORK/mark"
	echo "$HPCC_WIRE" >"$WORK/wire"
	until [ -s "$WORK/relay.port" ]; do read -r -t 0.02 <> <(:) || :; done
	HPCC_WIRE="$(cat "$WORK/relay.port") ${HPCC_WIRE#* }" exec "$RT" step -- bash -c 'trap "echo told; exit 0" TERM; echo up; while :; do sleep 1000 & wait; done'
}
begins() {
	rm -f "$WORK"/{wire,mark} "$WORK"/relay.*
	begin
	start <<-'TABLE'
		service server
		  run service_server
		  log logs/server.log
		  ready log up within 60s
	TABLE
	wait_for 20 test -s "$WORK/wire"
	wire=$(cat "$WORK/wire")
	"$wire_tool" relay "$wire" "$WORK/relay" 0 &
	HELPERS+=("$!")
	state_becomes server state ready
	wait_for 20 grep -qa 'task=0 pid=' "$WORK/relay.up"
}
unharmed() {
	expect_state server state ready
	kill -TERM "$SUPERVISOR"
	finish 143
	expect_state server last_exit_code 0
	[ "$(grep -c told "$JOB_DIR/logs/server.log")" = 1 ] || fail 'the stop was not heard once'
	grep -qa '1 15' "$WORK/relay.down" || fail 'the wire was gone'
}
told_once() { [ "$(grep -c 'no step of this job' "$WORK/batch.log")" = 1 ]; }

begins
# The port is there for this node alone.
port=$(printf '%04X' "${wire%% *}")
[ "$(sed -n "s/^ *[0-9]*: \([0-9A-F]*\):$port 0*:0000 0A .*/\1/p" /proc/net/tcp)" = 0100007F ] ||
	fail 'the port is open to others'
never_said 'no step of this job'
# What a shim has said in another connection, and that with a bit of it changed.
cp "$WORK/relay.up" "$WORK/said"
"$wire_tool" send "$wire" "$WORK/said" >/dev/null
wait_for 10 told_once
expect_said 'couldn'\''t prove what it claims'
head -c 60000 /dev/urandom >"$WORK/garbage"
printf '\377\377\377\377' >"$WORK/long"
printf '\0\0\0\0' >"$WORK/empty"
printf 'GET / HTTP/1.1\r\n\r\n' >"$WORK/web"
for what in garbage long empty web said; do
	"$wire_tool" send "$wire" "$WORK/$what" >/dev/null
done
"$wire_tool" silent "$wire" >/dev/null
"$wire_tool" flood "$wire" 3000
told_once || fail 'told more than once'
unharmed

# Right in everything but its version.
begins
[ "$("$wire_tool" join "$wire" "$(cat "$WORK/mark")" 1)" = welcome ] || fail 'the tool does not join'
[ "$("$wire_tool" join "$wire" "$(cat "$WORK/mark")" 0)" = closed ] || fail 'another version was let in'
expect_said "service 'server': its step shim speaks version 0 of the wire, this supervisor version 1"
"$wire_tool" join "$wire" "$(cat "$WORK/mark")" 9 >/dev/null
[ "$(grep -c 'of the wire, this' "$WORK/batch.log")" = 1 ] || fail 'told more than once'
[ "$("$wire_tool" join "${wire/ [0-9a-f][0-9a-f][0-9a-f][0-9a-f]/ 0000}" "$(cat "$WORK/mark")" 1)" = closed ] ||
	fail 'a wrong key was let in'
[ "$("$wire_tool" join "$wire" server.2 1)" = closed ] || fail 'another launch was let in'
wait_for 10 told_once
kill -TERM "$SUPERVISOR"
finish 143

# One who hung up before anybody listened to it.
begins
hearer=$(pgrep -P "$SUPERVISOR" -f supervise || echo "$SUPERVISOR")
stands_still() { [[ $(cut -d ' ' -f 3 "/proc/$hearer/stat") = T ]]; }
kill -STOP "$hearer"
wait_for 20 stands_still
exec {port}<>"/dev/tcp/127.0.0.1/${wire%% *}"
printf 'nonsense' >&"$port"
exec {port}>&-
kill -CONT "$hearer"
wait_for 10 told_once
expect_said 'somebody at 127.0.0.1 who'
kill -TERM "$SUPERVISOR"
finish 143
