# SPDX-License-Identifier: Apache-2.0
# A service of several tasks ends as the first of them that failed by itself, not as those that were
# stopped because of it.
. "$1/lib.bash"

# launcher NAME STATUS COMMAND...: a service whose tasks run these one after the other; it ends with the
# status, as srun does with the highest of its tasks'.
launcher() {
	local name=$1 status=$2 text='' rank=0 command
	shift 2
	for command; do
		text+="SLURM_PROCID=$rank \"$RT\" step -- sh -c '$command' || :; "
		rank=$((rank + 1))
	done
	eval "service_$name() { $text exit $status; }"
}
launcher first 143 'exit 7' 'kill -TERM $$' 'exit 9'
launcher killed 143 'kill -TERM $$' 'kill -SEGV $$' true
launcher stopped 143 'kill -KILL $$' 'kill -TERM $$'
launcher other 5 'exit 7' true

begin
job 7 <<'TABLE'
service first
  run service_first
  tasks 3
TABLE
expect_state first verdict 'app-exit 7'
expect_state first last_exit_code 7
job 139 <<'TABLE'
service killed
  run service_killed
  tasks 3
TABLE
expect_state killed verdict 'app-signal SEGV'
job 137 <<'TABLE'
service stopped
  run service_stopped
  tasks 2
TABLE
expect_state stopped verdict 'app-signal KILL'
# Tasks that all have left their marks know it better than the launcher; else its own status counts.
job 7 <<'TABLE'
service other
  run service_other
  tasks 2
TABLE
expect_state other verdict 'app-exit 7'
job 5 <<'TABLE'
service other
  run service_other
  tasks 3
TABLE
expect_state other verdict 'app-exit 5'
