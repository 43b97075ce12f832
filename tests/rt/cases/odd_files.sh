# SPDX-License-Identifier: Apache-2.0
# What lies in the place of the job's files may be anything: FIFOs, folders, links to elsewhere. Nothing
# waits for them, nothing is written through them, and it is told.
. "$1/lib.bash"

service_fifo() { exec "$RT" step -- echo one; }
service_folder() { exec "$RT" step -- echo one; }
service_link() { exec "$RT" step -- sh -c 'echo one; exit 3'; }
service_marks() {
	mkfifo "$JOB_DIR/service-exits/marks.1.0.start" "$JOB_DIR/service-exits/marks.1.0.exit" \
		"$JOB_DIR/service-exits/.marks.1.0.start"
	exec "$RT" step -- true
}
service_turns() {
	echo >>"$WORK/lives"
	[ "$(wc -l <"$WORK/lives")" = 1 ] || exec "$RT" step -- echo again
	rm "$JOB_DIR/logs/turns.log"
	mkfifo "$JOB_DIR/logs/turns.log"
	exec "$RT" step -- false
}

begin
mkfifo "$JOB_DIR/logs/fifo.log" "$JOB_DIR/events.jsonl" "$JOB_DIR/service-exits/old.1.0.start"
mkdir "$JOB_DIR/logs/folder.log"
mkdir -p "$JOB_DIR/metrics" && mkfifo "$JOB_DIR/metrics/stop"
echo precious >"$WORK/elsewhere"
ln -s "$WORK/elsewhere" "$JOB_DIR/logs/link.log"
job 0 <<'TABLE'
service fifo
  run service_fifo
  log logs/fifo.log
  ready log one within 5s
service folder
  run service_folder
  log logs/folder.log
service link
  run service_link
  log logs/link.log
  on-failure ignore
service marks
  run service_marks
service turns
  run service_turns
  log logs/turns.log
  on-failure restart max 1 window 1 in 60s backoff 10ms
TABLE
expect_said "service 'fifo' runs without a log: $JOB_DIR/logs/fifo.log: is a FIFO, not a plain file"
expect_said "service 'folder' runs without a log: $JOB_DIR/logs/folder.log: is a folder, not a plain file"
expect_said "service 'link' runs without a log: $JOB_DIR/logs/link.log: is a link, not a plain file"
expect_said "service 'turns' runs without a log: $JOB_DIR/logs/turns.log: is a FIFO, not a plain file"
expect_said 'cannot write events.jsonl: is a FIFO, not a plain file'
[ "$(<"$WORK/elsewhere")" = precious ] || fail 'written through a link'
for service in fifo folder marks turns; do
	expect_state $service verdict completed
done

# The other programs of the run-time: the sampler, and `end`.
rm "$JOB_DIR/events.jsonl" "$JOB_DIR/metrics/stop" "$JOB_DIR/state.json"
mkfifo "$JOB_DIR/metrics/cpu.jsonl" "$JOB_DIR/state.json"
touch "$JOB_DIR/metrics/stop"
timeout 20 "$RT" sample --dir "$JOB_DIR" --job 1 --interval 5 --collect cpu 2>"$WORK/batch.log" || fail 'the sampler waits'
expect_said 'sample: metrics/cpu.jsonl: is a FIFO, not a plain file'
timeout 20 "$RT" end --dir "$JOB_DIR" --status 1 || fail "'end' waits"
[ -p "$JOB_DIR/metrics/cpu.jsonl" ] || fail 'the FIFO is gone'
