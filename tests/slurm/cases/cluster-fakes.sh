# SPDX-License-Identifier: Apache-2.0
# NEEDS: slurmdbd mariadbd
# Slurm's own commands end as tests/fake/verdicts says, which the fakes are held to.
version=$(sinfo --version)
[[ $version == *' 22.05.'* ]] || { echo "the table is that of 22.05, not of $version" && exit; }
[ "$ACCOUNTING" = slurmdbd ] || { echo 'some of them ask the accounting' && exit; }
wrong=0
while read -r status call; do
	[[ $status != '#' ]] || continue
	words=()
	eval "words=($call)"
	got=0
	slurm "${words[@]}" >said 2>&1 </dev/null || got=$?
	[ "$got" = "$status" ] || { echo "$call: $got, not $status: $(head -n 3 said)" && wrong=$((wrong + 1)); }
done <"$SOURCE/fake/verdicts"
[ $wrong = 0 ] || fail "$wrong verdicts differ"
