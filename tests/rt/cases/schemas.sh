# SPDX-License-Identifier: Apache-2.0
# A job's files are what docs/job-files.md and docs/schema say, at every stage, with odd names in them.
command -v python3 >/dev/null || { echo 'no python3: left out' && exit 0; }
. "$1/lib.bash"

service_odd() { exec "$RT" step -- sh -c 'echo up; exec sleep 1000'; }
service_flaky() { exec "$RT" step -- sh -c 'kill -SEGV $$'; }
service_waits() { exec "$RT" step -- true; }

validate() {
	local status=0
	"$1/../schema/job-files" "${@:2}" "$JOB_DIR" || status=$?
	[ "$status" = 0 ] || [ "$status" = 77 ] || fail 'files that are not as documented'
}

here=$1
begin "'a \"b\\c' token odd" 'flaky token flaky' 'waits token waits'
validate "$here" --running
start <<'TABLE'
service 'a "b\c'
  run service_odd
  token odd
  log logs/odd.log
  ready log up within 20s
  assert duration 1500ms
  assert artifact 'x"*'
service flaky
  run service_flaky
  log logs/flaky.log
  on-failure restart max 1 window 1 in 1500ms backoff 100ms
  assert exit 3
service waits
  run service_waits
  after 'a "b\c' completed
TABLE
finish 139
validate "$here"
grep -q '"name":"a \\"b\\\\c"' "$JOB_DIR/state.json" || fail 'the name is not there'
grep -q '"verdict":"app-signal SEGV"' "$JOB_DIR/state.json" || fail 'the verdict is not there'
