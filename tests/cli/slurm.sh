#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# shellcheck disable=SC2016 # specs and patterns in single quotes
# Submission and following with the fake Slurm commands of tests/fake, and without any.
tests=$(cd "$(dirname "$0")/.." && pwd)
# shellcheck source=tests/cli/lib.bash disable=SC1091,SC2154
. "$tests/cli/lib.bash"

cat >compose.yaml <<'SPEC'
name: fake-test
runtime:
  backend: host
x-slurm:
  time: "5:00"
services:
  one:
    script: |
      echo "hello from one"
      sleep 0.3
  two:
    script: echo "hello from two"
    depends_on:
      one: {condition: service_completed_successfully}
SPEC

# Without Slurm: clear words, and status 3.
mkdir tools
for tool in bash sh env cat mkdir sleep date id hostname; do
	ln -s "$(command -v $tool)" tools/
done
run 3 env PATH="$PWD/tools" "$BUILD/hpcc" submit
err_has "sbatch: isn't on PATH"
err_has 'hpcc up --local'
run 3 env PATH="$PWD/tools" "$BUILD/hpcc" preflight
out_has 'FAIL'
out_has 'not ready'

export FAKE_SLURM_DIR=$work/slurm
PATH=$tests/fake:$PATH
run 0 hpcc preflight
out_has 'ready'
out_lacks 'written for'
run 0 env FAKE_SLURM_VERSION=20.11.4 hpcc preflight
out_has 'written for new versions of Slurm, and this is 20.11'
out_has '--target=slurm=20.11'
run 0 env FAKE_SLURM_VERSION=20.11.4 hpcc preflight --target=slurm=20.11
out_lacks 'written for'
run 0 env FAKE_SLURM_VERSION=26.05.5 hpcc preflight --target=slurm=21.08
out_has 'written for Slurm 21.08, and this is 26.05'
run 0 hpcc preflight --format=json
that 'preflight prints JSON' python3 -m json.tool "$work/out" /dev/null

# What the job makes itself isn't missing before it.
mkdir -p image
cat >makes.yaml <<-SPEC
	runtime: {backend: charliecloud}
	x-slurm:
	  resume: {path: $work/shared/saved}
	  setup: ["mkdir -p ./made"]
	  stage_in: [{from: $work/here/makes.yaml, to: $work/shared/staged/x.yaml}]
	services:
	  one:
	    image: ./image
	    command: ["true"]
	    volumes: ["./made:/m", "$work/shared/staged:/s", "./missing:/n"]
SPEC
hpcc preflight makes.yaml >"$work/found" 2>&1 || :
out=$(<"$work/found")
out_has "/missing' doesn't exist"
out_has "/made' doesn't exist yet; setup speaks of it"
out_lacks "shared/saved' doesn't exist"
out_lacks "shared/staged' doesn't exist"
that 'a preview asks Slurm nothing' test -z "$(grep sbatch "$FAKE_SLURM_DIR/calls" | grep -v test-only)"

# A path that ends within a longer word of the spec.
printf 'runtime: {backend: apptainer}\nservices:\n  one: {image: ./x.sif, volumes: ["%s:/x:ro", "/not-here:/y"], command: ["true"]}\n' "$PWD" >volumes.yaml
run 3 hpcc preflight -W no-all volumes.yaml
out_has "'/not-here' doesn't exist here"
out_lacks "'$PWD' doesn't exist"

# Slurm reads the names of folders for patterns, too, and takes a backslash away.
for name in '100%' '%%' 'a%jb' '%N'; do
	mkdir "$name"
	cp compose.yaml "$name/"
	(cd "$name" && run 0 hpcc up && run 0 hpcc logs batch && out_lacks 'cannot be read') || exit
	that "the batch log is in '$name'" test -e "$(echo "$name"/.hpc-compose/logs/hpc-compose-[0-9]*.out)"
done
mkdir 'a\b'
cp compose.yaml 'a\b/'
cd 'a\b'
run 3 hpcc up
err_has "x-slurm.output: '$PWD/.hpc-compose' can't be given to Slurm as the place of a log: the path holds '\\'"
cd ../a%jb
for key in output error; do
	sed "s/^  time:.*/&\n  $key: job-%j.log/" compose.yaml >named.yaml
	run 3 hpcc up named.yaml
	err_has "x-slurm.$key: '$PWD' can't be given to Slurm as the place of a log: the path holds '%'"
	sed -i "s|  $key: |&$work/|" named.yaml
	run 0 hpcc up named.yaml
done
cd ..

run 0 hpcc submit
id=$(sed -n 's/^submitted job \([0-9]*\);.*/\1/p' <<<"$out")
that 'a job id is printed' test -n "$id"
that 'the script is kept' test -s ".hpc-compose/$id/job.sbatch"
that 'hpcc-rt is beside' test -x .hpc-compose/bin/hpcc-rt
that 'paths are absolute' grep -Eq "^JOB_ROOT=[\"']?$PWD/.hpc-compose/" ".hpc-compose/$id/job.sbatch"
run 0 hpcc watch "$id"
out_has 'two  completed'
out_has "job $id: COMPLETED"
run 0 hpcc status --lines
out_has "job $id 'fake-test': COMPLETED"
out_has "state service 'two':"
run 0 hpcc logs two
out_has 'two | hello from two'
run 0 hpcc logs batch
out_has "batch | hpcc: service 'two' completed"
run 0 hpcc jobs
out_has "$id"

# A failing job: `up` ends with its status.
printf 'runtime: {backend: host}\nservices:\n  one: {script: "echo broken; exit 5"}\n' >fails.yaml
run 5 hpcc up fails.yaml
out_has 'exited with status 5: job fails'
out_has '| broken'

# Cancelling gives the application its chance.
printf 'runtime: {backend: host}\nservices:\n  one:\n    script: |\n      trap "echo goodbye; exit 0" TERM\n      echo up\n      while :; do sleep 1 & wait $!; done\n' >long.yaml
run 0 hpcc submit long.yaml
id=$(sed -n 's/^submitted job \([0-9]*\);.*/\1/p' <<<"$out")
that 'it runs' within 20 grep -qs '^up' ".hpc-compose/$id/logs/one.log"
run 0 hpcc clean --all --dry-run
out_lacks "would remove job $id:"
run 0 hpcc cancel "$id"
run 143 hpcc watch "$id"
out_has CANCELLED
run 0 hpcc logs --job "$id" one
out_has goodbye
run 0 hpcc down --yes "$id"
that 'its files are gone' test ! -e ".hpc-compose/$id"

# Directives that only the submission knows.
printf 'runtime: {backend: host}\nx-slurm: {after_job: "1", output: "my-%%j.log"}\nservices:\n  one: {command: ["true"]}\n' >after.yaml
run 0 hpcc submit after.yaml
that 'the dependency is an option' grep -q -- '--dependency=afterany:1' "$FAKE_SLURM_DIR/calls"

# Slurm makes no folders for the batch script's output, and ends the job without a word.
printf 'runtime: {backend: host}\nx-slurm: {output: logs/%%j.log, error: more/%%j/x.log}\nservices:\n  one: {command: ["true"]}\n' >folder.yaml
run 3 hpcc submit folder.yaml
err_has "x-slurm.output: there is no folder '$PWD/logs'"
err_has "mkdir -p $PWD/logs"
that 'a folder of each job is left alone' test "${err#*x-slurm.error}" = "$err"
mkdir logs
run 0 hpcc submit folder.yaml

# sbatch that refuses, and one that hangs.
mkdir refuse
printf '#!/bin/sh\necho "sbatch: error: invalid account" >&2\nexit 1\n' >refuse/sbatch
chmod +x refuse/sbatch
run 3 env PATH="$PWD/refuse:$PATH" hpcc submit
err_has 'invalid account'
that 'no script is left over' test -z "$(find .hpc-compose -name 'submit-*')"
cat >refuse/sbatch <<'FAKE'
#!/bin/sh
printf '\033[2Jbanner\007\n' >&2
exit 1
FAKE
run 3 env PATH="$PWD/refuse:$PATH" hpcc submit
err_has '\x1b[2Jbanner\x07'
printf '#!/bin/sh\nexec sleep 100\n' >refuse/sbatch
run 3 env PATH="$PWD/refuse:$PATH" hpcc submit --timeout 1
err_has "didn't answer within 1 s"
printf '#!/bin/sh\nexec sleep 100\n' >refuse/squeue
chmod +x refuse/squeue
run 0 env PATH="$PWD/refuse:$PATH" hpcc status --timeout 1
err_has "didn't answer within 1 s"
run 0 hpcc clean --yes --all
run 0 hpcc jobs
out_has 'no job was started'

# A job that somebody gave to sbatch has files, but no record.
mkdir .hpc-compose/77
run 3 hpcc why 77
err_has 'its files are in .hpc-compose/77;'
run 3 hpcc why 78
err_has "'hpcc jobs' lists what was"

finish
