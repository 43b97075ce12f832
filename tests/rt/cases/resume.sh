# SPDX-License-Identifier: Apache-2.0
# Attempts: their own folders, links to the newest, and the record that says whether this run resumes.
. "$1/lib.bash"

run() {
	"$RT" begin --root "$JOB_ROOT" <<-TABLE
		hpcc-allocation 1
		job name demo nodes 1
		resume '$WORK/shared/run 1'
		service a token a nodes 0 ntasks 3 mpi
	TABLE
}
facts=$(run)
[[ $facts == *"export HPC_COMPOSE_IS_RESUME='0'"* ]] || fail "first: $facts"
[[ $facts == *"JOB_DIR='$JOB_ROOT/attempts/0'"* ]] || fail "first: $facts"
[[ $facts == *"export HPC_COMPOSE_RESUME_DIR='$WORK/shared/run 1'"* ]] || fail "first: $facts"
[ "$(readlink "$JOB_ROOT/logs")" = attempts/0/logs ] || fail 'link to attempt 0'
grep -q '"schema_version":1,"compose_name":"demo",' "$WORK/shared/run 1/_hpc-compose/latest.json"
[ "$(<"$JOB_ROOT/allocation/mpi-hostfiles/a.hostfile")" = "$(hostname) slots=3" ] || fail 'host file'
facts=$(SLURM_RESTART_COUNT=1 run)
[[ $facts == *"export HPC_COMPOSE_IS_RESUME='1'"* ]] || fail "second: $facts"
[[ $facts == *"export HPC_COMPOSE_ATTEMPT='1'"* ]] || fail "second: $facts"
[ "$(readlink "$JOB_ROOT/state.json")" = attempts/1/state.json ] || fail 'link to attempt 1'
# Another job that resumes from the same path.
JOB_ROOT=$WORK/job2
facts=$(run)
[[ $facts == *"export HPC_COMPOSE_IS_RESUME='1'"* ]] || fail "other job: $facts"
