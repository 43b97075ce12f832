# SPDX-License-Identifier: Apache-2.0
# The wire between supervisor and shims: what goes over it, and that nothing is lost or heard twice when
# it is cut, hangs, comes back, or was never there.
# shellcheck disable=SC2317 # functions that the supervisor calls
. "$1/lib.bash"

unset HPCC_WIRE # which may say `off`
wire_tool=${HPCC_RT_WIRE_TOOL:?the helper program of this test}

# A relay stands between the shim and the supervisor: the service tells the test where, and waits for it.
through_relay() {
	echo "$HPCC_WIRE" >"$WORK/$1.wire"
	until [ -s "$WORK/$1.port" ]; do read -r -t 0.02 <> <(:) || :; done
	HPCC_WIRE="$(cat "$WORK/$1.port") ${HPCC_WIRE#* }"
	export HPCC_WIRE
}
eval "records() {
	declare -p RT TOOL WORK JOB_DIR; declare -f through_relay; printf '\\0'
	local name
	for name in \$(compgen -A function service_); do declare -f \"\$name\"; printf '\\0'; done
}"
cat >"$WORK/server" <<-'SH'
	for signal in TERM INT USR1; do trap "echo told $signal" "$signal"; done
	trap 'echo told TERM; exit 7' TERM
	echo up
	while :; do sleep 1000 & wait; done
SH
service_server() {
	through_relay server
	exec "$RT" step -- bash "$WORK/server"
}
# relay NAME [PORT]: sets RELAY.
relay() {
	wait_for 20 test -s "$WORK/$1.wire"
	"$wire_tool" relay "$(cat "$WORK/$1.wire")" "$WORK/$1" "${2:-0}" &
	RELAY=$!
	HELPERS+=("$RELAY")
}
cut() {
	kill -KILL "$1" 2>/dev/null || :
	{ wait "$1" || :; } 2>/dev/null
}
passed() { grep -qaE "$2" "$WORK/server.$1" 2>/dev/null; } # passed up|down ERE
has_answered() { grep -qaP "\x00\x12\x12$1" "$WORK/server.up"; } # has_answered ORDER
is_told() { [ "$(grep -c "^told $1\$" "$JOB_DIR/logs/server.log")" = "$2" ]; }
begins() {
	rm -f "$WORK"/server.{wire,port,up,down}
	begin
	start < <(
		printf 'job relay USR1\nservice server\n  run service_server\n  log logs/server.log\n  ready log up within 60s\n'
		printf '  stop %s grace 60s\n' "${1:-TERM}"
	)
	relay server
	state_becomes server state ready
	wait_for 20 passed up 'task=0 pid='
}
stop() {
	kill -TERM "$SUPERVISOR"
	finish 143
	wait_for 10 nothing_left
}
nothing_left() {
	local left
	for left in $(processes_left); do
		[[ " ${HELPERS[*]} " == *" $left "* ]] || return 1
	done
}

# Over the wire: the start, a signal, the stop, the end.
begins
kill -USR1 "$SUPERVISOR"
wait_for 10 is_told USR1 1
stop
passed down '1 10' || fail 'USR1 came another way'
passed down '2 15' || fail 'the stop came another way'
passed up 'status=7 ' || fail 'the end was not told'
is_told TERM 1 || fail 'the stop was heard more than once'
is_told USR1 1 || fail 'USR1 was heard more than once'
expect_state server last_exit_code 7
cut "$RELAY"

# The end of a task counts as the wire tells it, be there no marks.
begins
mkdir "$WORK/away"
mv "$JOB_DIR/service-exits" "$WORK/away"
stop
expect_state server last_exit_code 7
expect_state server verdict stopped
rm -r "$WORK/away"
cut "$RELAY"

# It hangs, as on a node that does: after two seconds the stop goes the other way, and what comes late by
# the wire is the same stop. (INT: a second one would be passed on.)
begins INT
read -r -a hanging <"/proc/$RELAY/task/$RELAY/children" || :
kill -STOP "$RELAY" "${hanging[@]}"
kill -TERM "$SUPERVISOR"
wait_for 20 is_told INT 1
kill -CONT "${hanging[@]}" "$RELAY"
wait_for 10 passed down '1 2'
wait_for 10 has_answered 1
kill -KILL "$SUPERVISOR"
{ wait "$SUPERVISOR" || :; } 2>/dev/null
SUPERVISOR=
wait_for 30 nothing_left
is_told INT 1 || fail "INT was heard more than once"
cut "$RELAY"

# Cut: the service lives on, and is stopped by signals. Cut in the middle of a stop: the same.
begins
cut "$RELAY"
stop
is_told TERM 1 || fail 'the stop was heard more than once, or not'
passed down '1 15' && fail 'the stop came by a wire that was cut'
expect_state server last_exit_code 7

# Cut and there again: the shim comes back, says once more what has happened, and hears the stop.
begins
cut "$RELAY"
mv "$WORK/server.up" "$WORK/server.before"
relay server "$(cat "$WORK/server.port")"
wait_for 20 passed up 'task=0 pid='
stop
passed down ' 15' || fail 'the stop came another way'
is_told TERM 1 || fail 'the stop was heard more than once'
cut "$RELAY"

# Never there: marks and signals do everything.
service_server() {
	echo "$HPCC_WIRE" >"$WORK/server.wire"
	HPCC_WIRE="1 ${HPCC_WIRE#* }" exec "$RT" step -- bash "$WORK/server"
}
rm -f "$WORK/server.wire"
begin
start <<'TABLE'
service server
  run service_server
  log logs/server.log
  ready log up within 60s
TABLE
state_becomes server state ready
stop
is_told TERM 1 || fail 'the stop was heard more than once, or not'
expect_state server last_exit_code 7

# From another host: by the address that Slurm has started the step from.
service_server() {
	echo "$HPCC_WIRE" >"$WORK/server.wire"
	until [ -s "$WORK/server.port" ]; do read -r -t 0.02 <> <(:) || :; done
	read -r _ key number _ <<<"$HPCC_WIRE"
	export SLURM_LAUNCH_NODE_IPADDR=127.0.0.1
	HPCC_WIRE="$(cat "$WORK/server.port") $key $number another.host" exec "$RT" step -- bash "$WORK/server"
}
begins
stop
passed down ' 15' || fail 'the stop came another way'
cut "$RELAY"

# Off, by the table and by a variable; and what a command sees of it.
service_looks() {
	echo "function: ${HPCC_WIRE%% *}"
	exec "$RT" step -- sh -c 'echo "command: ${HPCC_WIRE:+wire}"; grep -c "^HPCC_WIRE=.*[0-9a-f]" "/proc/$PPID/environ"'
}
for off in table variable no; do
	begin
	if [ "$off" = variable ]; then export HPCC_WIRE=off; else unset HPCC_WIRE; fi
	job 0 < <(
		[ "$off" != table ] || echo 'job wire off'
		printf 'service looks\n  run service_looks\n  log logs/looks.log\n  on-failure ignore\n'
	)
	wire=off
	[ "$off" != no ] || wire='[0-9]*'
	# shellcheck disable=SC2053 # a pattern
	[[ $(cat "$JOB_DIR/logs/looks.log") == "function: "$wire$'\ncommand: \n0' ]] ||
		fail "$off: $(cat "$JOB_DIR/logs/looks.log")"
done
