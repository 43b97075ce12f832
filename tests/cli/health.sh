#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# Services that are ready and don't answer: what looks see, who is stopped for it, and what is told.
. "$(dirname "$0")/lib.bash"

cat >server.py <<'PYTHON'
import http.server, sys, time

class Handler(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        if self.path == "/slow":
            time.sleep(1000)
        self.send_response(404 if self.path == "/gone" else 200)
        self.end_headers()

    def log_message(self, *args):
        pass

server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
server.daemon_threads = True
open("port", "w").write(str(server.server_port))
server.serve_forever()
PYTHON
python3 server.py &
server=$!
trap 'kill $server; tidy' EXIT
that 'a server' within 20 test -s port
port=$(<port)
cat >health.yaml <<SPEC
runtime: {backend: host}
x-common: &common
  command: sleep 1000
  x-slurm: {failure_policy: {mode: ignore}}
services:
  refused: {<<: *common, liveness: {type: tcp, host: 127.0.0.2, port: $port, interval_seconds: 1, failures: 1}}
  stranger: {<<: *common, liveness: {type: tcp, port: $port, interval_seconds: 1, failures: 1}}
  anybody: {<<: *common, liveness: {type: tcp, port: $port, interval_seconds: 1, failures: 1, owner: any}}
  gone:
    <<: *common
    liveness: {type: http, url: "http://127.0.0.1:$port/gone", interval_seconds: 1, failures: 1, owner: any}
  found:
    <<: *common
    liveness:
      {type: http, url: "localhost:$port/gone", status_code: 404, interval_seconds: 1, failures: 1, owner: any}
  slow:
    <<: *common
    liveness:
      type: http
      url: http://127.0.0.1:$port/slow
      owner: any
      interval_seconds: 1
      attempt_timeout_seconds: 1
      failures: 2
  inside:
    <<: *common
    liveness: {type: exec, command: [sh, -c, 'echo is sick; exit 3'], interval_seconds: 1, failures: 1}
  unasked: {<<: *common, liveness: {type: tcp, port: 1, interval_seconds: 3600}}
SPEC
run 0 hpcc up --local --detach health.yaml
id=$(hpcc jobs | awk 'NR == 1 {print $1}')
dir=.hpc-compose/$id
happened() { grep -qs "\"service\":\"$1\",\"event\":\"$2\",.*\"last_look\":\"$3\"" "$dir/events.jsonl"; }
ended() { grep -qs "\"service\":\"$1\",\"event\":\"ignored\"" "$dir/events.jsonl"; }
counts() { [ "$(grep -c "\"service\":\"$1\",\"event\":\"look-failed\"" "$dir/events.jsonl")" = "$2" ]; }
stays() { grep -qs "\"name\":\"$1\",.*\"state\":\"running\"" "$dir/state.json"; }
# shows: services.<name>.liveness.{type,host,port}
that 'nobody listens there' within 40 happened refused unhealthy 'connection refused'
that 'the policy decides' within 20 ended refused
that "another one's port" within 40 happened stranger unhealthy "port $port is held by another process"
that 'another status' within 40 happened gone unhealthy 404
# shows: services.<name>.liveness.command
that 'a command' within 40 happened inside unhealthy 'is sick (status 3)'
# shows: services.<name>.liveness.attempt_timeout_seconds
that 'no answer in time' within 40 happened slow unhealthy 'no answer'
# shows: services.<name>.liveness.failures
that 'two of them' counts slow 2
that 'one' counts refused 1
that 'it ends' within 20 ended slow
run 0 hpcc status --lines
out_has 'unhealthy, status 1 (last look: connection refused)'
out_has 'unhealthy, status 1 (last look: 404)'
# shows: services.<name>.liveness.owner
that 'whoever listens' stays anybody
# shows: services.<name>.liveness.{url,status_code}
that 'the wanted status' stays found
# shows: services.<name>.liveness.interval_seconds
that 'in an hour' stays unasked
run 0 hpcc cancel "$id"
run 143 hpcc logs -f --job "$id"
that 'no look of the others failed' counts anybody 0
that 'nor of these' counts found 0

finish
