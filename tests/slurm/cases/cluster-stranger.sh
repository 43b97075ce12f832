# SPDX-License-Identifier: Apache-2.0
# Another ordinary user is there, whose files are their own and who can't touch this user's jobs.
assert_equal 'who' "$(as_stranger id -un)" "$STRANGER"
[ "$STRANGER" != "$USER" ] || fail 'the stranger is the test user'
assert_equal 'words' "$(as_stranger printf '<%s>' 'two words' '' "\$HOME'")" "<two words><><\$HOME'>"
as_stranger sh -c 'mkdir "$HOME/theirs" && echo planted >"$HOME/theirs/file" && chmod 644 "$HOME/theirs/file"'
assert_equal 'owner' "$(stat -c %U "$STRANGER_HOME/theirs/file")" "$STRANGER"
assert_equal 'text' "$(cat "$STRANGER_HOME/theirs/file")" planted
status=0
as_stranger sh -c 'echo no >intrusion' >said || status=$?
[ $status != 0 ] || fail "the stranger writes into $PWD"

printf '#!/bin/bash\nexec sleep 1000\n' >job.sbatch
submit job.sbatch
status=0
as_stranger scancel "$JOB" >said || status=$?
assert_log said 'Access/permission denied'
read_job
case $STATE in PENDING | RUNNING) ;; *) fail "the stranger ended the job: $STATE" ;; esac
slurm scancel "$JOB"
wait_job
