#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# shellcheck disable=SC2016 # specs and patterns in single quotes
# Commands that need no job: new, inspect, simulate, schema, preflight, cache.
. "$(dirname "$0")/lib.bash"

# Every template compiles without a word; what recipes ask for by name is a secret of the user's.
for word in VLLM_API_KEY POSTGRES_PASSWORD REDIS_PASSWORD JUPYTER_TOKEN; do
	export "$word=a-word"
done
run 0 hpcc new --list
listed=$out
run 0 hpcc new
that 'the same list' test "$out" = "$listed"
templates=$(sed -n 's/^  \([a-z-]*\) .*/\1/p' <<<"$out")
that 'there are templates' test "$(wc -w <<<"$templates")" -ge 4
for name in $templates; do
	run 0 hpcc new "$name" --name "my-$name" -o "$name.yaml"
	out_has "wrote $name.yaml"
	that 'editors are told of the schema' grep -qx '# yaml-language-server: $schema=.hpc-compose/spec.schema.json' \
		<(head -n 1 "$name.yaml")
	run 0 hpcc validate -W error "$name.yaml"
	quiet
	run 0 hpcc "$name.yaml"
	out_has "--job-name=my-$name"
done

# What to do next goes by what is here, and a local run is advised of what can run so.
mkdir tools
ln -s "$BUILD/hpcc" "$(command -v bash)" "$(command -v sh)" "$(command -v sed)" tools/
for name in $templates; do
	run 0 env PATH="$PWD/tools" hpcc new "$name" --force -o next.yaml
	case $out in
	*'up --local'*) run 0 hpcc validate --backend=local next.yaml ;;
	*'no tool for containers is found'* | *'no Slurm here'*) ;;
	*) fail 'a next step' ;;
	esac
done
printf '#!/bin/sh\n' >tools/apptainer
chmod +x tools/apptainer
run 0 env PATH="$PWD/tools" hpcc new vllm --force -o next.yaml
out_has "runtime.backend is pyxis, which isn't found here; apptainer is: write 'runtime: {backend: apptainer}'"
printf '#!/bin/sh\necho "  --container-image=IMAGE"\n' >tools/srun
cp tools/apptainer tools/sbatch
chmod +x tools/srun
run 0 env PATH="$PWD/tools" hpcc new vllm --force -o next.yaml
out_lacks 'runtime.backend'
out_has 'hpcc up next.yaml'
run 2 hpcc new pipeline -o pipeline.yaml
err_has 'there already'
run 0 hpcc new pipeline --force --name my-pipeline -o pipeline.yaml
run 0 hpcc schema
that 'the schema lies where the first line says' test "$out" = "$(<.hpc-compose/spec.schema.json)"
run 0 hpcc new pipeline -o -
out_lacks '$schema'
run 0 hpcc new pipeline -o elsewhere/compose.yaml
that 'beside the spec' test -s elsewhere/.hpc-compose/spec.schema.json
run 2 hpcc new nosuch
err_has pipeline
run 2 hpcc new pipeline --name 'a b' -o x.yaml
for word in new config schema; do
	run 2 hpcc $word --emit=plan
	err_has '--emit'
done
cp pipeline.yaml compose.yaml

# explain: rules, fields, lines of scripts.
run 0 hpcc explain R012
out_has 'this fails:'
run 0 hpcc explain memory-unit
out_has A09
run 0 hpcc explain x-slurm.time
out_has '#SBATCH --time'
run 0 hpcc explain x-slurm.placement
out_has "services.<name>.x-slurm.placement"
out_has 'R130: '
out_has 'this fails:'
out_has 'this is fine:'
run 0 hpcc explain placement
out_has "services.<name>.x-slurm.placement"
run 0 hpcc explain stage_in.hf.repo
out_has 'x-slurm.stage_in[].hf.repo'
run 0 hpcc explain services.volumes
out_has 'services.<name>.volumes'
run 0 hpcc explain services.web.environment.PORT
out_has 'services.<name>.environment'
run 0 hpcc explain x-slurm.account
out_lacks 'this fails:'
run 2 hpcc explain x-slurm.tmie
err_has "did you mean 'x-slurm.time'?"
run 0 hpcc -o job.sbatch
run 0 hpcc explain "job.sbatch:$(grep -n -- --time job.sbatch | cut -d: -f1)"
out_has 'comes from x-slurm.time, compose.yaml:'
run 0 hpcc explain

# validate --fix: certain edits are made, and nothing gets worse.
printf 'runtime: {backend: host}\nx-slurm: {time: 5}\nservices:\n  a: {commnd: ["true"]}\n' >fix.yaml
run 2 hpcc validate fix.yaml
run 0 hpcc validate --fix fix.yaml
err_has '1 edit made'
run 0 hpcc validate fix.yaml
quiet
printf 'services: [\n' >broken.yaml
cp broken.yaml before
run 2 hpcc validate --fix broken.yaml
that 'a broken file stays as it is' cmp -s broken.yaml before
run 2 bash -c 'hpcc validate --fix - <fix.yaml'
for form in json sarif; do
	run 2 hpcc validate --diagnostics=$form broken.yaml
	that "$form is JSON" python3 -m json.tool "$work/out" /dev/null
done
run 0 hpcc config
out_has 'name: my-pipeline'

run 0 hpcc inspect
out_has 'compute'
run 0 hpcc inspect --tree
out_has '`- compute (once completed)'
run 0 hpcc inspect --format=json
that 'inspect prints JSON' python3 -m json.tool "$work/out" /dev/null
run 0 hpcc schema -o schema.json
that 'the schema is JSON' python3 -m json.tool schema.json /dev/null

# simulate: worked by hand from the rules of restarts.
cat >restart.yaml <<'SPEC'
runtime: {backend: host}
services:
  worker:
    command: ["true"]
    x-slurm:
      failure_policy: {mode: restart_on_failure, max_restarts: 5, backoff_seconds: 1, window_seconds: 60, max_restarts_in_window: 1}
SPEC
run 0 hpcc simulate restart.yaml --scenario 'worker exits 42 at 0s, 59s'
out_has 'window cap reached'
out_has 'the job fails after 59.0s, with status 42'
run 0 hpcc simulate restart.yaml --scenario 'worker exits 42 at 0s, 60s; worker exits 0 at 70s'
out_has 'exited with status 42; restarting (2/5), 1/1 failures in 60s'
out_has 'the job completes after 1m10s, with status 0'
run 0 hpcc simulate restart.yaml --scenario 'TERM at 60s'
out_has 'with status 143'
run 0 hpcc simulate restart.yaml
out_has 'run on until its time limit with worker'
run 0 hpcc simulate restart.yaml --scenario 'worker exits 42 at 5s; worker is restarted at 20s, 21s; worker is stopped at 30s; worker is stopped at 31s; worker is started at 40s; worker exits 0 at 50s'
out_has '20.0s  worker  is restarted by hand'
out_has '21.0s  worker  started again'
out_has '31.0s  worker  (nothing is done by hand: there is nothing to do)'
out_has '40.0s  worker  is started by hand'
out_has 'the job completes after 50.0s, with status 0'
run 2 hpcc simulate restart.yaml --scenario 'worker is broken at 1s'
run 0 hpcc simulate restart.yaml --format=json --scenario 'worker exits 0 at 5s'
that 'simulate prints JSON' python3 -m json.tool "$work/out" /dev/null
echo 'worker exits 3 after 1s every time # a crash loop' >loop.txt
run 0 hpcc simulate restart.yaml --scenario loop.txt
out_has 'window cap reached'
run 2 hpcc simulate restart.yaml --scenario 'wroker exits 3 at 1s'
err_has "did you mean 'worker'?"
run 2 hpcc simulate restart.yaml --scenario 'worker exits at 1s'
run 2 hpcc simulate restart.yaml --scenario 'worker exits 1 at soon'
err_has 'a time such as'
run 2 hpcc simulate restart.yaml --scenario 'worker exits 43 at 10000000h'
err_has 'a time is ten years at most'
run 2 hpcc simulate restart.yaml --scenario 'worker exits 43 at 99999999999999999999s'
err_has 'a time is ten years at most'
run 2 hpcc simulate restart.yaml --until 9999999999h
err_has 'ten years at most'
cat >slow.yaml <<'SPEC'
runtime: {backend: host}
services:
  server:
    command: ["true"]
    readiness: {type: sleep, seconds: 5}
    x-slurm: {start_timeout_seconds: 60}
  client:
    command: ["true"]
    depends_on: {server: {condition: service_healthy}}
SPEC
run 0 hpcc simulate slow.yaml --scenario 'server begins after 50s; client exits 0 after 1s; TERM at 2m'
out_has '50.0s  server  has begun'
out_has '55.0s  server  is ready'
run 0 hpcc simulate slow.yaml --scenario 'server never begins'
out_has "1m00s  server  has not begun within 60s: its launch has failed"
out_has 'the job fails after 1m00s, with status 1'

run 0 hpcc cache list
run 2 hpcc cache
run 2 hpcc cache prune
err_has '--older-than'
run 2 hpcc clean
run 3 hpcc status
err_has 'no job was started from this folder'

# Each group of commands stands once in the help; a letter that a command doesn't take is shown as it was written.
run 0 hpcc --help
that 'each group is there once' test -z "$(grep -xE '[A-Z][A-Za-z ]+:' "$work/out" | sort | uniq -d)"
run 2 hpcc events -n 3
err_has "'-n' is no option of 'hpcc events'"
run 2 hpcc logs --logs
err_has "'--logs' is no option of 'hpcc logs'"
finish
