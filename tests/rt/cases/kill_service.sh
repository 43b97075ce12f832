# SPDX-License-Identifier: Apache-2.0
# The command itself is killed by a signal.
. "$1/lib.bash"

service_victim() { exec "$RT" step -- sh -c 'kill -SEGV $$'; }

begin
job 139 <<'TABLE'
service victim
  run service_victim
TABLE
expect_said "hpcc: service 'victim' was ended by signal SEGV (status 139): job fails"
expect_state victim verdict "app-signal SEGV"
