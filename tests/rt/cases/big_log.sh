# SPDX-License-Identifier: Apache-2.0
# A log of a gigabyte does not hold up anything: the last line is found, and stops are heard.
. "$1/lib.bash"

service_chatty() { exec "$RT" step -- sh -c "\"$TOOL\" fill \"$JOB_DIR/logs/chatty.log\" 1024; exec sleep 1000"; }

begin
start <<'TABLE'
service chatty
  run service_chatty
  log logs/chatty.log
  ready log '^the end$' within 60s
TABLE
state_becomes chatty state ready
kill -TERM "$SUPERVISOR"
finish 143
