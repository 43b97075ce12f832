# SPDX-License-Identifier: Apache-2.0
# A pattern that equals what the supervisor says about the service never meets its own words.
. "$1/lib.bash"

service_echo() { exec "$RT" step -- sleep 1000; }
service_next() { exec "$RT" step -- true; }

begin
job 1 <<'TABLE'
service echo
  run service_echo
  log logs/echo.log
  ready log '(started|ready|hpcc:)' within 700ms
service next
  run service_next
  after echo healthy
TABLE
expect_said "hpcc: service 'echo' was not ready within 700ms: job fails"
