# SPDX-License-Identifier: Apache-2.0
# Ports that a job chooses: those that somebody listens on or that services state by number are passed over,
# jobs begin at places of their own, and what doesn't fit is told. A table takes values of the job.
. "$1/lib.bash"

same() { [ "$2" = "$3" ] || fail "$1: '$2', not '$3'"; }

# Two ports of one job, and of the next one. This test may run twice at a time: so each has a job of its own.
job=$$ next=$(($$ + 1))
busy=$("$RT" busy --job "$job" --count 2)
read -r first second < <("$RT" ports --job "$job" --count 2 --busy "$busy")
{ [ "$first" -ge 10000 ] && [ "$second" -lt 29500 ] && [ "$first" != "$second" ]; } ||
	fail "chosen were '$first' and '$second'"
same 'chosen again' "$("$RT" ports --job "$job" --count 2 --busy "$busy")" "$first $second"
other=$("$RT" ports --job "$next" --count 1 --busy "$("$RT" busy --job "$next" --count 1)")
{ [ "$other" != "$first" ] && [ "$other" != "$second" ]; } || fail "two jobs chose port $other"

# Somebody listens on the first one, on one address alone.
listens() { (exec 3<>"/dev/tcp/127.0.0.1/$1") 2>/dev/null; }
"$TOOL" listen "$first" &
HELPERS+=($!)
wait_for 10 listens "$first"
busy=$("$RT" busy --job "$job" --count 2)
[[ " $busy " = *" $first "* ]] || fail "port $first has a listener, and busy are '$busy'"
read -r third _ < <("$RT" ports --job "$job" --count 2 --busy "$busy")
[ "$third" != "$first" ] || fail "port $first has a listener and was chosen"

# What several nodes have told, and what services state.
same 'of two nodes' "$("$RT" ports --job 0 --count 2 --busy $'10000 10002 \n10001 \n')" '10003 10004'
same 'beside fixed ones' "$("$RT" ports --job 0 --count 2 --fixed '80 10000-10003 65535')" '10004 10005'
same 'the last ones' "$("$RT" ports --job 12467 --count 1 --fixed "10000-$((10000 + 12467 * 61 % 19500 - 1))")" \
	"$((10000 + 12467 * 61 % 19500))"

# Where the site says which ports there are.
same 'of a range' "$("$RT" ports --job 0 --count 3 --range 15000-15003 --busy 15001)" '15000 15002 15003'
same 'round its end' "$("$RT" ports --job 1 --count 2 --range 65474-65535)" '65535 65474'
for port in $("$RT" busy --job "$job" --count 2 --range "$first-$((first + 1))"); do
	{ [ "$port" -ge "$first" ] && [ "$port" -le $((first + 1)) ]; } || fail "of $first and the next one, $port is busy"
done

refused() { # STATUS MESSAGE ARGUMENTS…
	local status=0 words
	words=$("$RT" "${@:3}" 2>&1) || status=$?
	same "the status of '${*:3}'" "$status" "$1"
	[[ $words = *"$2"* ]] || fail "'${*:3}' says '$words'"
}
refused 3 'fewer than 1 are free' ports --job 1 --count 1 --fixed 1-65535
refused 2 "'0' is not a number of ports" ports --job 1 --count 0
refused 2 'not a list of ports' ports --job 1 --count 1 --busy 'srun: error'
refused 2 'not a list of ports' ports --job 1 --count 1 --fixed 65536
refused 3 'of the ports 15000 to 15001, fewer than 1 are free' ports --job 1 --count 1 --range 15000-15001 --busy '15000 15001'
refused 2 'a number of ports from 1 to 2' ports --job 1 --count 3 --range 15000-15001
for range in 15000 15001-15000 0-5 15000-65536 15000-15001x x ''; do
	refused 2 "'$range' is not a range of ports" busy --job 1 --count 1 --range "$range"
done
refused 2 "option '--job' is missing" busy --count 1

# A table takes values from the environment, as a part of a word or all of it; services don't get them.
service_web() { exec "$RT" step -- "$TOOL" answer "$third" 200; }
service_after() { exec "$RT" step -- sh -c '! env | grep ^HPCC_RUN_'; }
declare_third=$(declare -p third)
records() {
	declare -p RT TOOL WORK JOB_DIR
	printf '%s\0' "$declare_third"
	declare -f service_web
	printf '\0'
	declare -f service_after
	printf '\0'
}
begin
export HPCC_RUN_webz2eport=$third HPCC_RUN_host=127.0.0.1
job 0 <<'TABLE'
service web
  run service_web
  lifetime dependents
  ready http 'http://'"$HPCC_RUN_host":"$HPCC_RUN_webz2eport"'/a b' status 200 within 60s
service after
  run service_after
  after web healthy
TABLE
expect_state after verdict completed

# One that the job doesn't have, and what looks like one and is none.
unset HPCC_RUN_host
for word in '"$HPCC_RUN_host":80' '"$HOME":80' '"$HPCC_RUN_host' '"127.0.0.1":80'; do
	begin
	job 2 < <(printf 'service web\n  run service_web\n  ready tcp %s within 1s\n' "$word")
	expect_said 'line 4: a value that the job doesn'\''t have'
done
