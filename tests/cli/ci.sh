#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# Specs and scripts of a repository as CI looks at them: several at once, forms for code hosts, folders of scripts,
# and what docs/ci-check.md and .pre-commit-hooks.yaml say.
top=$(cd "$(dirname "$0")/../.." && pwd)
. "$top/tests/cli/lib.bash"

# spec FILE SERVICE [MINUTES]
spec() {
	printf 'runtime: {backend: host}\nx-slurm: {time: %s}\nservices:\n  %s: {command: ["true"]}\n' "${3:-5}" "$2" >"$1"
}

# Several specs: each by itself, all of them, and the worst status.
mkdir specs jobs jobs/deep
spec specs/fine.yaml a
spec specs/also.yaml b
run 0 hpcc validate -W error specs/fine.yaml specs/also.yaml
quiet
sed 's/command/commnd/' specs/fine.yaml >wrong.yaml
printf 'runtime: {backend: host}\nservices:\n  a: {command: ["true"]}\n' >advised.yaml
run 2 hpcc validate wrong.yaml specs/fine.yaml nothere.yaml advised.yaml
err_has 'wrong.yaml:4:7: error'
err_has "can't read 'nothere.yaml'"
err_has 'advised.yaml:1:'
err_has '2 of 4 specs are not valid'
run 4 hpcc validate -W error specs/fine.yaml advised.yaml specs/also.yaml
run 2 hpcc validate -W error advised.yaml wrong.yaml
err_has '1 of 2 specs is not valid'
run 2 hpcc validate -f specs/fine.yaml specs/also.yaml
err_has 'named twice'
cp wrong.yaml mend.yaml
cp wrong.yaml 'mend too.yaml'
run 0 hpcc validate --fix mend.yaml 'mend too.yaml'
err_has 'mend.yaml: 1 edit made'
that 'both are mended' cmp mend.yaml 'mend too.yaml'
that 'as the fine one is' cmp mend.yaml specs/fine.yaml

# One value for all, in each form.
for form in json sarif gitlab; do
	run 2 hpcc validate --diagnostics=$form wrong.yaml specs/fine.yaml advised.yaml
	that "$form is JSON" python3 -m json.tool "$work/out" /dev/null
	out_has wrong.yaml
	out_has advised.yaml
done
run 0 hpcc validate --diagnostics=gitlab specs/fine.yaml specs/also.yaml
that 'no finding' test "$out" = '[]'
run 0 hpcc validate --diagnostics=github specs/fine.yaml
quiet
run 2 hpcc validate --diagnostics=github wrong.yaml advised.yaml
that 'a command for each' test "$(grep -cE '^::(error|warning) (file=[^:,]*,line=|title=)' "$work/out")" = "$(wc -l <"$work/out")"
out_has '::error file=wrong.yaml,line=4,'
run 2 hpcc --diagnostics=github wrong.yaml
err_has '::error file=wrong.yaml,line=4,'

# Files are named from the top of the repository.
mkdir .git
for form in github gitlab; do
	run 2 env --chdir=jobs hpcc validate --diagnostics=$form ../wrong.yaml "$PWD/jobs/../wrong.yaml" deep/./../../wrong.yaml
	out_has wrong.yaml
	out_lacks '..'
	out_lacks "$PWD"
	mv wrong.yaml jobs
	run 2 env --chdir=jobs hpcc validate --diagnostics=$form ./wrong.yaml
	out_has jobs/wrong.yaml
	mv jobs/wrong.yaml .
done
run 2 bash -c 'hpcc validate --diagnostics=github - <wrong.yaml'
out_has 'file=-,'

# In a script they have the names that they always have.
run 0 hpcc --annotate --diagnostics=github specs/fine.yaml -o annotated
run 0 hpcc --annotate --check annotated specs/fine.yaml
rm annotated
(cd jobs && run 0 hpcc --emit=deps --diagnostics=gitlab ../specs/fine.yaml && out_has ' ../specs/fine.yaml' && [ "$failures" = 0 ]) ||
	failures=$((failures + 1))

# A folder of scripts: beside their specs, here, or from a folder of specs.
spec jobs/beside.yaml c
spec here.yaml d
spec over.yaml d 7
spec 'jobs/deep/a, b.yaml' e
for name in jobs/beside 'jobs/deep/a, b'; do
	run 0 hpcc "$name.yaml" -o "$name.sbatch"
done
run 0 hpcc -f here.yaml -f over.yaml -o jobs/deep/layers.sh
printf 'no script' >jobs/readme
printf '#!/bin/bash\necho Written by hpcc 0.1.0 from nowhere.\n' >jobs/other.sh
mkdir jobs/.git
cp jobs/beside.sbatch jobs/.git/hidden
ln -s /nowhere jobs/link
mkfifo jobs/pipe
run 0 hpcc --check jobs
quiet
run 0 hpcc --check jobs/
run 0 hpcc --check .
quiet
sed -i 's/^x-slurm.*/x-slurm: {time: 9}/' over.yaml
sed -i 's/c:/cc:/' jobs/beside.yaml
run 1 hpcc --check jobs
err_has "'jobs/deep/layers.sh' is stale; 'hpcc -f here.yaml -f over.yaml -o jobs/deep/layers.sh' writes it anew"
err_has "'jobs/beside.sbatch' is stale"
out_has '+#SBATCH --time=9'
err_has '2 of 3 scripts are not what the specs make'
run 0 hpcc -f here.yaml -f over.yaml -o jobs/deep/layers.sh
run 1 hpcc --check jobs
err_has '1 of 3 scripts is not'
rm jobs/beside.yaml
run 2 hpcc --check jobs
err_has "'jobs/beside.sbatch' says that it is from 'beside.yaml', which is neither beside it nor here"
cp wrong.yaml jobs/beside.yaml
run 2 hpcc --diagnostics=json --check jobs
err_has '"file": "jobs/beside.yaml"'
run 2 hpcc --check specs
err_has "no script of hpcc in 'specs'"
run 2 hpcc --check jobs -f here.yaml
run 2 hpcc --check jobs here.yaml
err_has 'is no folder'
run 2 hpcc --check jobs --emit=plan
mkdir apart apart/x
for name in fine also; do
	run 0 hpcc specs/$name.yaml -o apart/$name.sbatch
done
run 0 hpcc specs/fine.yaml -o apart/x/deep.sbatch
run 0 hpcc --check apart specs
run 2 hpcc --check apart
mkdir specs/x
spec specs/x/fine.yaml nearer
run 1 hpcc --check apart specs
err_has "'apart/x/deep.sbatch' is stale"
# A script may say anything.
printf '#!/bin/bash\n# Written by hpcc 1 from ../../etc/passwd.\n# Written by hpcc 1 from x.\n' >apart/x/deep.sbatch
run 2 hpcc --check apart specs
err_has "'../../etc/passwd'"
printf '#!/bin/bash\n# Written by hpcc 1 from -.\n' >apart/x/deep.sbatch
run 2 hpcc --check apart specs
err_has "is from '-', which is not below"
printf '#!/bin/bash\n# Written by hpcc 1 from \e[2J, .\n' >apart/x/deep.sbatch
run 2 hpcc --check apart specs
err_has '\x1b[2J'

# Each line of the page that calls hpcc does so without a complaint, in a repository as it describes it.
mkdir "$work/page"
cd "$work/page"
mkdir jobs specs
spec specs/train.yaml a
spec jobs/near.yaml b
spec compose.yaml c
run 0 hpcc compose.yaml -o job.sbatch
run 0 hpcc specs/train.yaml -o jobs/train.sbatch
mapfile -t lines < <(sed -nE 's/^(    |      - run: |    - |        entry: )(hpcc .*)/\2/p' "$top/docs/ci-check.md" |
	sed -E 's/   .*//')
that 'the page has lines' test "${#lines[@]}" -ge 10
for line in "${lines[@]}"; do
	if [ "$line" = 'hpcc --check jobs' ]; then
		mv specs/train.yaml jobs
		run 0 bash -c "$line"
		mv jobs/train.yaml specs
	else
		run 0 bash -c "$line"
	fi
done
for form in gl-code-quality-report.json hpcc.sarif; do
	that "$form was written" python3 -m json.tool $form /dev/null
done

# The hooks: what they call is there, with files behind it or without.
mapfile -t entries < <(sed -n 's/^  entry: //p' "$top/.pre-commit-hooks.yaml")
that 'two hooks' test "${#entries[*]}" = 2
run 0 bash -c "${entries[0]} compose.yaml specs/train.yaml"
quiet
cp specs/train.yaml .
run 0 bash -c "${entries[1]}"
quiet
sed 's/command/commnd/' compose.yaml >wrong.yaml
run 2 bash -c "${entries[0]} compose.yaml wrong.yaml"
finish
