# SPDX-License-Identifier: Apache-2.0
# The record tells a program that failed from one that never started, though srun ends with 1 for
# both: a container that cannot start, a mount source that is not there, a program that is not there.

# verdict NAME IMAGE COMMAND VOLUME [SRUN-OPTION]: compiles and runs one service that may fail.
verdict() {
	cat >"$1.yaml" <<-YAML
		services:
		  $1:
		    image: $2
		    command: $3
		    volumes: [$4]
		    x-slurm: {failure_policy: {mode: ignore}, extra_srun_args: [${5-}]}
	YAML
	compile "$1.yaml"
	submit "$1.sbatch"
	wait_job
	sed -n "s/.*{\"name\":\"$1\".*\"verdict\":\"\([^\"]*\)\".*\"last_exit_code\":\([0-9]*\).*/\1 \2/p" \
		".hpc-compose/$JOB/state.json"
}

assert_equal 'app' "$(verdict app "$IMAGE" "[sh, -c, 'exit 1']" '')" 'app-exit 1 1'
assert_equal 'signal' "$(verdict signal "$IMAGE" "[sh, -c, 'kill -SEGV \$\$\$\$']" '')" 'app-signal SEGV 139'
assert_equal 'no image' "$(verdict image "$PWD/none.sqsh" '[ls]' '')" 'not-started 1'
assert_equal 'no mount' "$(verdict mount "$IMAGE" '[ls]' "$PWD/none:/mnt")" 'not-started 1'
assert_equal 'no program' "$(verdict program "$IMAGE" '[no-such-program]' '')" 'not-started 127'
assert_equal 'no step' "$(verdict step "$IMAGE" '[ls]' '' --no-such-option)" 'step-not-created 255'
