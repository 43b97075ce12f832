#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# Orders by hand to a local job: restart, stop, start, signal; what is told, refused and why.
# shellcheck disable=SC2016 # the inner shell expands these
. "$(dirname "$0")/lib.bash"

cat >serve.sh <<'SH'
echo "begun $1"
trap 'echo "bye $1"; exit 0' TERM
trap 'echo "reads its file again"' HUP
while :; do sleep 0.05; done
SH
cat >orders.yaml <<'SPEC'
name: orders
runtime: {backend: host}
services:
  web:
    command: [sh, serve.sh, web]
    scale: 2
    x-slurm:
      failure_policy: {mode: restart_on_failure, max_restarts: 1, window_seconds: 60, max_restarts_in_window: 1}
  db:
    command: [sh, serve.sh, db]
  late:
    command: sleep 1000
    depends_on: {once: {condition: service_completed_successfully}}
  once:
    command: [sh, -c, 'until test -e go; do sleep 0.05; done']
SPEC
run 0 hpcc up --local --detach orders.yaml
id=$(hpcc jobs | awk 'NR == 1 {print $1}')
dir=.hpc-compose/$id
has() { python3 -c "
import json, sys
s = {x['name']: x for x in json.load(open('$dir/state.json'))['services']}
sys.exit(not ($1))"; }
that 'it runs' within 20 has 's["db"]["state"] == s["web-1"]["state"] == s["web-2"]["state"] == "running"'
that 'a trap is set' within 20 grep -q begun "$dir/logs/db.log"

# As often as one likes: no cap counts it.
run 0 hpcc restart web-1
out_has "job $id: 'web-1' was restarted, launch 2"
run 0 hpcc restart "$id" web
out_has "'web-1' was restarted, launch 3"
out_has "'web-2' was restarted, launch 2"
run 0 hpcc restart web-1 "$id"
run 0 hpcc restart --job="$id" web-1 --format=json
out_has '"answer": "taken"'
that 'counters' within 10 has 's["web-1"]["launches"] == 5 and s["web-1"]["restarts_by_hand"] == 4 and s["web-1"]["restart_count"] == 0 and s["web-1"]["restart_failures_in_window"] == 0 and s["web-1"]["launched_at"] > s["web-1"]["started_at"]'
that 'an event' grep -q '"service":"web-1","event":"restart-by-hand".*is restarted by hand' "$dir/events.jsonl"
that 'it stopped gracefully' grep -q 'bye web' "$dir/logs/"web*1*.log

run 0 hpcc stop db
out_has "'db' was stopped; 'hpcc start' starts it again"
that 'it is over' has 's["db"]["state"] == "exited" and s["db"]["verdict"] == "stopped" and s["db"]["stopped_by_hand"]'
run 0 hpcc stop db
out_has "'db' stays as it is"
run 0 hpcc start db
out_has "'db' was started, launch 2"
run 0 hpcc start db
out_has "'db' stays as it is"
begun() { [ "$(grep -c begun "$dir/logs/db.log")" = "$1" ]; }
that 'the trap is set again' within 20 begun 2
run 0 hpcc signal db HUP
out_has "'db' was sent HUP"
that 'it hears' within 20 grep -q 'reads its file again' "$dir/logs/db.log"

# A signal's number is no job.
run 0 hpcc signal db 1
out_has "'db' was sent HUP"
run 0 hpcc signal db HUP "$id"
out_has "job $id: 'db' was sent HUP"

# Whoever only shows ends with its reader.
for words in 'watch --plain' 'logs -f db' 'events -f'; do
	run 0 timeout 20 bash -c "hpcc $words | head -n 1"
	that 'a line' test -n "$out"
done

# What waits, waits on; nobody is stopped for it, nothing fails.
run 3 hpcc restart late
err_has "can't restart 'late': it waits for others, and starts by itself"
run 0 hpcc stop once
run 3 hpcc signal once HUP
err_has "it doesn't run at the moment"
that 'it waits' has 's["late"]["state"] == "waiting" and s["late"]["waiting_for"]'
run 0 hpcc start once
touch go
that 'its end counts' within 20 has 's["late"]["state"] == "running"'

# Words that mean nothing.
run 2 hpcc restart
err_has 'which service? hpcc restart SERVICE'
run 2 hpcc signal db
err_has 'hpcc signal SERVICE SIGNAL'
run 2 hpcc restart webs
err_has "job $id has no service 'webs'"
run 2 hpcc signal db HUPP
err_has "no signal is called 'HUPP'"
run 2 hpcc signal db 99
err_has "no signal is called '99'"
run 3 hpcc signal db STOP
err_has 'no signal of this name can be passed to it'
run 3 hpcc restart web local-20200101-000000
err_has 'no job'

# A folder that others may write to is nobody's word.
chmod 0777 "$dir/orders"
run 3 hpcc restart db
err_has "can be changed by everybody"
chmod 0700 "$dir/orders"
# One of an earlier version has none.
mv "$dir/orders" "$dir/elsewhere"
run 3 hpcc restart db
err_has 'its supervisor is of an earlier version, which takes no orders'
mv "$dir/elsewhere" "$dir/orders"
# Whatever else lies there is no order, and stays.
mkdir "$dir/orders/1"
ln -s /etc/passwd "$dir/orders/2"
mkfifo "$dir/orders/3"
printf 'hpcc-order 9\nstop db\n' >"$dir/orders/4"
printf 'nonsense' >"$dir/orders/5"
printf 'hpcc-order 1\nstop nobody\njump db\nsignal db\nstop "db"\n' >"$dir/orders/6"
ln "$dir/orders/6" "$dir/orders/7"
head -c 2000000 /dev/zero >"$dir/orders/8"
run 0 hpcc restart db
that 'another version' grep -q '^version 0' "$dir/orders/4"
that 'nonsense' grep -q '^malformed 0' "$dir/orders/5"
that 'a second name' grep -q '^hpcc-order' "$dir/orders/7"
that 'nothing was stopped' has 's["db"]["state"] == "running"'
rm "$dir/orders/7"
run 0 hpcc restart db
that 'each line' test "$(tail -n +2 "$dir/orders/6" | cut -d' ' -f1 | xargs)" = 'no-service malformed malformed malformed'

# After its end.
run 0 hpcc cancel
that 'it ends' within 20 grep -q '"status":"CANCELLED"' "$dir/state.json"
run 3 hpcc restart db
err_has "job $id: it has ended"

# Under Slurm a supervisor is told by scancel, and again while it is silent; what it doesn't take is taken back.
tests=$(cd "$(dirname "$0")/.." && pwd)
export FAKE_SLURM_DIR=$work/slurm
PATH=$tests/fake:$PATH
printf 'name: silent\nruntime: {backend: host}\nx-slurm: {time: 5}\nservices: {db: {command: [sh, serve.sh, db]}}\n' >silent.yaml
run 0 hpcc submit --no-preflight silent.yaml
id=$(sed -n 's/^submitted job \([0-9]*\);.*/\1/p' "$work/out")
dir=.hpc-compose/$id
that 'it runs' within 20 has 's["db"]["state"] == "running"'
run 0 hpcc restart db "$id"
out_has "job $id: 'db' was restarted, launch 2"
nudges() { grep -c -- '^scancel --batch --signal=URG' "$FAKE_SLURM_DIR/calls"; }
before=$(nudges)
that 'by scancel' test "$before" -ge 1
supervisor=$(pgrep -n -f "^[^ ]*hpcc-rt supervise .*$PWD/$dir( |\$)") # its guard stands before it
kill -STOP "$supervisor"
run 3 hpcc restart db "$id"
err_has "job $id: can't restart 'db': no answer within 30 s; the order was taken back"
command="$(cat "$FAKE_SLURM_DIR/calls")"
that 'it was told again and again' test $(($(nudges) - before)) -ge 4
that 'no order is left' test -z "$(ls "$dir/orders")"
kill -CONT "$supervisor"
run 0 hpcc restart db "$id"
out_has "'db' was restarted, launch 3"
run 0 hpcc cancel "$id"
that 'it ends' within 20 grep -q '"status":"CANCELLED"' "$dir/state.json"
finish
