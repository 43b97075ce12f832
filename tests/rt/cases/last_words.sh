# SPDX-License-Identifier: Apache-2.0
# A line that is written just before a service ends, without a line break even, is still seen.
. "$1/lib.bash"

service_brief() { exec "$RT" step -- sh -c 'printf "ready now"'; }
service_next() { exec "$RT" step -- true; }

begin
job 0 <<'TABLE'
service brief
  run service_brief
  log logs/brief.log
  ready log 'ready now$' within 20s
service next
  run service_next
  after brief healthy
TABLE
expect_state next last_exit_code 0
