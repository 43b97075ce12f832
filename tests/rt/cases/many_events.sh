# SPDX-License-Identifier: Apache-2.0
# events.jsonl goes on in another file above a size, and nothing of it is lost.
. "$1/lib.bash"

service_one() { exec "$RT" step -- false; }
table() {
	cat <<-'TABLE'
		service one
		  run service_one
		  log logs/one.log
		  on-failure restart max 20 window 100 in 60s backoff 0s
	TABLE
}
limit=$((16 << 20))

# before BYTES: what earlier lives of the job have left, so that only so many more bytes fit in.
before() {
	local there
	there=$(stat -c %s "$JOB_DIR/events.jsonl" 2>/dev/null) || there=0
	awk -v room=$((limit - $1 - there)) -v "line=$(printf '{"event":"before","text":"%0997d"}' 0)" \
		'BEGIN { for (; room > length(line); room -= length(line) + 1) print line }' >>"$JOB_DIR/events.jsonl"
	chmod 600 "$JOB_DIR/events.jsonl"
	lines_before=$(all_events | grep -c '"event":"before"')
}
all_events() { cat "$JOB_DIR"/events/*.jsonl "$JOB_DIR/events.jsonl" 2>/dev/null || :; }
nothing_is_lost() { # LIVES
	[ "$(all_events | grep -c '"event":"before"')" = "$lines_before" ] || fail 'earlier events are lost'
	[ "$(all_events | grep -c '"event":"exit"')" = $((21 * $1)) ] || fail 'an exit is lost'
	[ "$(all_events | grep -c '"event":"begin"')" = "$1" ] || fail 'a beginning is lost'
	all_events | grep -qv '^{.*}$' && fail 'a line was cut'
	return 0
}

begin one
before 3000
job 1 < <(table)
[ "$(ls "$JOB_DIR/events")" = 1.jsonl ] || fail "there are $(ls "$JOB_DIR/events")"
[ "$(stat -c %a "$JOB_DIR/events") $(stat -c %a "$JOB_DIR/events/1.jsonl") $(stat -c %a "$JOB_DIR/events.jsonl")" = '700 600 600' ] ||
	fail 'others may read the events'
[ "$(stat -c %s "$JOB_DIR/events/1.jsonl")" -le $((limit + 1000)) ] || fail 'it is larger than it may be'
nothing_is_lost 1

# The next life of the job: its events are behind those of the one before.
before 3000
job 1 < <(table)
[ "$(ls "$JOB_DIR/events")" = $'1.jsonl\n2.jsonl' ] || fail "there are $(ls "$JOB_DIR/events")"
nothing_is_lost 2

# Where there can be no such file the present one goes on.
rm -r "$JOB_ROOT"
begin one
: >"$JOB_DIR/events"
before 3000
job 1 < <(table)
rm "$JOB_DIR/events"
nothing_is_lost 1
[ ! -e "$JOB_DIR/events.jsonl.tmp" ] || fail 'something was left behind'
