#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# Copies of a service on this machine: each with its own log, state, port and number; commands take the name of
# the service for all of them, that of a copy for one.
. "$(dirname "$0")/lib.bash"

cat >compose.yaml <<'SPEC'
name: copies
runtime: {backend: host}
services:
  web:
    scale: ${N:-3}
    script: |
      echo "copy $HPC_COMPOSE_COPY_INDEX of $HPC_COMPOSE_COPY_COUNT at $MINE"
      test "$MINE" = "$HPC_COMPOSE_PORT_HTTP"
      # The second fails once.
      test "$HPC_COMPOSE_COPY_INDEX" != 1 || mkdir launched || { rmdir launched; exit 0; }
      test "$HPC_COMPOSE_COPY_INDEX" != 1
    environment: {MINE: "${run:web.port.http}"}
    x-slurm:
      ports: {http: auto}
      failure_policy: {mode: restart_on_failure, max_restarts: 1, backoff_seconds: 1}
  client:
    depends_on: {web: {condition: service_completed_successfully}}
    script: |
      printf '%s\n' "$FIRST" "$HPC_COMPOSE_ADDR_WEB_1_PORT_HTTP" "$HPC_COMPOSE_ADDR_WEB_PORT_HTTP" >first
      printf '%s\n' "$FIRST" "$SECOND" "$HPC_COMPOSE_ADDR_WEB_3_PORT_HTTP" >all
    environment: {FIRST: "${run:web.port.http}", SECOND: "${run:web-2.port}"}
SPEC
run 0 hpcc up --local compose.yaml
id=$(basename .hpc-compose/local-*)
that 'the service has the name of its first copy' test "$(sort -u first | wc -l)" = 1
that 'three ports' test "$(sort -u all | wc -l)" = 3
for k in 1 2 3; do
	that "log of copy $k" grep -q "^copy $((k - 1)) of 3 at [0-9]" ".hpc-compose/$id/logs/web-$k.log"
done
that 'one of them was started again' test "$(grep -c '^copy' ".hpc-compose/$id/logs/web-2.log")" = 2

run 0 hpcc status --lines "$id" web-2
out_has "service 'web-2': failure_policy=restart_on_failure restarts=1/1"
for words in ps status 'status --lines'; do
	read -r -a word <<<"$words"
	run 0 hpcc "${word[@]}" web
	out_has web-1
	out_has web-3
	out_lacks client
	run 0 hpcc "${word[@]}" "$id" web-2
	out_has web-2
	out_lacks web-1
	run 0 hpcc "${word[@]}" compose.yaml web-2 client
	out_has client
	out_lacks web-3
	run 2 hpcc "${word[@]}" wb
	err_has "job $id has no service 'wb'"
	err_has "did you mean 'web'?"
done
run 0 hpcc status --format=json web-3
that 'one service in JSON' test "$(grep -c restart_count <<<"$out")" = 1
run 0 hpcc logs web
out_has 'web-1 | copy 0 of 3'
out_has 'web-3 | copy 2 of 3'
out_lacks 'batch'
run 0 hpcc logs "$id" web-2
out_has 'web-2 | copy 1 of 3'
out_lacks 'web-1'
run 2 hpcc logs web-4
err_has "has no service 'web-4'"

# One copy has a copy's name, too; without any the service takes no part, and nobody waits for it.
sed -i 's/, SECOND: .*/}/' compose.yaml
run 0 hpcc inspect --env N=1 compose.yaml
out_has 'web-1: node 0'
out_has 'HPC_COMPOSE_COPY_COUNT=1'
run 2 hpcc validate --env N=0 compose.yaml
err_has "'web' has no copies"
sed -i '/FIRST: /d' compose.yaml
run 0 hpcc inspect --env N=0 compose.yaml
out_has 'client: node 0, starts at once'
finish
