#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# shellcheck disable=SC2016 # specs and programs in single quotes
# preflight and doctor with the fake Slurm commands of tests/fake.
tests=$(cd "$(dirname "$0")/.." && pwd)
# shellcheck source=tests/cli/lib.bash disable=SC1091,SC2154
. "$tests/cli/lib.bash"
export FAKE_SLURM_DIR=$work/slurm
PATH=$tests/fake:$PATH

# spec DIRECTIVES [SERVICE'S KEYS]
spec() {
	printf 'runtime: {backend: host}\nx-slurm: {time: 5%s}\nservices:\n  one: {command: ["true"]%s}\n' \
		"${1:+, $1}" "${2:+, $2}" >compose.yaml
}

# Facts with their source, and when the job would start.
spec ''
run 0 hpcc preflight
out_has 'at 2026-02-03T10:00:00 using 1 processors on nodes n1 in partition test'
out_has '(sbatch --test-only)'
out_has '(scontrol show config)'
run 0 env FAKE_SLURM_CONFIG=$'LaunchParameters = test_exec\nPrologFlags = Alloc,Contain' hpcc preflight
out_has 'Alloc,Contain'
out_has 'srun looks on the host'
run 0 hpcc preflight --format=json
that 'the source in JSON' python3 -c 'import json, sys
checks = json.load(open(sys.argv[1]))["checks"]
assert any(c["source"] == "sbatch --test-only" and c["what"] == "start" for c in checks)' "$work/out"

# A folder whose name is no UTF-8 leaves nothing out of the JSON.
odd=$work/$'od\xffd'
mkdir -p "$odd/hpcc" answers
printf '#!/bin/bash\n[ "${*: -1}" != config ] || echo "ClusterName = real"\n' >answers/scontrol
chmod 755 answers/scontrol
cp compose.yaml "$odd"
run 0 env --chdir="$odd" hpcc preflight --format=json
that 'the folder is there' grep -q 'runtime_root' "$work/out"
echo 'name = "other"' >"$odd/hpcc/cluster.toml"
run 1 env PATH="$PWD/answers:$PATH" XDG_CONFIG_HOME="$odd" hpcc site check --format=json
that 'where the file says it is there' python3 -c 'import json, sys
at = [d["at"] for d in json.load(open(sys.argv[1]))["differences"] if d["key"] == "name"]
assert len(at) == 1 and at[0].endswith("cluster.toml:1")' "$work/out"

# Limits of the partition, whether it is named or the default one.
for more in '' ', partition: test'; do
	spec "nodes: 9$more"
	run 3 hpcc preflight
	out_has 'the job asks for 9 nodes, partition test has 4'
	out_has 'Requested node configuration is not available: no node of the partition has'
	spec "nodes: 3$more"
	run 3 env FAKE_SLURM_SIZES=1-2 hpcc preflight
	out_has 'the job asks for 3 nodes, partition test grants a job 2'
done
spec ''
run 3 env FAKE_SLURM_LIMIT=4:00 hpcc preflight
out_has 'the job asks for more than partition test grants (4:00)'
run 3 env FAKE_SLURM_UP=down hpcc preflight
out_has 'partition test is down'
spec 'partition: nowhere'
run 3 hpcc preflight
out_has "the cluster has no partition 'nowhere'"
out_has 'Invalid partition name specified: the cluster has no partition of that name'

# Of several partitions one that takes the job is enough, as for Slurm.
mkdir several
cat >several/sinfo <<'SINFO'
#!/bin/bash
[[ $* =~ --format=([^ ]*) ]] || { echo 'slurm-wlm 22.05.8' && exit; }
format=${BASH_REMATCH[1]} all="$*,"
for row in 'short* 1:00 1' 'long 1-00:00:00 4'; do
	read -r name limit nodes <<<"$row"
	[[ $all != *--partition=* || $all == *[=,]${name%'*'},* ]] || continue
	line=${format//%P/$name}
	line=${line//%l/$limit}
	line=${line//%D/$nodes}
	line=${line//%a/up}
	echo "${line//%s/1-infinite}"
done
SINFO
chmod 755 several/sinfo
spec 'nodes: 2, partition: "short,long"'
env PATH="$PWD/several:$PATH" hpcc preflight >"$work/out" || :
that 'the other one takes it' test -z "$(grep 'partition short' "$work/out")"
spec 'nodes: 5, partition: "short,long"'
run 3 env PATH="$PWD/several:$PATH" hpcc preflight
out_has 'partition short grants (1:00)'
out_has 'the job asks for 5 nodes, partition short has 1'
out_has 'the job asks for 5 nodes, partition long has 4'

# What Slurm's configuration lets a job do.
spec '' 'stop_grace_period: 40s'
run 0 hpcc preflight
out_has 'services may take 40 s to stop, and Slurm kills them 30 s after'
out_has 'B:TERM@100'
run 0 env FAKE_SLURM_CONFIG='KillWait = 60 sec' hpcc preflight
out_lacks 'services may take'
spec '' 'x-slurm: {failure_policy: {mode: restart_on_failure, max_restarts: 30}}'
run 3 env FAKE_SLURM_CONFIG='MaxStepCount = 20' hpcc preflight
out_has 'the job may take 31 steps, and Slurm creates 20 for one'
run 0 hpcc preflight

# What sbatch refuses is explained.
spec 'partition: nowhere'
run 3 hpcc submit --no-preflight
err_has 'Invalid partition name specified'
err_has "'sinfo' lists them"

# A step that looks on a node. (Folders below /tmp are no place for jobs, and preflight says so: status 3.)
cat >compose.yaml <<YAML
runtime: {backend: charliecloud}
x-slurm: {time: 5, partition: test, runtime_root: $work/jobs, cache_dir: $work/cache}
services:
  one:
    image: ./image
    command: ["true"]
    volumes: ["$work/data:/data", "$work/data:/again"]
YAML
mkdir -p image "$work/data" "$work/jobs" "$work/cache" tools
printf '#!/bin/bash\nexit 0\n' >tools/ch-run
chmod 755 tools/ch-run
PATH=$PWD/tools:$PATH
run 3 hpcc preflight --probe-nodes -W no-all
that 'one small step in the right place' grep -q "^srun --nodes=1 --ntasks=1 --time=1 .*--partition=test bash -c" "$FAKE_SLURM_DIR/calls"
out_lacks "doesn't exist on n1"
out_lacks "isn't on PATH of n1"
that 'a step that found all' grep -qE 'on n1: images|n1 has the [0-9]+ things' "$work/out"
# The node lacks what the login node has.
export FAKE_SRUN_INSTEAD='rm -rf "$REMOVED"; exec "$@"' REMOVED=$work/data
run 3 hpcc preflight --probe-nodes -W no-all
out_has "'$work/data' doesn't exist on n1"
that 'it is told once' test "$(grep -c "data' doesn't exist on n1" "$work/out")" = 1
mkdir -p "$work/data"
# A greeting of the site is no answer; nor is silence.
export FAKE_SRUN_INSTEAD='echo "x: welcome"; exec "$@"'
run 3 hpcc preflight --probe-nodes -W no-all
out_lacks 'welcome'
export FAKE_SRUN_INSTEAD=true
run 3 hpcc preflight --probe-nodes -W no-all
out_lacks 'things that were looked for'
out_has 'a step on a compute node ended without a word of what it saw'
export FAKE_SRUN_INSTEAD='exec env PATH=/nowhere "$BASH" "${@:2}"'
run 3 hpcc preflight --probe-nodes -W no-all
that 'a tool is missing there' grep -q "ch-run .*on PATH of n1" "$work/out"
unset FAKE_SRUN_INSTEAD
run 3 env FAKE_SRUN_FAILS='Unable to allocate resources: Requested nodes are busy' hpcc preflight --probe-nodes -W no-all
out_has 'no step could look at a compute node'

# doctor: what works, what doesn't, and nothing left.
rm -rf .hpc-compose tools
hash -r
export FAKE_SLURM_TIME_UP="$PWD/.hpc-compose/doctor-*/limit.waits" FAKE_SLURM_PYXIS=no USER=${USER:-tester}
run 0 hpcc doctor
for row in 'ok +host +steps run on n1 n2' 'ok +mpi +pmi2 pmix work' 'ok +ports +n2 reaches port' \
	'ok +stop +TERM reaches a step' 'ok +time limit +at its end a step gets TERM' '--    pyxis +srun has no --container-image'; do
	that "a row like $row" grep -qE -- "$row" "$work/out"
done
err_has 'Ctrl-C cancels it'
that 'nothing is left' test ! -e .hpc-compose
that 'options of sbatch' grep -qE '^sbatch .*--time=1 .*--nodes=2' "$FAKE_SLURM_DIR/calls"
# The image that it makes here is an empty file.
mkdir made
printf '#!/bin/bash\n: >"$2"\n' >made/mksquashfs
chmod 755 made/mksquashfs
# A container that doesn't start is one: the fake runs its command on the host.
status=0
run 3 env FAKE_SLURM_PYXIS=yes PATH="$PWD/made:$PATH" hpcc doctor
that 'a failure has a way out' grep -qE 'FAIL +pyxis +a container doesn' "$work/out"
run 3 hpcc doctor --partition=nowhere
err_has 'the cluster has no partition of that name'
that 'nothing is left of a refusal' test ! -e .hpc-compose

# Nodes are counted where the job goes: in the default partition, or in the one that is named.
printf '#!/bin/bash\necho "$*" >"$ASKED"\nexit 1\n' >several/sbatch
chmod 755 several/sbatch
export ASKED=$work/asked
for goes in ':1' '--partition=long:2'; do
	# shellcheck disable=SC2086 # no word where there is none
	run 3 env PATH="$PWD/several:$PATH" hpcc doctor ${goes%:*}
	that "as many nodes as $goes" grep -q -- "--nodes=${goes#*:} " "$ASKED"
done

# Ctrl-C: the job is cancelled, its folder goes.
: >err.txt
hpcc doctor >out.txt 2>err.txt &
pid=$!
within 30 grep -q 'Ctrl-C cancels it' err.txt || fail 'it begins'
job=$(sed -n 's/^job \([0-9]*\) tries.*/\1/p' err.txt)
kill -INT "$pid"
status=0
wait "$pid" || status=$?
that 'ends with the signal' test "$status" = 130
that 'the job is cancelled' test -e "$FAKE_SLURM_DIR/jobs/$job/cancelled"
that 'nothing is left after Ctrl-C' test ! -e .hpc-compose

finish
