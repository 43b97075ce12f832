# SPDX-License-Identifier: Apache-2.0
# However often services begin again, the files of the job stay as few; what happened is in events.jsonl.
. "$1/lib.bash"

service_one() { exec "$RT" step -- false; }
service_two() { exec "$RT" step -- false; }

begin one two
job 1 <<'TABLE'
service one
  run service_one
  log logs/one.log
  on-failure restart max 40 window 100 in 60s backoff 0s
service two
  run service_two
  log logs/two.log
  on-failure restart max 100 window 100 in 60s backoff 0s
TABLE
expect_state one launches 41
[ "$(grep -c '"service":"one","event":"exit"' "$JOB_DIR/events.jsonl")" = 41 ] || fail 'an exit was not recorded'
marks=("$JOB_DIR"/service-exits/*)
[ ${#marks[@]} -le 4 ] || fail "there are marks of launches that were long over: ${marks[*]}"
[ -e "$JOB_DIR/service-exits/one.41.0.exit" ] || fail 'the last launch has no marks'
files=$(find "$JOB_DIR" -type f \( -path '*/service-*' -o -path '*/logs/*' \) | wc -l)
[ "$files" -le $((5 * 2)) ] || fail "$files files of two services"
