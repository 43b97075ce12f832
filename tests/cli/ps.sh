#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# shellcheck disable=SC2016 # specs and patterns in single quotes
# hpcc ps and hpcc status: for people at several widths, for programs, of jobs in all states.
tests=$(cd "$(dirname "$0")/.." && pwd)
# shellcheck source=tests/cli/lib.bash disable=SC1091,SC2154
. "$tests/cli/lib.bash"
export FAKE_SLURM_DIR=$work/slurm TZ=UTC
PATH=$tests/fake:$PATH
unset COLUMNS

fits() { # fits COLUMNS: every line of the output
	that "lines of at most $1 columns" python3 -c '
import sys, unicodedata
wide = lambda line: sum(0 if unicodedata.combining(c) else 2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in line)
sys.exit(any(wide(line.rstrip("\n")) > int(sys.argv[1]) for line in open(sys.argv[2], encoding="utf-8")))' "$1" "$work/out"
}
ago() { date -u -d "$1 ago" +%Y-%m-%dT%H:%M:%S.000Z; }
service() { # service NAME STATE VERDICT [MORE]: an entry of state.json
	printf '{"name": "%s", "token": "x", "state": "%s", "verdict": %s, "nodes": ["n1", "n2"], "failure_policy_mode": "restart_on_failure", "restart_count": 1, "max_restarts": 5, "window_seconds": 60, "launches": 1%s}' "$1" "$2" "$3" "${4:+, $4}"
}
job() { # job ID STATE EXIT ENDED SERVICES: a record and a state
	record . "$1" "$PWD/.hpc-compose/$1"
	mkdir -p ".hpc-compose/$1"
	printf '{"schema_version": 1, "job_id": "%s", "name": "t", "status": "%s", "exit_code": %s, "started_at": "%s", "ended_at": %s, "attempt": %s, "nodes": ["n1", "n2"], "services": [%s]}\n' \
		"$1" "$2" "$3" "$(ago '1 hour')" "$4" "${ATTEMPT-0}" "$5" >".hpc-compose/$1/state.json"
}
queue() { # queue ID STATE [NODES]: Slurm's own word
	mkdir -p "$FAKE_SLURM_DIR/jobs/$1"
	echo "$2" >"$FAKE_SLURM_DIR/jobs/$1/state"
	echo 2 >"$FAKE_SLURM_DIR/jobs/$1/nodes"
	echo "${3-n[1-2]}" >"$FAKE_SLURM_DIR/jobs/$1/nodelist"
	echo t >"$FAKE_SLURM_DIR/jobs/$1/name"
}

# A job in which everything happens, with names that are hostile, wide or long.
long=$(printf 'n%.0s' {1..60})
job 101 RUNNING null null "$(
	service store ready null "\"ready_at\": \"$(ago '3 minutes')\""
	echo ,
	service web running null "\"readiness\": \"pending\", \"last_look\": \"404\", \"started_at\": \"$(ago '2 hours')\""
	echo ,
	service client waiting null '"waiting_for": [{"service": "web", "condition": "healthy"}, {"service": "store", "condition": "started"}]'
	echo ,
	service again backoff '"app-exit 3"' "\"last_exit_code\": 3, \"ended_at\": \"$(ago '10 seconds')\""
	echo ,
	service first exited '"oom"' "\"last_exit_code\": 137, \"ended_at\": \"$(ago '50 minutes')\""
	echo ,
	service later exited '"app-exit 9"' "\"last_exit_code\": 9, \"ended_at\": \"$(ago '5 minutes')\""
	echo ,
	service once exited '"completed"' "\"last_exit_code\": 0, \"ended_at\": \"$(ago '2 days')\""
	echo ,
	service 'evil\u001b[2J\u202e,\"x' running null
	echo ,
	service '名前がとても長いサービスの名前' starting null
	echo ,
	service "$long" stopping null
)"
sed -i 's/"services": \[\]/"services": [{"name": "store", "ready": "tcp 6379", "ports": [{"number": 6379, "protocol": "tcp"}, {"number": 9125, "last": 9130, "protocol": "udp"}]}]/' .hpc-compose/jobs/101.json
queue 101 RUNNING
for width in 80 120 200; do
	run 0 env COLUMNS=$width hpcc ps 101
	fits $width
	out_has 'SERVICE'
	out_has 'waits for web (healthy), store (started)'
	out_has 'last look: 404'
	out_lacks $'\e'
	run 0 env COLUMNS=$width hpcc status 101
	fits $width
	out_lacks $'\e'
done
run 0 hpcc ps 101
out_has "job 101 't': RUNNING"
out_has 'on n[1-2]'
out_has '10 services: 2 failed, 1 restarting, 1 not ready, 1 waiting, 1 starting, 1 stopping, 1 running, 1 ready, 1 done'
row() { that "a row $1" grep -qE -- "$1" "$work/out"; }
row '^SERVICE +STATE +FOR +NODE +RESTARTS +READY BY +PORTS +LAST EXIT +WHY$'
row '^store +ready +[3-9]m[0-9]+s +n1\+1 +1/5 +tcp 6379 +6379,9125-9130/udp +-$'
row '^client +waiting +1h0[0-9]m .* waits for web \(healthy\), store \(started\)$'
row '^again +restarting +[0-9.ms]+ .* app-exit 3$'
row '^first +out of memory +5[0-9]m[0-9]+s .* 137 oom$'
row '^once +done +2d00h .* 0$'
row '^evil\\x1b\[2J.*,"x +running '
run 0 hpcc ps 101 store
row '^store '
out_lacks client
run 2 hpcc ps 101 nosuch
run 0 hpcc ps 101 --format=json
that 'JSON' python3 - "$work/out" <<'CHECK'
import json, sys
rows = {row["service"]: row for row in json.load(open(sys.argv[1]))}
assert len(rows) == 10
store = rows["store"]
assert (store["job"], store["state"], store["ready_by"], store["max_restarts"]) == ("101", "ready", "tcp 6379", 5), store
assert store["ports"][1] == {"number": 9125, "last": 9130, "protocol": "udp"}
assert rows["client"]["waiting_for"][0] == {"service": "web", "condition": "healthy"}
assert rows["first"]["verdict"] == "oom" and rows["first"]["is"] == "out of memory"
CHECK
run 0 hpcc ps 101 --format=csv
that 'CSV' python3 - "$work/out" <<'CHECK'
import csv, sys
rows = list(csv.DictReader(open(sys.argv[1], encoding="utf-8")))
assert len(rows) == 10 and all(None not in row and None not in row.values() for row in rows)
assert any(row["service"].endswith(',"x') for row in rows)
assert [row["why"] for row in rows if row["service"] == "client"] == ["waits for web (healthy), store (started)"]
assert [row["ports"] for row in rows if row["service"] == "store"] == ["6379,9125-9130/udp"]
CHECK

# One that was started again runs since its last launch.
launched=$(ago '3 minutes')
job 107 RUNNING null null "$(service web running null "\"started_at\": \"$(ago '2 hours')\", \"launched_at\": \"$launched\"" | sed 's/"launches": 1/"launches": 2/')"
queue 107 RUNNING
run 0 hpcc ps 107
row '^web +running +[3-9]m[0-9]+s '
run 0 hpcc ps 107 --format=json
that 'since its last launch' grep -q "\"since\": \"$launched\"" "$work/out"

# status: Slurm's word in plain ones, the time as a bar, what failed first, those that need a look.
run 0 hpcc status 101
out_has '  Slurm     it runs (RUNNING)'
out_has '  time      [--------------------] 1.00s of 5m00s, 4m59s left'
out_has '  services  10: 2 failed'
row '^    first +out of memory \(137 oom\), 1/5 restarts, 5[0-9]m[0-9]+s ago'
out_has "  failed    'first' first (137 oom), 5"
out_has 'more: hpcc why 101'

# Fifty, most of which are well: those that aren't have a line.
job 102 RUNNING null null "$(for k in {1..49}; do
	service "s$k" ready null
	echo ,
done)$(service bad exited '"app-exit 4"' "\"last_exit_code\": 4, \"ended_at\": \"$(ago '1 minute')\"")"
queue 102 RUNNING
run 0 env COLUMNS=80 hpcc status 102
fits 80
out_has '  services  50: 1 failed, 49 ready'
out_has '    and 49 more: hpcc ps 102'
that 'few lines' test "$(wc -l <"$work/out")" -lt 10
run 0 env COLUMNS=80 hpcc ps 102
fits 80
that 'a line each' test "$(wc -l <"$work/out")" = 53

# One that waits: the reason, in plain words, and the estimate.
record . 103 "$PWD/.hpc-compose/103"
sed -i 's/"services": \[\]/"services": [{"name": "one"}]/' .hpc-compose/jobs/103.json
queue 103 PENDING ''
echo Priority >"$FAKE_SLURM_DIR/jobs/103/reason"
run 0 hpcc status 103
out_has '  Slurm     it waits: jobs with a higher priority come first (PENDING, Priority)'
out_has '  start     Slurm has no estimate'
row '^    one +not begun$'
date -u -d '3 hours' +%Y-%m-%dT%H:%M:%S >"$FAKE_SLURM_DIR/jobs/103/start"
echo QOSMaxJobsPerUserLimit >"$FAKE_SLURM_DIR/jobs/103/reason"
run 0 hpcc status 103
out_has 'it waits: you run as many jobs as the quality of service allows (PENDING, QOSMaxJobsPerUserLimit)'
row '^  start +20[0-9-]+ [0-9:]+, in (2h5[0-9]m|3h00m), as Slurm estimates$'
run 0 hpcc ps 103
row '^one +not begun$'
run 0 hpcc status 103 --format=json
that 'the estimate for programs' python3 -c 'import json, sys; assert json.load(sys.stdin)["queue"]["start"].startswith("20")' <"$work/out"

# One that ended a day ago, which Slurm has forgotten; an attempt is named.
ATTEMPT=2 job 104 FAILED 9 "\"$(ago '1 day')\"" "$(service one exited '"app-exit 9"' "\"last_exit_code\": 9, \"ended_at\": \"$(ago '1 day')\"")"
run 0 hpcc status 104
out_has "job 104 't': FAILED with status 9"
out_has ', attempt 2'
out_has '  nodes     2: n1 n2'
row "^  failed +'one' first \(app-exit 9\), 24h0[0-9]m ago"
run 0 hpcc ps 104
out_has ', attempt 2'
row '^one +failed +24h0[0-9]m '

finish
