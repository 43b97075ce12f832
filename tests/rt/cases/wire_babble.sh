# SPDX-License-Identifier: Apache-2.0
# Who isn't the supervisor and speaks to a step shim changes nothing, whatever it says: not with garbage, nor with what
# the supervisor has said in another connection, a stop among it. And whatever stands in the shim's variables, the
# command runs, and its status counts.
. "$1/lib.bash"

unset HPCC_WIRE # which may say `off`
wire_tool=${HPCC_RT_WIRE_TOOL:?the helper program of this test}
service_server() {
	echo "$HPCC_WIRE" >"$WORK/wire.part"
	mv "$WORK/wire.part" "$WORK/wire"
	until [ -s "$WORK/relay.port" ]; do read -r -t 0.02 <> <(:) || :; done
	HPCC_WIRE="$(cat "$WORK/relay.port") ${HPCC_WIRE#* }" exec "$RT" step -- bash -c 'trap "exit 7" TERM; echo up; while :; do sleep 1000 & wait; done'
}
# What a supervisor says, from its greeting to a stop.
begin
start <<'TABLE'
service server
  run service_server
  log logs/server.log
  ready log up within 60s
TABLE
wait_for 60 test -s "$WORK/wire"
"$wire_tool" relay "$(cat "$WORK/wire")" "$WORK/relay" 0 &
HELPERS+=("$!")
state_becomes server state ready
wait_for 60 grep -qsa 'task=0 pid=' "$WORK/relay.up"
kill -TERM "$SUPERVISOR"
finish 143
grep -qa '1 15' "$WORK/relay.down" || fail 'the stop came another way'

cp "$WORK/relay.down" "$WORK/replayed"
head -c 29 "$WORK/relay.down" >"$WORK/greeting"
{ cat "$WORK/greeting" && head -c 60000 /dev/urandom; } >"$WORK/greeted"
head -c 60000 /dev/urandom >"$WORK/garbage"
printf '\377\377\377\377' >"$WORK/long"
printf '\0\0\0\0' >"$WORK/empty"
: >"$WORK/silent"
cat >"$WORK/command" <<-'SH'
	trap 'exit 7' TERM
	: >"$1"
	until [ -e "$2" ]; do read -r -t 0.02 <> <(:) || :; done
	exit 5
SH
# The key is the right one for each of them, which the real supervisor alone should know, too.
read -r _ key number <"$WORK/wire"
for what in replayed greeting greeted garbage long empty silent; do
	rm -f "$WORK"/babble.*
	"$wire_tool" babble "$WORK/$what" "$WORK/babble" >"$WORK/heard" &
	babbler=$!
	HELPERS+=("$babbler")
	wait_for 60 test -s "$WORK/babble.port"
	HPCC_MARK=server.1 HPCC_WIRE="$(cat "$WORK/babble.port") $key $number" "$RT" step --dir "$JOB_DIR" -- \
		bash "$WORK/command" "$WORK/up.$what" "$WORK/end.$what" &
	shim=$!
	wait_for 60 test -e "$WORK/up.$what"
	wait_for 60 test -s "$WORK/babble.came"
	kill "$babbler"
	: >"$WORK/end.$what"
	status=0
	wait "$shim" || status=$?
	[ "$status" = 5 ] || fail "$what: the command ended with $status"
done

for wire in '' 0 off '1 2' '65536 x 0' "99999999999999999999 $key 0" "1 $key -1 a b c" "1 ${key}0 0" "$(head -c 3000 /dev/zero | tr '\0' 9)" \
	$'\n\n' "1 $key 4294967296 $(head -c 1000 /dev/zero | tr '\0' h)"; do
	for mark in '' x.1 "$(head -c 400 /dev/zero | tr '\0' m)"; do
		status=0
		HPCC_WIRE=$wire HPCC_MARK=$mark SLURM_PROCID=$wire SLURM_STEP_ID=$wire HPCC_LINES_A=\\ HPCC_LINES_=: HPCC_ENV_='' \
			SLURM_LAUNCH_NODE_IPADDR=$mark SLURMD_NODENAME=$wire$mark HPCC_SIGNALLED=$wire \
			"$RT" step --dir "$JOB_DIR" -- sh -c 'exit 6' || status=$?
		[ "$status" = 6 ] || fail "with HPCC_WIRE='$wire' and HPCC_MARK='$mark' the status is $status"
	done
done
