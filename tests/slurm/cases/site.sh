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
for spec in "$SOURCE"/examples/*.yaml; do
	(cd / && env PATH=/nowhere "$OLDPWD/bare/hpcc" validate "$spec") >without 2>&1 || :
	env PATH=/nowhere bare/hpcc validate "$spec" >with 2>&1 || :
	/usr/bin/diff without with || fail "the site's file changes what is said of $spec"
done

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
