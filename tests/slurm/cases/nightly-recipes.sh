# SPDX-License-Identifier: Apache-2.0
# NIGHTLY
# LIMIT: 300
# NEEDS: python3
# Recipes for several nodes on nodes of their own, with the stand-ins of tests/recipes for their programs. Nodes here
# are small and have two GPUs.
cp "$SOURCE"/examples/recipes/{torchrun,nccl-test,openfoam}.yaml .
python3 -c 'import sys; sys.path.insert(0, sys.argv[1]); import standins; standins.install(sys.argv[2])' \
	"$SOURCE/recipes" "$PWD/programs" || fail 'no stand-ins'
export PATH=$PWD/programs/bin:$PATH
# run NAME [SED-EXPRESSION...]: without its containers, to its end.
run() {
	local name=$1 change changes=(-e '/^ *image:/d; /^ *volumes:/,/^ *- /d; /^ *working_dir: .workspace/d')
	shift
	for change; do
		changes+=(-e "$change")
	done
	{
		grep -q '^runtime:' "$name.yaml" || printf 'runtime: {backend: host}\n'
		sed "${changes[@]}" "$name.yaml"
	} >"small-$name.yaml"
	compile "small-$name.yaml"
	submit "small-$name.sbatch"
	wait_job
	assert_state COMPLETED
	assert_nothing_left
}

printf 'import os\nprint("rank", os.environ["RANK"], "of", os.environ["WORLD_SIZE"])\n' >train.py
run torchrun 's/gpus_per_node: 4/gpus_per_node: 2/; s/cpus_per_task: 32/cpus_per_task: 2/'
for rank in 0 1 2 3; do
	assert_log "$(log_of train)" "^rank $rank of 4$"
done

run nccl-test 's/per_node: 4/per_node: 2/; s/cpus_per_task: 8/cpus_per_task: 1/; s/type: pmix/type: pmi2/; s/profile: openmpi/profile: mpich/'
assert_log "$(log_of all-reduce)" '^ *8388608 ranks 4$'
assert_equal 'ranks' "$(grep -c '^#  Rank' "$(log_of all-reduce)")" 4

mkdir -p case/system
: >case/system/controlDict
echo 'numberOfSubdomains 4;' >case/system/decomposeParDict
module() { if [ "$1" = list ]; then echo "$LOADEDMODULES" >&2; else export LOADEDMODULES=$2; fi; }
export -f module
run openfoam "s|:-/scratch/case|:-$PWD/case|; s/ntasks_per_node: 4/ntasks_per_node: 2/; s/type: pmix/type: pmi2/; s/profile: openmpi/profile: mpich/"
assert_log "$(log_of reconstruct)" '^Time = 100, of 4 parts$'
