# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash
# A file of the site that its own Slurm has told: it differs in nothing, all examples compile with it as they do
# without, and it refuses with no command of Slurm at hand what the site hasn't got.
mkdir .hpc-compose
export HPCC_SITE=''
"$HPCC" site probe -o .hpc-compose/cluster.toml
[ "$("$HPCC" site check)" = 'no difference' ] || fail "it differs: $("$HPCC" site check)"
status=0
"$HPCC" site probe -o .hpc-compose/cluster.toml 2>overwritten || status=$?
[ $status = 2 ] || fail "a file was overwritten, status $status"

mkdir bare
cp "$HPCC" "$HPCC_RT" bare/
export SERVER_PARTITION=test WORKER_PARTITION=side # what the site has
for spec in "$SOURCE"/examples/*.yaml; do
	(cd / && env PATH=/nowhere "$OLDPWD/bare/hpcc" validate "$spec") >without 2>&1 || :
	env PATH=/nowhere bare/hpcc validate "$spec" >with 2>&1 || :
	/usr/bin/diff without with || fail "the site's file changes what is said of $spec"
done

# So it is with the specs of the suite, but for what Slurm refuses as well: a false alarm would be a job that can't be
# had. What srun would refuse isn't asked here: options of newer versions, types of MPI (below).
here=$PWD site=$PWD/site.toml
mv .hpc-compose/cluster.toml site.toml # or each spec below would have it
alarms=0 false_alarms=''
cp -R "$SOURCE/specs" specs
while read -r spec; do
	cd "$here" || exit
	cd "${spec%/*}" || exit
	[ ! -e .hpc-compose/cluster.toml ] || continue
	name=${spec##*/}
	HPCC_SITE='' "$HPCC" "$name" -o "$here/without.sbatch" >"$here/without" 2>&1 || continue
	HPCC_SITE=$site "$HPCC" "$name" -o "$here/with.sbatch" >"$here/with" 2>&1 && continue
	cd "$here" || exit
	grep -v 'hpcc -o\|: error: .*\[B05]$\|srun has no MPI type' with | grep -q ': error: ' || continue
	alarms=$((alarms + 1))
	! said=$(slurm sbatch --test-only without.sbatch 2>&1 </dev/null) ||
		false_alarms+="$spec: Slurm takes it ($said): $(cat with)"$'\n'
done < <(find specs -name '*.yaml' | sort)
cd "$here" || exit
mv site.toml .hpc-compose/cluster.toml
[ -z "$false_alarms" ] || fail "$false_alarms"
[ $alarms -gt 10 ] || fail "only $alarms specs ask for what this site hasn't got"

printf 'runtime: {backend: host}\nx-slurm: {partition: nowhere, nodes: 9}\nservices: {a: {command: "true"}}\n' >wrong.yaml
status=0
env PATH=/nowhere bare/hpcc validate wrong.yaml 2>said || status=$?
[ $status = 2 ] || fail "the wrong spec gives $status"
grep -q "no partition 'nowhere' \[B10\]" said || fail "$(cat said)"
grep -q 'Invalid partition name specified' said || fail "$(cat said)"

sed -i 's/^max_array_size = .*/max_array_size = 7/' .hpc-compose/cluster.toml
status=0
"$HPCC" site check >differs || status=$?
[ $status = 1 ] || fail "check ended with $status"
grep -q '^limits.max_array_size: the file says 7 (.hpc-compose/cluster.toml:[0-9]*), the site shows ' differs ||
	fail "$(cat differs)"

# Types of MPI are told apart as srun does, which looks for its plugin before it asks for nodes. One whose library
# is missing is there.
for type in none openmpi pmi2 pmix pmix_v4 pmix_v1 PMIX pmi1; do
	said=$(slurm srun -n1 --partition=nowhere --mpi="$type" true 2>&1) || :
	taken=yes
	! grep -q 'Invalid MPI type' <<<"$said" || grep -q 'init() callback failed' <<<"$said" || taken=no
	printf 'runtime: {backend: host}\nx-slurm: {time: 5}\nservices: {a: {command: "true", x-slurm: {mpi: {type: %s}}}}\n' "$type" >mpi.yaml
	by_hpcc=yes
	env PATH=/nowhere bare/hpcc validate mpi.yaml 2>told || by_hpcc=no
	assert_equal "whether MPI type $type is taken ($said; $(cat told))" "$by_hpcc" "$taken"
	[ $taken = yes ] || grep -q 'Slurm would say: Invalid MPI type' told || fail "$(cat told)"
done
