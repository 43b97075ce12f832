# SPDX-License-Identifier: Apache-2.0
# What the supervisor is given may be damaged: each time a clear message, and nothing starts.
. "$1/lib.bash"

service_a() { exec touch "$WORK/ran"; }

refused() {
	local status=0
	"$RT" "$@" 2>"$WORK/batch.log" || status=$?
	[ ! -e "$WORK/ran" ] || fail 'something was started'
	echo "$status"
}

begin
table=$'hpcc-table 1\nservice a\n  run service_a\n'
[ "$(refused supervise --dir "$JOB_DIR" --functions <(records) <<<"hpcc-table 2")" = 2 ]
expect_said "supervision table, line 1: table version '2'"
[ "$(refused supervise --dir "$JOB_DIR" --functions <(records) <<<"$table  frobnicate
  ready knock")" = 2 ]
expect_said "supervision table, line 4: unknown key 'frobnicate'"
expect_said "supervision table, line 5: 'knock' is not a probe"
[ "$(refused supervise --dir "$JOB_DIR" --functions /dev/null <<<"$table")" = 2 ]
expect_said "service 'a': the script has no function 'service_a'"
[ "$(refused supervise --dir "$JOB_DIR" --functions "$WORK/none" <<<"$table")" = 2 ]
expect_said "cannot read the functions from"
[ "$(refused supervise --dir "$WORK/none" --functions <(records) <<<"$table")" = 3 ]
expect_said "job folder $WORK/none: No such file or directory"
[ "$(refused supervise --functions <(records) <<<"$table")" = 2 ]
expect_said "option '--dir' is missing"
[ "$(refused frobnicate)" = 2 ]
[ "$(refused begin --root "$WORK/x" <<<'hpcc-allocation 9')" = 2 ]
[ "$(refused begin --root "$WORK/x" <<<$'hpcc-allocation 1\njob nodes 4')" = 3 ]
expect_said 'SLURM_JOB_NODELIST'
[ "$(refused begin --root /proc/no/such <<<$'hpcc-allocation 1\njob name x')" = 3 ]
expect_said 'cannot make the folder'
[ "$(refused step --chdir)" = 2 ]
[ "$(refused step)" = 2 ]
[ "$(refused end --dir "$JOB_DIR" --status x)" = 2 ]

# A damaged state file of an earlier try is no reason to fail.
printf '{"schema_version":1,"job_id":"' >"$JOB_DIR/state.json"
job 0 <<<$'service a\n  run service_a\n  tasks 0'
