# SPDX-License-Identifier: Apache-2.0
# A job that is submitted behind another waits for it, and goes by how it ended; a singleton waits for
# jobs of its name.
cat >first.yaml <<YAML
name: first
runtime: {backend: host}
x-slurm: {time: 5}
services:
  one:
    script: |
      until [ -e "$PWD/go" ]; do sleep 0.1; done
      exit 3
YAML

# behind NAME X-SLURM: submits a job and sets JOB; ids come from the text that submit prints.
behind() {
	cat >"$1.yaml" <<-YAML
		runtime: {backend: host}
		x-slurm: {$2}
		services: {one: {script: 'echo it ran'}}
	YAML
	slurm "$HPCC" submit "$1.yaml" >"$1.out" || fail "submit $1.yaml"
	JOB=$(sed -n 's/^submitted job \([0-9]*\);.*/\1/p' "$1.out")
}

waits_for_it() {
	slurm scontrol show job "$JOB" >record
	file_matches record "Dependency=$1"
}

slurm "$HPCC" submit first.yaml >first.out || fail 'submit first.yaml'
first=$(sed -n 's/^submitted job \([0-9]*\);.*/\1/p' first.out)
behind any "after_job: '$first'"
any=$JOB
# shows: x-slurm.after_job
wait_until 20 waits_for_it "afterany:$first"
behind bad "after_job: {id: '$first', condition: afternotok}"
bad=$JOB
# shows: x-slurm.after_job.{id,condition}
wait_until 20 waits_for_it "afternotok:$first"
behind good "after_job: {id: '$first', condition: afterok}"
good=$JOB
behind single 'job_name: first, dependency: singleton'
single=$JOB
# shows: x-slurm.dependency
wait_until 20 waits_for_it singleton
for JOB in "$any" "$bad" "$good" "$single"; do
	has_state PENDING || fail "job $JOB is $STATE while it should wait"
done
touch go
JOB=$first
wait_job
assert_state FAILED
for JOB in "$any" "$bad" "$single"; do
	wait_job
	# shows: x-slurm.{after_job,dependency}
	assert_state COMPLETED
done
never() {
	slurm scontrol show job "$JOB" | grep >/dev/null Reason=DependencyNeverSatisfied
}
JOB=$good
# shows: x-slurm.after_job.condition
wait_until 60 never
slurm scancel "$good"
