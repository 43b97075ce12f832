# SPDX-License-Identifier: Apache-2.0
# Commands that follow a job of two components: what each of them does, a command in a service of each, one beside
# it, and what is copied from the nodes of both, and sampled there.
scratch=$(mktemp -d /tmp/hpcc-het-XXXXXX)
trap 'rm -rf "$scratch"' EXIT
cat >job.yaml <<YAML
name: het
runtime: {backend: host}
x-slurm:
  time: 3
  metrics: {interval_seconds: 1}
  scratch: {base: $scratch, mount: /scratch, scope: node_local}
  stage_out: [{from: /scratch/out, to: ./out}]
  components:
    server: {partition: test}
    workers: {partition: side, nodes: 2}
services:
  server:
    script: |
      mkdir -p "\$HPC_COMPOSE_SCRATCH_DIR/out"
      : >"\$HPC_COMPOSE_SCRATCH_DIR/out/\$SLURMD_NODENAME"
      echo works
      while [ ! -e go ]; do sleep 0.1; done
  worker:
    script: |
      mkdir -p "\$HPC_COMPOSE_SCRATCH_DIR/out"
      : >"\$HPC_COMPOSE_SCRATCH_DIR/out/\$SLURMD_NODENAME"
      echo works
      while [ ! -e go ]; do sleep 0.1; done
    x-slurm: {component: workers}
YAML
slurm "$HPCC" submit job.yaml >submitted || fail "submit ended with $?"
JOB=$(sed -n 's/^submitted job \([0-9]*\);.*/\1/p' submitted)
all_work() { [ "$(cat ".hpc-compose/$JOB/logs/"*.log 2>/dev/null | grep -c '^works$')" = 3 ]; }
wait_until 60 all_work

slurm "$HPCC" status >told
assert_log told "^job $JOB 'het': RUNNING.*, on n[0-9],n\\["
assert_log told "^  component server \\($JOB\\): RUNNING, on n[0-9], "
assert_log told "^  component workers \\($((JOB + 1))\\): RUNNING, on n\\["
at() { slurm "$HPCC" exec "$@" -- sh -c 'echo "$SLURMD_NODENAME"' 2>>exec.err || fail "exec $* ended with $?: $(cat exec.err)"; }
assert_equal 'node of the server' "$(at server)" "$(cat "$(job_dir)/allocation/components/server.nodes.txt")"
assert_equal 'nodes of the worker' "$(at worker) $(at --task=1 worker)" \
	"$(paste -sd' ' "$(job_dir)/allocation/components/workers.nodes.txt")"
slurm "$HPCC" run -f job.yaml worker -- sh -c 'echo "beside it on $SLURMD_NODENAME"' >run.out 2>&1 || fail "run: $(cat run.out)"
assert_log run.out "^beside it on $(head -n 1 "$(job_dir)/allocation/components/workers.nodes.txt")\$"
slurm "$HPCC" stats --format=json >stats.json
assert_log stats.json "\"step\": \"$((JOB + 1))\\.[0-9]"
touch go
wait_job
assert_state COMPLETED
assert_equal 'copied out' "$(find out -name 'n[0-9]' | wc -l)" 3
assert_equal 'scratch that is left' "$(find "$scratch" -mindepth 1)" ''
assert_equal 'nodes with samples' "$(sed -n 's/.*"node":"\(n[0-9]\)".*/\1/p' "$(job_dir)/metrics/cpu.jsonl" | sort -u | wc -l)" 3
assert_log "$(job_dir)/metrics/slurm.jsonl" "\"job_id\":\"$((JOB + 1))\""
all_told() { slurm "$HPCC" status >told && file_matches told "^  component workers \\($((JOB + 1))\\): COMPLETED"; }
wait_until 20 all_told
assert_nothing_left
