#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# shellcheck disable=SC2016 # specs and patterns in single quotes
# What only the job knows, on this machine: ports that it chooses, where services are, its variables.
. "$(dirname "$0")/lib.bash"

cat >server.py <<'PYTHON'
import http.server, os, sys
# Told by the command, and by the variables; both are the same.
assert sys.argv[1] == os.environ["HPC_COMPOSE_PORT_HTTP"] == os.environ["HPC_COMPOSE_ADDR_WEB_PORT_HTTP"]
assert os.environ["HPC_COMPOSE_PORT_ADMIN_1"] == "18431"
# The first launch fails; the second has the same port.
try:
    open("launched", "x").write(sys.argv[1])
except FileExistsError:
    assert open("launched").read() == sys.argv[1]
    handler = http.server.SimpleHTTPRequestHandler
    http.server.HTTPServer(("127.0.0.1", int(sys.argv[1])), handler).serve_forever()
sys.exit(1)
PYTHON
cat >client.py <<'PYTHON'
import os, sys, urllib.request
urllib.request.urlopen(sys.argv[1]).read()
assert sys.argv[2:] == ["it's  \"given\" $HOME", "a  'b' \\", "${run:GIVEN}"], sys.argv
assert os.environ["JOB"] == os.environ["HPC_COMPOSE_JOB_DIR"].split("/")[-1]
print("reached", os.environ["HPC_COMPOSE_ADDR_WEB_HOST"])
PYTHON
cat >compose.yaml <<'SPEC'
name: values
runtime: {backend: host}
x-slurm:
  setup: ['export GIVEN="it''s  \"given\" \$HOME"']
services:
  web:
    command: [python3, server.py, "${run:web.port.http}"]
    readiness: {type: tcp, port: http, timeout_seconds: 60}
    x-slurm:
      ports: {http: auto, admin-1: 18431}
      lifetime: dependents
      failure_policy: {mode: restart_on_failure, max_restarts: 2, backoff_seconds: 1}
  other:
    command: ["true"]
    environment: {MINE: "${run:other.port.http}", THEIRS: "${run:web.port.http}"}
    script: test "$MINE" != "$THEIRS" && test "$MINE" = "$HPC_COMPOSE_PORT_HTTP"
    x-slurm: {ports: {http: auto}}
  named:
    script: test "$HPC_COMPOSE_PORT_SQL/$HPC_COMPOSE_ADDR_NAMED_PORT_SQL" = 5432/5432
    ports: [{target: 5432, name: sql}]
  client:
    command:
      - python3
      - client.py
      - "http://127.0.0.1:${run:web.port.http}/server.py"
      - ${run:GIVEN}
      - "${run:NOT_GIVEN:-a  'b' \\}"
      - $${run:GIVEN}
    environment: {JOB: "${run:SLURM_JOB_ID}"}
    depends_on: {web: {condition: service_healthy}}
SPEC
sed -i '/command: \["true"\]/d' compose.yaml
run 0 hpcc up --local
run 0 hpcc logs client
# shows: services.<name>.x-slurm.ports services.<name>.ports[].name
out_has "reached $(hostname)"

# Nobody has set it: nothing starts, and the place in the spec is told.
cat >unset.yaml <<'SPEC'
runtime: {backend: host}
services:
  worker:
    script: touch started
    environment:
      PLACE: /data/${run:NOT_GIVEN}
SPEC
run 1 hpcc up --local -f unset.yaml
out_has 'unset.yaml:6:20: services.worker.environment.PLACE: the job has no variable NOT_GIVEN'
that 'nothing was started' test ! -e started
run 0 env NOT_GIVEN=x hpcc up --local -f unset.yaml
that 'it was started' test -e started

# A value of several lines can't be carried everywhere, so it is refused.
rm started
run 1 env NOT_GIVEN=$'a\nb' hpcc up --local -f unset.yaml
that 'nothing was started' test ! -e started

finish
