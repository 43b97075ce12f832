# SPDX-License-Identifier: Apache-2.0
# Folders that jobs are submitted from: Slurm reads the names of a log's folders for patterns, too. Where
# hpcc can say it so that Slurm understands, the job runs and its log is found; else it isn't submitted.
here=$PWD
for name in '100%' '%%' 'a%jb' '%N' 'a b' "it's" $'tab\tin' '~' '-x' '*'; do
	mkdir "$here/$name"
	cd "$here/$name" || fail "no folder '$name'"
	cat >compose.yaml <<-'YAML'
		runtime: {backend: host}
		x-slurm: {time: 3, setup: [echo from the setup]}
		services: {a: {command: echo from the service}}
	YAML
	"$HPCC" up -W no-all >up.log 2>&1 || fail "the job in '$name': $(cat up.log)"
	assert_equal "the batch log in '$name'" "$("$HPCC" logs batch | head -n 1)" 'batch | from the setup'
	assert_equal "the service in '$name'" "$(cat .hpc-compose/[0-9]*/logs/a.log)" 'from the service'
done

cd "$here" && cp -R ./-x 'a\b'
cd 'a\b' || fail 'no folder with a backslash'
status=0
"$HPCC" submit -W no-all >submit.log 2>&1 || status=$?
assert_equal status "$status" 3
assert_log submit.log "^hpcc: not ready: x-slurm\.output: '.*' can't be given to Slurm as the place of a log: the path holds"
assert_equal 'jobs that were submitted' "$(slurm squeue --me --noheader --format='%Z' | grep -cF "$PWD" || :)" 0
