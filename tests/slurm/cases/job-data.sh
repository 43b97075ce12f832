# SPDX-License-Identifier: Apache-2.0
# A job of two nodes copies data into scratch on each, collects artifacts, copies results out, samples
# both nodes, and leaves no scratch behind.
mkdir in
echo hello >in/file
cat >job.yaml <<'SPEC'
runtime: {backend: host}
x-slurm:
  nodes: 2
  time: 3
  metrics: {interval_seconds: 1}
  scratch: {base: "${SCRATCH}", mount: /scratch, cleanup: always}
  stage_in: [{from: ./in, to: /scratch/in}]
  stage_out:
    - {from: /scratch/out, to: "./result/${SLURM_JOB_ID}", mode: copy}
    - {from: /scratch/none, to: ./failed, when: on_failure}
  artifacts: {export_dir: ./x, paths: ["/hpc-compose/job/*.txt"]}
services:
  all:
    script: |
      cat "$HPC_COMPOSE_SCRATCH_DIR/in/file"
      mkdir -p "$HPC_COMPOSE_SCRATCH_DIR/out" # both nodes are one machine here
      echo "$HPC_COMPOSE_DIST_GLOBAL_RANK" >"$HPC_COMPOSE_SCRATCH_DIR/out/$SLURMD_NODENAME"
      echo kept >"$HPC_COMPOSE_JOB_DIR/rank-$HPC_COMPOSE_DIST_GLOBAL_RANK.txt"
      # Both nodes write these, and copy them out at once.
      for i in $(seq 300); do echo "$i" >"$HPC_COMPOSE_SCRATCH_DIR/out/same.$i"; done
      sleep 1.5
SPEC
SCRATCH=$PWD/scratch compile job.yaml
submit job.sbatch
wait_job
assert_state COMPLETED
mapfile -t nodes < <(job_nodes)
assert_equal results "$(cat "result/$JOB/${nodes[0]}" "result/$JOB/${nodes[1]}" | paste -sd,)" 0,1
assert_equal scratch "$(ls scratch)" ''
dir=$(job_dir)
assert_equal artifacts "$(cat "$dir"/artifacts/payload/*.txt | paste -sd,)" kept,kept
assert_log "$dir/artifacts/manifest.json" '"copied_relative_paths":\["rank-0.txt","rank-1.txt"\]'
for node in "${nodes[@]}"; do
	assert_log "$dir/metrics/cpu.jsonl" "\"node\":\"$node\",\"utilization_pct\""
done
assert_log "$dir/metrics/slurm.jsonl" '"steps":[1-9]'
assert_nothing_left
