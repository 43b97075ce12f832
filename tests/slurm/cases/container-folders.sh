# SPDX-License-Identifier: Apache-2.0
# Folders that jobs in Pyxis's containers are submitted from: one whose name its shell or its list of
# mounts would take for something else is refused before the job; in any other the job runs.
# shellcheck disable=SC2016 # names in single quotes
for name in 'a b' "a'b" 'a\b' 'ünï' 'a,b' 'a:b' 'a$USER' 'a"b' 'a`id`' 'x$(touch HACKED)'; do
	mkdir -p "$name/data"
	echo "in $name" >"$name/data/text"
	printf 'x-slurm: {time: 3}\nservices:\n  a:\n    image: %s\n    volumes: ["./data:/data:ro"]\n    command: cat /data/text\n' \
		"$IMAGE" >"$name/compose.yaml"
	status=0
	(cd "$name" && "$HPCC" submit -W no-A05 >submit.log 2>&1) || status=$?
	case $name in
	*[,:\$\"\`]*)
		assert_equal "status in '$name'" "$status" 3
		assert_log "$name/submit.log" "^hpcc: not ready: containers: '.*' can't be given to the container tool"
		# Who leaves the checks out, or runs sbatch himself, is refused by the job.
		(cd "$name" && "$HPCC" -W no-A05 compose.yaml -o job.sbatch && slurm sbatch --parsable job.sbatch >id) ||
			fail "no job in '$name'"
		;;
	*)
		# The cache of these tests is on a disk of the node, so preflight refuses it, and only it.
		assert_no_log "$name/submit.log" 'container tool'
		(cd "$name" && "$HPCC" -W no-A05 compose.yaml -o job.sbatch && slurm sbatch --parsable job.sbatch >id) ||
			fail "no job in '$name'"
		;;
	esac
done
for name in 'a b' "a'b" 'a\b' 'ünï'; do
	read -r JOB <"$name/id"
	wait_job
	assert_state COMPLETED
	assert_log "$name/.hpc-compose/$JOB/logs/a.log" '^in '
done
for name in 'a,b' 'a:b' 'a$USER' 'a"b' 'a`id`' 'x$(touch HACKED)'; do
	read -r JOB <"$name/id"
	wait_job
	assert_state FAILED
	assert_log "$name/slurm-$JOB.out" '^hpcc: containers cannot mount .*: submit from a folder with a plainer name$'
done
[ -z "$(find . -name HACKED)" ] || fail 'a name was evaluated'
