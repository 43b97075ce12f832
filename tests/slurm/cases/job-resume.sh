# SPDX-License-Identifier: Apache-2.0
# A second attempt knows that it is one and finds what the first has saved, in its container and on
# the node; each attempt keeps its own folder, and the links of the job lead to the newest.
for backend in host pyxis; do
	cat >$backend.yaml <<-YAML
		name: again-$backend
		runtime: {backend: $backend}
		x-slurm:
		  time: 3
		  requeue: true
		  resume: {path: "$PWD/saved-$backend"}
		  artifacts: {export_dir: ./out, paths: [/hpc-compose/job/found]}
		services:
		  work:
		    image: $IMAGE
		    script: |
		      echo "attempt \$HPC_COMPOSE_ATTEMPT, resume \$HPC_COMPOSE_IS_RESUME"
		      echo "saved in \$HPC_COMPOSE_RESUME_DIR"
		      if [ "\$HPC_COMPOSE_IS_RESUME" = 1 ]; then
		        cat "\$HPC_COMPOSE_RESUME_DIR/step" | tee "\$HPC_COMPOSE_JOB_DIR/found"
		        exit
		      fi
		      echo 'step 7' >"\$HPC_COMPOSE_RESUME_DIR/step"
		      echo waiting
		      while :; do sleep 0.1; done
	YAML
	compile $backend.yaml
	submit $backend.sbatch
	dir=.hpc-compose/$JOB
	wait_log "$dir/attempts/0/logs/work.log" '^waiting$'
	assert_log "$dir/attempts/0/logs/work.log" '^attempt 0, resume 0$'
	assert_equal 'first state' "$(readlink -f "$dir/state.json")" "$PWD/$dir/attempts/0/state.json"
	slurm scontrol requeue "$JOB"
	wait_files 60 "$dir/attempts/1/artifacts/manifest.json"
	wait_job
	assert_state COMPLETED

	where=/hpc-compose/resume
	[ $backend = pyxis ] || where=$PWD/saved-$backend
	printf '%s\n' 'attempt 1, resume 1' "saved in $where" 'step 7' >wanted
	diff wanted "$dir/attempts/1/logs/work.log" || fail "differences on $backend"
	assert_equal 'attempts' "$(cd "$dir/attempts" && echo *)" '0 1'
	for name in allocation logs metrics artifacts state.json; do
		[ -e "$dir/attempts/1/$name" ] || continue
		assert_equal "link $name" "$(readlink -f "$dir/$name")" "$PWD/$dir/attempts/1/$name"
	done
	for name in allocation logs artifacts state.json; do
		[ -L "$dir/$name" ] || fail "no link $name"
	done
	manifest=$dir/artifacts/manifest.json
	assert_log "$manifest" '"attempt": ?1'
	assert_log "$manifest" '"is_resume": ?true'
	assert_equal 'collected' "$(cat "$dir/artifacts/payload/found")" 'step 7'
	record=saved-$backend/_hpc-compose/latest.json
	assert_log "$record" '"attempt": ?1'
	assert_log "$record" "\"compose_name\": ?\"again-$backend\""
	assert_log "$record" "\"job_id\": ?\"$JOB\""
	assert_nothing_left

	# A new job on the same path resumes, too, though it is a first attempt.
	submit $backend.sbatch
	wait_job
	assert_state COMPLETED
	assert_log ".hpc-compose/$JOB/logs/work.log" '^attempt 0, resume 1$'
	assert_log ".hpc-compose/$JOB/logs/work.log" '^step 7$'
done
