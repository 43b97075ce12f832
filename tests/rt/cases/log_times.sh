# SPDX-License-Identifier: Apache-2.0
# log-times says when lines came: after a silence to some milliseconds, in a stream to a tenth of a second. A log
# that is cut off or replaced begins anew. The file has a bound, and nobody is woken up while all are silent.
. "$1/lib.bash"

cat >"$WORK/speaks" <<'SCRIPT'
here() { until [ -e "$WORK/$1" ]; do read -r -t 0.02 <> <(:) || :; done; }
say() { echo "$1 ${EPOCHREALTIME/./}"; }
say first
here go1
say second
here go2
# A stream of a second or two; each line says when it is written.
end=$((${EPOCHREALTIME/./} + 1500000))
while [ "${EPOCHREALTIME/./}" -lt "$end" ]; do say stream; done
here go3
say last
exec sleep 1000
SCRIPT
export WORK
service_speaks() { exec "$RT" step -- bash "$WORK/speaks"; }
service_silent() { exec "$RT" step -- sleep 1000; }
times=$JOB_DIR/log-times
log=$JOB_DIR/logs/speaks.log
# size_is_told TOKEN SIZE
size_is_told() { grep -sqE "^[0-9]{13} $1 $2\$" "$times"; }
# The line first: the size that is asked for then has it.
is_whole() { [[ $(tail -n 1 "$log" 2>/dev/null) == "$1 "* ]] && size_is_told speaks "$(stat -c %s "$log")"; }
# late LINE: by how many ms the line's time is behind what the line says. Its time is that of the first size
# beyond its beginning.
late() {
	local at
	at=$(head -n "$(($1 - 1))" "$log" | wc -c)
	awk -v at="$at" -v said="$(sed -n "$1s/.* //p" "$log")" \
		'$2 == "speaks" && $3 > at { printf "%d\n", $1 - said / 1000; exit }' "$times"
}
# A busy machine may wake the supervisor late, but no time is before its line.
expect_late() { # LINE AT_MOST
	local ms
	ms=$(late "$1")
	if [ -z "$ms" ] || ((ms < -1 || ms > $2)); then fail "line $1 is ${ms:-not timed} ms late"; fi
}

begin
start <<'TABLE'
service speaks
  run service_speaks
  log logs/speaks.log
service silent
  run service_silent
  log logs/silent.log
TABLE
wait_for 20 is_whole first
touch "$WORK/go1"
wait_for 20 is_whole second
touch "$WORK/go2"
wait_for 20 is_whole stream
touch "$WORK/go3"
wait_for 20 is_whole last
lines=$(wc -l <"$log")
for line in 1 2 "$lines"; do expect_late "$line" 3000; done
for ((line = 3; line < lines; line += lines / 20 + 1)); do expect_late "$line" 3000; done
# Each line of the stream was a write; there are some ten times a second.
[ "$lines" -gt 100 ] || fail "the stream has $lines lines"
count=$(grep -c ' speaks ' "$times")
((count < 40)) || fail "$count times of a stream of 1.5 s"
never_told() { ! grep -q " $1 " "$times" || fail "$1 has times"; }
never_told silent

# Cut off, then replaced.
: >"$log"
size_becomes() { wait_for 20 size_is_told speaks "$1"; }
echo short >>"$log"
size_becomes 0
size_becomes 6
kill -TERM "$SUPERVISOR"
finish 143

# With a bound: what stays is a part of what was told, the last one included.
service_loud() {
	exec "$RT" step -- bash -c 'for ((i = 0; i < 25; i++)); do echo line; read -r -t 0.1 <> <(:) || :; done'
}
HPCC_TIMES=400 job 0 <<'TABLE'
service loud
  run service_loud
  log logs/loud.log
TABLE
(($(stat -c %s "$times") <= 400 + 64)) || fail 'the file is larger than its bound'
size_is_told loud 125 || fail 'the end has no time'
awk '$2 == "loud" { if ($1 < time || $3 <= size) exit 1; time = $1; size = $3 }' "$times" || fail 'it goes back'
(($(grep -c ' loud ' "$times") > 3)) || fail 'too little is left'

# Switched off, there is none.
rm "$times"
service_brief() { exec "$RT" step -- echo line; }
HPCC_TIMES=off job 0 <<'TABLE'
service brief
  run service_brief
  log logs/brief.log
TABLE
[ ! -e "$times" ] || fail 'there are times'
