# SPDX-License-Identifier: Apache-2.0
# The life of a job that uses everything at once, in the promised order, with scratch on each node and
# with a shared one.
. "$SOURCE/life.bash"
make_programs
for scope in node_local shared; do
	LIFE_SCOPE=$scope life "$scope"
	wait_job
	assert_state COMPLETED
	all='scratch resume runtime samples'
	# shows: x-slurm.{setup,cache_dir} x-slurm.stage_in[].{from,to} x-slurm.stage_in[].hf.{repo,revision}
	# shows: x-slurm.rendezvous.{discover,timeout_seconds} x-slurm.scratch.{base,mount,scope}
	# shows: x-slurm.stage_out[].{from,to} x-slurm.resume.path services.<name>.x-slurm.{prologue,epilogue}.script
	# shows: services.<name>.x-slurm.hooks[].{on,script} services.<name>.x-slurm.rendezvous.register.{name,port}
	assert_trace <<-TRACE
		$(before_services "$scope")
		prologue of server: open $all
		server runs, data weights http://elsewhere:80/v1
		worker runs
		epilogue of worker <7>: open $all offer
		restart 1: open $all offer
		worker runs
		epilogue of worker <0>: open $all offer
		epilogue of server <0>: open $all offer
		rsync always: COMPLETED $all manifest
		rsync success: COMPLETED $all manifest
	TRACE
	# shows: x-slurm.stage_out[].when x-slurm.scratch.cleanup x-slurm.cleanup.runtime_cache
	assert_folders no no 'always success'
	assert_verdict COMPLETED 0
	assert_log "$(job_dir)/state.json" '"assertions":\{"configured":true,"status":"passed","expected_exit_code":0,"artifacts_contain":"ma\*"'
	# shows: x-slurm.artifacts.paths x-slurm.artifacts.bundles.<name>.paths
	assert_equal 'artifacts' "$(cd "$(job_dir)/artifacts/payload" && echo *)" 'logs made'
	assert_equal 'results' "$(cat "result/$JOB/always/result" "result/$JOB/success/result" | paste -sd,)" result,result
	assert_life_dir
	! grep -rqs hf_secret "$(job_dir)/state.json" "$(job_dir)/events.jsonl" "slurm-$JOB.out" "$scope.sbatch" ||
		fail 'the token is written down'
	assert_equal 'left in the cache' "$(cd cache && find . -name '*.json' -o -name '*@*' | sort | paste -sd,)" \
		"./models/org--$scope@v1.0,./rendezvous/found/1-s.json,./rendezvous/found/latest.json"
	assert_nothing_left
	rm -r cache/models cache/rendezvous
done
