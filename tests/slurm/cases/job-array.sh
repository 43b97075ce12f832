# SPDX-License-Identifier: Apache-2.0
# Each task of an array is a job with a folder of its own, whose services know which task they are:
# on the nodes and inside containers.
for backend in host pyxis; do
	cat >$backend.yaml <<-YAML
		runtime: {backend: $backend}
		x-slurm: {array: 0-2, time: 3, cpus_per_task: 1}
		services:
		  task:
		    image: $IMAGE
		    script: |
		      echo "task \$SLURM_ARRAY_TASK_ID, \$SLURM_ARRAY_TASK_MIN to \$SLURM_ARRAY_TASK_MAX"
		      echo "array \$SLURM_ARRAY_JOB_ID of \$SLURM_ARRAY_TASK_COUNT"
		      echo "\$SLURM_ARRAY_TASK_ID" >"\$HPC_COMPOSE_JOB_DIR/task"
	YAML
	compile $backend.yaml
	submit $backend.sbatch
	array=$JOB
	folders=()
	for task in 0 1 2; do
		# A waiting task gets a number of its own when it starts: until then it goes by its place.
		JOB=${array}_$task
		wait_job
		JOB=$(job_number)
		read_job
		assert_state COMPLETED
		assert_log "$(log_of task)" "^task $task, 0 to 2\$"
		assert_log "$(log_of task)" "^array $array of 3\$"
		# shows: x-slurm.array
		assert_equal 'written by the task' "$(cat "$(job_dir)/task")" "$task"
		folders+=("$JOB")
		assert_nothing_left
	done
	assert_equal 'folders' "$(printf '%s\n' "${folders[@]}" | sort -u | wc -l)" 3
done
