# SPDX-License-Identifier: Apache-2.0
# A stranger holds the service's port: the service cannot bind and ends; its own status decides,
# and people are told whose answer the probe got.
. "$1/lib.bash"

port=$("$TOOL" free-port)
"$TOOL" listen "$port" &
stranger=$!
reachable() { (exec 3<>"/dev/tcp/127.0.0.1/$port") 2>/dev/null; }
wait_for 10 reachable
eval "service_server() { exec \"$RT\" step -- \"$TOOL\" listen $port; }"

begin
job 98 <<TABLE
service server
  run service_server
  log logs/server.log
  ready tcp 127.0.0.1:$port within 20s
TABLE
kill "$stranger"
expect_said "hpcc: service 'server': something answers at 127.0.0.1:$port before the service has started"
expect_state server last_exit_code 98
