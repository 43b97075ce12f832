# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash
# disturb.bash WIRE WHAT WHOM MOMENT JOB LAUNCHES SERVER CLIENT: a job that is disturbed at one moment of the life of
# its server; rows of `disturbances`. It ends as the row says, with the wire ("on") and without it ("off").
if [ "$2" = cable ] || [ "$2" = loose ]; then
	# A network of its own, in which nobody else's addresses are.
	if [ -z "${HPCC_RT_APART:-}" ] && command -v ip >/dev/null && unshare --net true 2>/dev/null; then
		HPCC_RT_APART=yes exec unshare --net bash "${BASH_SOURCE[0]}" "$@"
	fi
	[ -n "${HPCC_RT_APART:-}" ] || { echo 'left out' && exit 0; }
fi
. "$(dirname "${BASH_SOURCE[0]}")/lib.bash"

WIRE=$1 WHAT=$2 WHOM=$3
export WORK RT TOOL MOMENT=$4
LAUNCHES=$6
expected="${*:5}"
OTHERS=0 RELAY_PORT=
export HPCC_WIRE=$WIRE
[ "$WIRE" = off ] || unset HPCC_WIRE
wire_tool=${HPCC_RT_WIRE_TOOL:?the helper program of this test}

# at MOMENT: says that it is reached, once, and stays there until the test lets go.
at() {
	[ "$MOMENT" = "$1" ] && [ ! -e "$WORK/at" ] || return 0
	: >"$WORK/at"
	"$TOOL" until "$WORK/go"
	: >"$WORK/gone"
}
export -f at
is_networked() { [ "$WHAT" = cable ] || [ "$WHAT" = loose ]; }
port=$("$TOOL" free-port)
cat >"$WORK/server" <<-'SH'
	ends() {
		at stopping
		[ "$MOMENT" != ending ] || (trap "" TERM; exec bash "$WORK/leftover" $$) &
		exit 0
	}
	trap ends TERM
	at waiting & wait # a trap comes at once only so
	if [ "$MOMENT" = backoff ] && [ ! -e "$WORK/failed" ]; then : >"$WORK/failed" && exit 42; fi
	"$TOOL" health "$1" "$WORK/health" &
	echo ready
	while :; do wait; done
SH
# What the command has left when it has ended.
cat >"$WORK/leftover" <<-'SH'
	while [ -e "/proc/$1" ] && ! grep -q '^State:.Z' "/proc/$1/status"; do read -r -t 0.02 <> <(:) || :; done
	at ending
SH
service_server() {
	echo 1 >>"$WORK/lives"
	if [ -n "${RELAY_PORT:-}" ] && [ "$HPCC_WIRE" != off ]; then
		echo "$HPCC_WIRE" >"$WORK/wire.part"
		mv "$WORK/wire.part" "$WORK/wire"
		HPCC_WIRE="$RELAY_PORT ${HPCC_WIRE#* }"
	fi
	at starting
	if [ -n "${NODE:-}" ]; then
		SLURM_STEP_ID=$(wc -l <"$WORK/lives")
		export SLURM_STEP_ID
		echo $$ >"$WORK/step.$SLURM_STEP_ID"
		exec nsenter --net="/proc/$NODE/ns/net" "$RT" step -- bash "$WORK/server" "$SERVER_PORT"
	fi
	exec "$RT" step -- bash "$WORK/server" "$SERVER_PORT"
}
service_client() {
	: >"$WORK/client"
	exec "$RT" step -- "$TOOL" until "$WORK/end"
}
service_other() { exec "$RT" step -- "$TOOL" until "$WORK/end"; }
export SERVER_PORT=$port

# A port on the other node can't be reached without the wire, a log can.
looks() {
	local look="http http://127.0.0.1:$port/ status 200"

	is_networked && echo 'ready log ready within 300s' && return
	printf '%s\n' "ready $look within 300s" "live $look every 100ms attempt 300ms failures $1"
}
table() {
	local i backoff=100ms failures=100000 grace=60s
	case $WHAT/$MOMENT in
	kill/backoff) backoff=300s ;;
	*/backoff) backoff=2s ;;
	hang/stopping) grace=10s ;;
	hang/*) failures=2 grace=300ms ;;
	esac
	! is_networked || echo 'job scheduler slurm'
	cat <<-TABLE
		service server
		  run service_server
		  log logs/server.log
		  prologue hooks/prologue
		  $(looks $failures)
		  on-failure restart max 1 window 1 in 600s backoff $backoff
		  stop TERM grace $grace
		  lifetime dependents
		service client
		  run service_client
		  after server healthy
	TABLE
	for ((i = 0; i < OTHERS; i++)); do
		printf 'service other%d\n  run service_other\n  log logs/other%d.log\n  ready log never within 300s\n' $i $i
	done
}

supervisor() {
	local children
	read -r -a children <"/proc/$SUPERVISOR/task/$SUPERVISOR/children" || :
	echo "${children[-1]}"
}
has_process() { [[ $(state server pid) =~ ^[0-9]+$ ]]; }
# process WHO: its number. What the command has left is the last one of its shim's children.
process() {
	local children pid
	case $1 in
	guard) echo "$SUPERVISOR" ;;
	supervisor) supervisor ;;
	*)
		wait_for 60 has_process
		pid=$(state server pid)
		read -r -a children <"/proc/$pid/task/$pid/children" || :
		[ "$1" = shim ] && echo "$pid" || echo "${children[-1]}"
		;;
	esac
}
happened() { grep -q "\"service\":\"server\",\"event\":\"$1\"" "$JOB_DIR/events.jsonl"; }

# What stands between the two ends and can be cut.
relay() {
	[ "$WIRE" = on ] || return 0
	[ "$WHAT" = cut ] || return 0
	wait_for 60 test -s "$WORK/wire"
	"$wire_tool" relay "$(cat "$WORK/wire")" "$WORK/relay" "$RELAY_PORT" &
	RELAY=$!
	HELPERS+=("$RELAY")
	[ "$MOMENT" = starting ] || wait_for 60 grep -qsa 'task=0 pid=' "$WORK/relay.up"
}

reach() {
	case $MOMENT in
	starting | hook) state_becomes server state starting ;;
	waiting)
		relay
		state_becomes server state running
		;;
	backoff)
		wait_for 60 happened restarting
		[ "$WHAT" != kill ] || state_becomes server state backoff
		: >"$WORK/at"
		;;
	*)
		relay
		state_becomes client state running
		! is_networked || [ "$WIRE" = off ] || wait_for 60 is_joined
		;;
	esac
	case $MOMENT in
	ready) : >"$WORK/at" ;;
	liveness)
		echo 500 >"$WORK/health"
		wait_for 60 happened look-failed
		: >"$WORK/at"
		;;
	stopping | ending)
		: >"$WORK/end"
		state_becomes client state exited
		;;
	esac
	wait_for 60 test -e "$WORK/at"
	[ "$MOMENT" != starting ] || relay
}
# The service's own next step, where it waits for one.
let_go() {
	[ "$MOMENT" != liveness ] || echo 200 >"$WORK/health"
	: >"$WORK/go"
}
stands_still() { grep -q '^State:.T' "/proc/$1/status"; }
is_gone() { ! kill -0 "$SUPERVISOR" 2>/dev/null; }
# While one of them stands still, the service takes its step, if it can.
has_gone_on() {
	case $WHAT/$MOMENT/$WHOM in
	[!sl]* | */ready/* | */liveness/* | */backoff/* | */command | */starting/shim) ;;
	*) test -e "$WORK/gone" ;;
	esac
}

STOPPED=
disturb() {
	local pid
	case $WHAT in
	kill)
		pid=$(process "$WHOM")
		kill -KILL "$pid"
		;;
	stop | hang)
		pid=$(process "$WHOM")
		STOPPED=$pid
		[ "$WHOM" != command ] || STOPPED=-$(ps -o pgid= -p "$pid" | tr -d ' ')
		kill -STOP -- "$STOPPED"
		wait_for 60 stands_still "$pid"
		[ "$WHAT" != hang ] || STOPPED=
		;;
	cut)
		[ -z "${RELAY:-}" ] || kill -KILL "$RELAY"
		;;
	cable | loose) ip link set near down ;;
	disk) cat /dev/zero >"$JOB_DIR/filler" 2>/dev/null || : ;;
	clock) echo 86400 >"$WORK/offset" ;;
	esac
}

# It is over: the service has found its way, or the job hasn't.
is_settled() {
	is_gone || { [ -e "$WORK/client" ] && [ "$(wc -l <"$WORK/lives")" = "$LAUNCHES" ] && is_ready; }
}
is_ready() {
	case $WHAT/$MOMENT in
	disk/* | */stopping | */ending) ;;
	*) state_equals server state ready ;;
	esac
}

is_joined() { ss -Htn state established | grep -qF 192.0.2.2; }
# The server's step runs on the other end of a cable, and Slurm is somebody who knows its process.
network() {
	unshare --net sleep 1000 &
	export NODE=$!
	HELPERS+=("$NODE")
	is_apart() { ! [ "/proc/$NODE/ns/net" -ef /proc/self/ns/net ]; }
	wait_for 60 is_apart
	ip link set lo up
	ip link add near type veth peer name far netns "$NODE"
	ip address add 192.0.2.1/24 dev near
	ip link set near up
	nsenter --net="/proc/$NODE/ns/net" ip link set lo up
	nsenter --net="/proc/$NODE/ns/net" ip address add 192.0.2.2/24 dev far
	nsenter --net="/proc/$NODE/ns/net" ip link set far up
	export NODE_COUNT=2
	export SLURM_JOB_ID=job SLURM_JOB_NODELIST='n[1-2]' SLURM_LAUNCH_NODE_IPADDR=192.0.2.1
	mkdir "$WORK/bin"
	printf '#!/bin/bash\nprintf "n1\\nn2\\n"\n' >"$WORK/bin/scontrol"
	# shellcheck disable=SC2016 # for that program
	printf '#!/bin/bash\nkill -s "${1#--signal=}" "$(cat "$WORK/step.${2##*.}")"\n' >"$WORK/bin/scancel"
	chmod +x "$WORK"/bin/*
	PATH=$WORK/bin:$PATH
}

prepare() {
	case $WHAT in
	disk)
		mkdir "$JOB_ROOT"
		mount -t tmpfs -o "size=$(($(stat -c %s "$RT") / 1048576 + 2))m" tmpfs "$JOB_ROOT" 2>/dev/null || leave_out
		export MOUNTED=$JOB_ROOT
		;;
	clock)
		[ -n "${HPCC_RT_HOST:-}" ] || leave_out
		RT=$HPCC_RT_HOST
		export RT_PRELOAD_CLOCK=$WORK/offset LD_PRELOAD=$HPCC_RT_PRELOAD
		;;
	descriptors)
		ulimit -n 64
		OTHERS=40
		;;
	cable | loose) network ;;
	cut) RELAY_PORT=$("$TOOL" free-port) ;;
	esac
	export RELAY_PORT
}
no_service_left() {
	local left
	for left in $(processes_left); do
		[[ " ${HELPERS[*]} " == *" $left "* ]] || return 1
	done
}
leave_out() {
	echo 'left out'
	exit 0
}

prepare
begin 'server token server' 'client token client'
echo 'at hook' >"$JOB_DIR/hooks/prologue"
start < <(table)
reach
disturb
# A job that ends by itself from here on shall be able to write its end.
case $WHAT/$MOMENT in disk/stopping | disk/ending) rm -f "$JOB_DIR/filler" ;; esac
if [[ $WHAT == kill && $WHOM != shim && $WHOM != command ]]; then
	wait_for 60 no_service_left
else
	let_go
fi
wait_for 60 has_gone_on
[ -z "$STOPPED" ] || kill -CONT -- "$STOPPED"
[ "$WHAT" != loose ] || ip link set near up
wait_for 60 is_settled
[ "$WHAT" != disk ] || rm -f "$JOB_DIR/filler"
: >"$WORK/end"
status=0
wait "$SUPERVISOR" || status=$?
SUPERVISOR=
wait_for 60 no_service_left
# Whoever survives closes the record; this is what the script does.
"$RT" end --dir "$JOB_DIR" --status "$status"
record() { sed -n 's/.*"status":"\([A-Z]*\)","exit_code":\([0-9]*\),.*/\1 \2/p;q' "$JOB_DIR/state.json"; }
verdict() { state "$1" verdict | tr " " -; }
touch "$WORK/lives"
outcome="$(record | tr " " /) $(wc -l <"$WORK/lives") $(verdict server) $(verdict client)"
[ "$outcome" = "$expected" ] || fail "$outcome, not $expected"
