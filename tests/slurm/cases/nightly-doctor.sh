# SPDX-License-Identifier: Apache-2.0
# NIGHTLY
# LIMIT: 400
# hpcc doctor tries the cluster for a minute: what works here works there, and nothing is left.
status=0
timeout 300 "$HPCC" doctor >out 2>err || status=$?
cat out
for row in 'ok +host +steps run on n[1-4] n[1-4]' 'ok +ports +n[1-4] reaches port' \
	'ok +stop +TERM reaches a step' 'ok +time limit +at its end a step gets TERM'; do
	file_matches out "$row" || fail "doctor has no row like '$row': $(cat out err)"
done
! file_matches out 'FAIL +charliecloud' || fail "charliecloud: $(cat out)"
[ ! -e .hpc-compose ] || fail "files are left: $(find .hpc-compose)"
slurm squeue --noheader --name=hpcc-doctor --format=%i | grep . && fail 'a job is left'
# Ctrl-C ends it.
"$HPCC" doctor >out 2>err &
pid=$!
wait_until 60 file_matches err 'Ctrl-C cancels it'
kill -INT "$pid"
status=0
wait "$pid" || status=$?
assert_equal 'the status' "$status" 130
[ ! -e .hpc-compose ] || fail 'files are left after Ctrl-C'
