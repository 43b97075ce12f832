# SPDX-License-Identifier: Apache-2.0
# The disk under the job root is full: services run on, one warning, the right status.
. "$1/lib.bash"

mkdir "$JOB_ROOT"
if mount -t tmpfs -o "size=$(($(stat -c %s "$RT") / 1048576 + 2))m" tmpfs "$JOB_ROOT" 2>/dev/null; then
	export MOUNTED=$JOB_ROOT
else
	echo 'no right to mount here: left out'
	exit 0
fi
service_works() {
	exec "$RT" step -- sh -c "cat /dev/zero >\"$JOB_DIR/filler\" || :; echo done >>\"$WORK/out\"; exit 3"
}
service_later() { exec "$RT" step -- sh -c "echo later >>\"$WORK/out\""; }

begin
job 0 <<'TABLE'
service works
  run service_works
  log logs/works.log
  on-failure ignore
service later
  run service_later
  log logs/later.log
  after works started
TABLE
grep -q 'done' "$WORK/out" || fail 'the service did not run to its end'
grep -q later "$WORK/out" || fail 'the other service did not run'
[ "$(grep -c 'cannot write state.json' "$WORK/batch.log")" -le 1 ] || fail 'warned more than once'
[ "$(grep -c 'cannot write events.jsonl' "$WORK/batch.log")" -le 1 ] || fail 'warned more than once'
expect_said "hpcc: service 'works' exited with status 3; ignored"
expect_said "hpcc: job completed"
