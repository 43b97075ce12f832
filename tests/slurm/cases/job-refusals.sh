# SPDX-License-Identifier: Apache-2.0
# Values that Slurm parses by grammars of its own: hpcc refuses what sbatch or srun refuses, and takes what
# they take. A value that is well formed, but asks for more than the cluster has, is taken.

# shellcheck disable=SC2016 # the variable is of the spec

gpus=() # asked for beside a value that needs some
# The script or step with this option: taken by Slurm?
is_taken_by_sbatch() {
	local said
	said=$(sbatch --test-only "${gpus[@]}" "$1" --wrap true 2>&1) ||
		grep -q -e 'node configuration is not available' -e 'Invalid feature specification' <<<"$said"
}
is_taken_by_srun() {
	local said
	said=$(srun --test-only -n1 "${gpus[@]}" "$1" true 2>&1) ||
		grep -q 'node configuration is not available' <<<"$said"
}
# Its field, as hpcc sees it: the value in a variable, so that no quoting stands between. The advice and
# the rules about fields that can't stand together are others.
is_taken_by_hpcc() {
	local said
	# shellcheck disable=SC2153 # the runner sets it
	said=$("$HPCC" validate --env "VALUE=$2" "$1.yaml" 2>&1) || ! grep -q '\[E18\]' <<<"$said"
}

failures=
compare() { # WHO FIELD VALUE
	local slurm=taken hpcc=taken
	"is_taken_by_$1" "--${2//_/-}=$3" || slurm=refused
	is_taken_by_hpcc "$2" "$3" || hpcc=refused
	printf '%-14s %-24s %s\n' "$2" "$3" "$slurm"
	[ "$slurm" = "$hpcc" ] || failures+="$2: '$3' is $slurm by $1, $hpcc by hpcc"$'\n'
}

compare_all() { # WHO FIELD VALUE...
	local who=$1 field=$2
	shift 2
	printf 'runtime: {backend: host}\nx-slurm: {%s: "$VALUE"%s}\nservices: {a: {command: x}}\n' "$field" \
		"${gpus:+, gpus: 1}" >"$field.yaml"
	for value; do compare "$who" "$field" "$value"; done
}

memory=(1 0 1.5G 16GB 16Gb 16g 16GiB '16GB of RAM' 16K 16k 16M 16MB 1T 16B -1 +5 ' 5' 5G5 007 0x10 1e3
	16KiB '16 G' 16GG G .5G 5. 99999999999999999999 '1,5G' unlimited)
compare_all sbatch mem "${memory[@]}"
gpus=(--gpus=1)
compare_all srun mem_per_gpu "${memory[@]}"
gpus=()
compare_all sbatch distribution block cyclic plane plane=4 plane=0 plane=x '*' block:cyclic \
	block:block:fcyclic cyclic:block,Pack block,NoPack Block pack 'block:*:*' unknown block:x \
	block:block:block:block :block block: plane:block plane=2,Pack arbitrary:block block, block,x \
	,Pack fcyclic '*:fcyclic' plane=04 block:plane b
compare_all sbatch hint compute_bound memory_bound multithread nomultithread Nomultithread compute \
	nomultithread,memory_bound x multithread,x
gpus=(--gpus=1)
compare_all sbatch gpu_bind none closest single:2 map_gpu:0,1 mask_gpu:0x3 verbose,closest v,none per_task:2 \
	x single:x map_gpu:0-1 closest,single:1 mask_gpu:zz quiet Closest 'map_gpu:0*2' single map_gpu:x \
	mask_gpu verbose single: verbose, gpu:closest
gpus=()
compare_all sbatch mem_bind none local rank map_mem:0 mask_mem:1 prefer sort nosort verbose x local,verbose \
	map_mem: mem Local v,local,prefer map_mem:x map_mem rank,local q quiet y yes n no none,x nosort,local
compare_all srun cpu_bind none cores threads sockets ldoms rank map_cpu:0,1 mask_cpu:0x3,0xF quiet verbose v q \
	boards x cores,verbose map_cpu: mask_cpu:zz map_cpu:0-1 y n yes no Cores rank_ldom map_ldom:0 \
	mask_ldom:1 map_cpu:0x2 one_thread cores,sockets verbose,cores core thread socket map_cpu \
	map_cpu:0,x 'map_cpu:0*2' , verbose,
compare_all sbatch gres gpu gpu:1 gpu:a100:1 gpu:a100 gpu:0 gpu=1 gpu:1K gpu: gpu::1 gpu:a:b:1 ,gpu gpu:1, \
	gpu:1.5 gres:gpu:1 gpu:1,gpu:1 gpu:1: 'gpu:1(S:0)' none

[ -z "$failures" ] || fail "$failures"

# A bracket that isn't closed is refused by both; other features depend on the site.
printf 'runtime: {backend: host}\nx-slurm: {constraint: "$VALUE"}\nservices: {a: {command: x}}\n' >constraint.yaml
for value in '(a' 'a]' '[a|b' 'a)'; do
	sbatch --test-only --constraint="$value" --wrap true 2>/dev/null && fail "sbatch takes '$value'"
	is_taken_by_hpcc constraint "$value" && fail "hpcc takes '$value'"
done
for value in a 'a&b' '[a|b]' 'a*2' '[a*1&b*2]' '(a|b)&c' '!a'; do
	is_taken_by_hpcc constraint "$value" || fail "hpcc refuses '$value'"
done

# What was refused is told with its place and a way out that Slurm takes.
cat >place.yaml <<'YAML'
runtime: {backend: host}
x-slurm: {mem: 1.5G}
services: {a: {command: x}}
YAML
"$HPCC" validate place.yaml >said 2>&1 && fail "1.5G is valid"
grep -q '^place.yaml:2:17: error: x-slurm.mem: .*\[E18\]$' said || fail "$(cat said)"
written=$(sed -n 's/^help: write //p' said)
assert_equal "the help" "$written" 1536M
slurm sbatch --test-only --mem="$written" --wrap true
