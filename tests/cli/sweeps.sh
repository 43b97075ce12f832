#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# shellcheck disable=SC2016 # specs and patterns in single quotes
# Sweeps: their trials as jobs and as one array; how far they are, what they came to, stopped and resumed.
tests=$(cd "$(dirname "$0")/.." && pwd)
# shellcheck source=tests/cli/lib.bash disable=SC1091,SC2154
. "$tests/cli/lib.bash"
export FAKE_SLURM_DIR=$work/slurm
mkdir "$work/first"
PATH=$work/first:$tests/fake:$PATH

lines_like() { # lines_like N ERE: of standard output
	that "$1 lines like $2" test "$(grep -cE -- "$2" <<<"$out")" = "$1"
}
counts() { # counts SWEEP TEXT: `status` says so
	hpcc sweep status "$1" | grep -qF "$2"
}

# Trial b fails until it is let, c says NaN, d nothing.
cat >tune.yaml <<'SPEC'
name: tune
runtime: {backend: host}
x-slurm: {time: "0:10:00"}
services:
  store: {script: 'echo store'}
  train:
    depends_on: {store: {condition: service_completed_successfully}}
    environment: {LEVEL: "${level}"}
    script: |
      echo "trial $$HPC_COMPOSE_SWEEP_TRIAL is $$kind at $$LEVEL, $$HPC_COMPOSE_SWEEP_ID" "$${HPC_COMPOSE_SWEEP_SEED-no seed}"
      case $$kind in
        a) echo "loss=9"; echo "loss=0.$$LEVEL" ;;
        b) echo "loss=1$$LEVEL"; [ -e let ] || exit 3 ;;
        c) echo "loss=nan" ;;
      esac
sweep:
  parameters: {level: [2, 1], kind: [a, b, c, d]}
  matrix: full
  objective: {direction: minimize, log_pattern: 'loss=([0-9a-z.]+)'}
SPEC
sed -i 's/\$\$/$/g; /script: |/,/esac/!b' tune.yaml

run 0 hpcc sweep plan tune.yaml
out_has 'sweep tune-1: 8 trials'
lines_like 1 '^t003 .* kind=b;level=1$'
out_has 'together 8 nodes; at most 1.3 node hours'
run 0 hpcc sweep plan --format=csv tune.yaml
lines_like 1 '^t000,1,,,,600,kind=a;level=2,[0-9a-f]{64}$'
that 'a plan leaves nothing' test ! -e .hpc-compose
run 0 hpcc sweep submit --dry-run tune.yaml
out_has 'would submit 8 trials of sweep tune-1, a job each; nothing was done'
that 'a dry run leaves nothing' test ! -e .hpc-compose

# What can't be submitted isn't, and a plan of it is none's harm.
run 2 hpcc sweep submit --max-trials=7 tune.yaml
err_has 'this sweep would submit 8 jobs, the ceiling is 7 [R164]'
run 0 hpcc sweep submit --max-trials=7 --dry-run tune.yaml
sed 's/x-slurm: {/&array: 0-1, /' tune.yaml >array.yaml
run 2 hpcc sweep submit array.yaml
err_has '[R163]'
run 0 hpcc sweep plan array.yaml
grep -v '^sweep\|^  [pmo].*: [{f]' tune.yaml | sed 's/\$level/1/; s/\${level}/1/' >none.yaml
run 2 hpcc sweep plan none.yaml
err_has "'none.yaml' has no sweep"
sed '/^x-slurm/s/{/{nodes: $level, /; s/level: \[2, 1\]/level: [2, 0]/' tune.yaml >wrong.yaml
sed -i 's/^x-slurm: {nodes: $level, time: "0:10:00"}/x-slurm:\n  nodes: $level/' wrong.yaml
run 2 hpcc sweep submit wrong.yaml
err_has 'trial t001 (kind=a;level=0) can'
err_has '[R039]'
that 'nothing is submitted' test ! -e .hpc-compose/jobs
run 2 hpcc sweep
err_has 'needs a word'
run 2 hpcc sweep sumbit
err_has "did you mean 'hpcc sweep submit'?"
run 3 hpcc sweep status
err_has 'no sweep was submitted from here'

# The third submission fails: two are there, and it is said how to go on.
cat >"$work/first/sbatch" <<WRAP
#!/bin/bash
echo x >>"$work/calls"
[ "\$(wc -l <"$work/calls")" != 3 ] || { echo 'sbatch: error: Batch job submission failed: Invalid account' >&2; exit 1; }
exec "$tests/fake/sbatch" "\$@"
WRAP
chmod +x "$work/first/sbatch"
run 3 hpcc sweep submit tune.yaml
err_has 'trial t002 isn'
err_has 'sweep tune-1: 2 of 8 trials are submitted'
err_has "'hpcc sweep resume tune-1' submits those that are missing"
that 'sbatch was called no more' test "$(wc -l <"$work/calls")" = 3
that "it comes to that" within 30 counts tune-1 '6 unsubmitted, 2 done'
run 0 hpcc sweep status
out_has 'sweep tune-1 as jobs, 8 trials: 6 unsubmitted, 2 done'
that 'the folder is closed to others' test "$(stat -c %a .hpc-compose/sweeps/tune-1)" = 700
that 'and the file' test "$(stat -c %a .hpc-compose/sweeps/tune-1/sweep.json)" = 600
run 0 hpcc sweep resume
out_has 'submitted 6 trials of sweep tune-1, a job each'
# shows: sweep.parameters sweep.matrix
that "it comes to that" within 30 counts tune-1 '6 done, 2 failed'
run 0 hpcc sweep status tune-1
out_has '8 trials: 6 done, 2 failed'
lines_like 2 "^t00[23] +FAILED .*'train' app-exit 3"
out_has 'first failure: t00'
run 0 hpcc sweep status tune-1 --format=json
that 'as its schema says' python3 "$tests/tale/valid.py" "$tests/../docs/schema/sweep-status.schema.json" "$work/out"

# Each trial is a job.
job=$(sed -n 's/.*"t003","job":"\([0-9]*\)".*/\1/p' .hpc-compose/sweeps/tune-1/submissions.jsonl)
run 0 hpcc logs "$job" train
out_has 'trial t003 is b at 1, tune-1 no seed'
run 0 hpcc why "$job"
out_has 'train'
run 0 hpcc jobs
lines_like 8 ' tune$'

# Ranked; what has no value is said.
run 0 hpcc sweep results
out_has 'sweep tune-1: 8 combinations by the lowest mean; 6 of 8 trials have no value'
# shows: sweep.objective.{direction,log_pattern}
out_has 'kind=a;level=1'
lines_like 1 '^ *1 +0.1 +0.1 +0.1 +1/1 +kind=a;level=1'
lines_like 1 '^ *2 +0.2 '
out_has 't002: it has failed: FAILED'
out_has 't004: it is NaN'
out_has 't006: no line of its log matches'
run 0 hpcc sweep results --format=json
that 'as its schema says' python3 "$tests/tale/valid.py" "$tests/../docs/schema/sweep-results.schema.json" "$work/out"
that 'it is JSON' jq -e '.configs[0].mean == 0.1 and .configs[2].rank == null and .without_value == 6' "$work/out" >/dev/null
run 0 hpcc sweep results --format=csv
lines_like 1 '^t001,done,[0-9]+,1,0.10*1?,0.1,,a,1$'
lines_like 1 '^t004,done,[0-9]+,,,,it is NaN,c,2$'

# Only those that failed run again.
touch let
run 0 hpcc sweep resume tune-1
out_has 'submitted 2 trials of sweep tune-1'
that "it comes to that" within 30 counts tune-1 '8 done'
run 0 hpcc sweep resume tune-1
out_has 'nothing to resume: of sweep tune-1 8 are done'
that 'ten jobs in all' test "$(grep -c '"job"' .hpc-compose/sweeps/tune-1/submissions.jsonl)" = 10

# The same trials as one array, whose seeds go by its own name.
rm let "$work/first/sbatch"
run 0 hpcc sweep submit --as=array --limit=3 tune.yaml
out_has 'submitted 8 trials of sweep tune-2, the elements of one array'
that "it comes to that" within 60 counts tune-2 '6 done, 2 failed'
run 0 hpcc sweep status
out_has 'sweep tune-2 as array, 8 trials: 6 done, 2 failed'
lines_like 1 "^t003 +FAILED +[0-9]+_3 .*'train' app-exit 3"
run 0 hpcc status
out_has '8 elements: 6 COMPLETED, 2 FAILED'
out_has 'at most 3 at a time'
run 0 hpcc sweep results
lines_like 1 '^ *1 +0.1 '
touch let
run 0 hpcc sweep resume
that "it comes to that" within 60 counts tune-2 '8 done'
run 0 hpcc sweep status
out_has 'sweep tune-2 as array, 8 trials: 8 done'
that 'two elements were submitted again' test "$(grep -c '_[23]"' .hpc-compose/sweeps/tune-2/submissions.jsonl)" = 4
run 0 hpcc sweep stop
out_has 'no trial of sweep tune-2 runs or waits'

# Trials of an array ask Slurm for the same.
cat >wide.yaml <<'SPEC'
name: wide
runtime: {backend: host}
x-slurm:
  nodes: ${n}
services:
  a: {script: 'echo "rate $((n * 10 - n))" >&2; exec sleep ${wait}'}
sweep:
  parameters: {n: [1, 2], wait: ["=1+1"]}
  matrix: full
  objective: {direction: maximize, log_pattern: 'rate ([0-9]+)', scaling_axis: n}
SPEC
run 2 hpcc sweep submit --as=array wide.yaml
err_has "trial t001 doesn't: '#SBATCH --nodes=2'"
err_has 'submit them --as=jobs'

# A spreadsheet takes no value for a formula; a number is one.
run 0 hpcc sweep plan --format=csv wide.yaml
lines_like 2 ',n=[12];wait==1\+1,'
sed -i 's/"=1+1"/0/; s/n \* 10 - n/(n * 10 - n)/' wide.yaml
run 0 hpcc sweep submit wide.yaml
sweep=$(sed -n 's/.* of sweep \(wide-[0-9]*\),.*/\1/p' <<<"$out")
that "it comes to that" within 30 counts "$sweep" '2 done'
run 0 hpcc sweep results
out_has 'by the highest mean'
# shows: sweep.objective.scaling_axis
out_has 'scaling along n, wait=0:'
lines_like 1 '^ *2 +18 +2 +100% '
run 0 hpcc sweep results --format=json
that 'as its schema says' python3 "$tests/tale/valid.py" "$tests/../docs/schema/sweep-results.schema.json" "$work/out"

# Stopped gracefully, and resumed.
sed -i 's/wait: \[0\]/wait: [600]/' wide.yaml
run 0 hpcc sweep submit wide.yaml
sweep=$(sed -n 's/.* of sweep \(wide-[0-9]*\),.*/\1/p' <<<"$out")
that "it comes to that" within 30 counts "$sweep" '2 running'
run 0 hpcc sweep stop "$sweep"
out_has "asked 2 trials of sweep $sweep to end"
that "it comes to that" within 30 counts "$sweep" '2 failed'
run 0 hpcc sweep status
lines_like 2 'CANCELLED'
run 0 hpcc sweep resume
out_has 'submitted 2 trials'
run 0 hpcc sweep stop
that "it comes to that" within 30 counts "$sweep" '2 failed'

# Slurm has no arrays of jobs with components: that is said before anything is there.
cat >parts.yaml <<'SPEC'
name: parts
runtime: {backend: host}
x-slurm: {components: {one: {nodes: 1}, two: {nodes: 1}}}
services:
  a: {script: 'echo $n', x-slurm: {component: one}}
  b: {script: 'echo $n', x-slurm: {component: two}}
sweep:
  parameters: {n: [1, 2]}
  matrix: full
SPEC
run 2 hpcc sweep submit --as=array parts.yaml
err_has "a job with x-slurm.components can't be an element of an array"
that 'there is no such sweep' test ! -e .hpc-compose/sweeps/parts-1

# Slurm refuses the array: by preflight, and nothing is there; at last, and a resume submits all of it.
sed 's/^name: .*/name: late/; s/\[1, 2\]/[1, 1]/; s/wait: \[600\]/wait: [0, 0.1]/; s/n: \[1, 1\]/n: [1]/' wide.yaml >late.yaml
wrap() { # wrap TEXT: what sbatch does first
	printf '#!/bin/bash\n%s\nexec "%s/fake/sbatch" "$@"\n' "$1" "$tests" >"$work/first/sbatch"
	chmod +x "$work/first/sbatch"
}
wrap 'case "$*" in *--array=0-1%1*) echo "allocation failure: Invalid job array specification" >&2; exit 1 ;; esac'
run 3 hpcc sweep submit --as=array --limit=1 late.yaml
err_has 'Invalid job array specification'
that 'there is no such sweep' test ! -e .hpc-compose/sweeps/late-1
wrap 'case "$*" in *--test-only*) ;; *) echo "sbatch: error: Batch job submission failed: Invalid account" >&2; exit 1 ;; esac'
run 3 hpcc sweep submit --as=array late.yaml
err_has 'sweep late-1: 0 of 2 trials are submitted'
run 0 hpcc sweep status late-1
out_has '2 trials: 2 unsubmitted'
rm "$work/first/sbatch"
run 0 hpcc sweep resume late-1
out_has 'submitted 2 trials of sweep late-1, the elements of one array'
that "it comes to that" within 60 counts late-1 '2 done'

# A trial is cancelled like any job; one whose job was removed isn't started again.
job=$(hpcc sweep status late-1 --format=json | jq -r '.trials[1].job')
run 0 hpcc clean --yes "${job%_*}"
run 0 hpcc sweep resume late-1
err_has 'of 2 trials nothing is known'
out_has 'nothing to resume'
sed -i 's/wait: \[0, 0.1\]/wait: [600, 0]/' late.yaml
run 0 hpcc sweep submit late.yaml
that "it comes to that" within 30 counts late-2 '1 running, 1 done'
job=$(hpcc sweep status late-2 --format=json | jq -r '.trials[0].job')
run 0 hpcc cancel "$job"
that "it comes to that" within 30 counts late-2 '1 done, 1 failed'

# hpcc is killed when sbatch has submitted: nobody knows of that job, so the trial isn't submitted again until
# its script is removed.
sed -i 's/wait: \[600, 0\]/wait: [0, 0.1]/' late.yaml
submissions() { # submissions SWEEP TRIAL: how many began
	grep -c "\"$2\",\"script\"" ".hpc-compose/sweeps/$1/submissions.jsonl"
}
for as in jobs array; do
	sweep=late-3
	[ $as = jobs ] || sweep=late-4
	wrap "[[ \"\$*\" == *--test-only* ]] || { \"$tests/fake/sbatch\" \"\$@\"; kill -9 \$PPID; exit; }"
	run 137 hpcc sweep submit --as=$as late.yaml
	rm "$work/first/sbatch"
	run 0 hpcc sweep status "$sweep"
	err_has 'hpcc was ended while it submitted'
	out_has 'unknown'
	run 0 hpcc sweep resume "$sweep"
	that "$as: what may run isn't submitted again" test "$(submissions "$sweep" t000)" = 1
	that "$as: the other one is, if it wasn't" test "$(submissions "$sweep" t001)" = 1
	rm .hpc-compose/submit-"$sweep".*
	run 0 hpcc sweep resume "$sweep"
	that "$as: it is at last" test "$(submissions "$sweep" t000)" = 2
	that "it comes to that" within 60 counts "$sweep" '2 done'
done

# It is killed when the job is recorded, before the line: the record tells.
for as in jobs array; do
	run 0 hpcc sweep submit --as=$as late.yaml
	sweep=$(sed -n 's/.* of sweep \(late-[0-9]*\),.*/\1/p' <<<"$out")
	that "it comes to that" within 60 counts "$sweep" '2 done'
	noted=.hpc-compose/sweeps/$sweep/submissions.jsonl
	sed -i '/"t00[01]","job"/d' "$noted"
	run 0 hpcc sweep status "$sweep"
	out_has '2 done'
	run 0 hpcc sweep resume "$sweep"
	out_has 'nothing to resume'
	that "$as: it is noted" test "$(grep -c '"job"' "$noted")" = 2
done

# Drawn combinations, each twice; what they came to is in a file among the artifacts, in a group of its line.
cat >drawn.yaml <<'SPEC'
name: drawn
runtime: {backend: host}
x-slurm: {artifacts: {export_dir: out, paths: [/hpc-compose/job/out.json]}}
services:
  a:
    script: |
      echo "mean 7 loss $p.5 of $HPC_COMPOSE_SWEEP_SEED"
      case $p in
        1) echo '{"end": {"loss": NaN}}' ;;
        2) echo '{"end": {"loss": 0.5}}' ;;
        *) echo '{"end": {}}' ;;
      esac >"$HPC_COMPOSE_JOB_DIR/out.json"
sweep:
  parameters: {p: [1, 2, 3, 4, 5]}
  matrix: {random: 3, seed: lucky}
  replicates: 2
  objective: {direction: maximize, json_path: out.json, json_field: end.loss}
SPEC
run 0 hpcc sweep submit drawn.yaml
# shows: sweep.matrix.{random,seed} sweep.replicates
out_has 'submitted 6 trials of sweep drawn-1'
that 'all end' within 30 counts drawn-1 '6 done'
hpcc --emit=json drawn.yaml 2>/dev/null | jq -r '.plan.trials[] | .id + " " + .seed' >listed
that 'the trials are those that are listed' diff listed <(jq -r '.trials[] | .id + " " + .seed' .hpc-compose/sweeps/drawn-1/sweep.json)
run 0 hpcc sweep results
# shows: sweep.objective.{json_path,json_field}
out_has 'p=2'
lines_like 1 '^ *1 +0.5 +0.5 +0.5 +2/2 +p=2'
lines_like 1 'p=4 +t001r0: out.json has no end.loss, t001r1'
lines_like 1 'p=1 +t002r0: out.json holds NaN or Infinity'
sed -i 's/json_path.*}/log_pattern: "mean ([0-9]) loss ([0-9.]+)", group: 2}/' drawn.yaml
run 0 hpcc sweep submit --as=array drawn.yaml
that 'all end' within 60 counts drawn-2 '6 done'
run 0 hpcc sweep results
# shows: sweep.objective.group
out_has '2/2'
lines_like 3 '^ *[123] +[1-5]\.5 +[1-5]\.5 +[1-5]\.5 +2/2 +p='

# Somebody else's folder is nobody's sweep, and names are no paths.
run 3 hpcc sweep status ../jobs
err_has 'no name of a sweep'
run 3 hpcc sweep results tune-9
err_has "sweep 'tune-9': there is none of that name"
finish
