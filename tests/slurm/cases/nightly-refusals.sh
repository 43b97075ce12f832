# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash
# NIGHTLY
# ALONE
# LIMIT: 900
# What hpcc refuses by the site's file, with no command of Slurm at hand, Slurm refuses in the words that hpcc
# told, or lets wait for good with the reason that hpcc told; what hpcc takes, Slurm takes. For each way in which
# a site enforces the limits of its partitions. The specs are those of tests/cases/site-test, and so is the file.
restore() {
	ask configure EnforcePartLimits=NO >/dev/null || :
}
trap restore EXIT
ask_root configure 'PartitionName=short Nodes=n[1-2] MaxTime=30 MaxNodes=1 AllowAccounts=lab' \
	'PartitionName=pairs MinNodes=2' 'PartitionName=narrow MaxCPUsPerNode=2 MaxMemPerNode=1000'

mkdir bare without with
cp "$HPCC" "$HPCC_RT" bare/
[ ! -d "${HPCC%/*}/real" ] || cp "${HPCC%/*}"/real/* bare/ # what compiles for a target is a script
cp "$SOURCE"/site-test/*.yaml without/
export HPCC_SITE=''

# The words or the reasons that hpcc tells, one a fault; nothing when it takes the spec.
told_of() {
	local said status=0
	said=$(cd with && env PATH=/nowhere ../bare/hpcc validate "../without/$1.yaml" 2>&1) || status=$?
	[ $status != 0 ] || return 0
	case $said in
	*'Slurm would say: '*) sed -n 's/^note: Slurm would say: /says /p' <<<"$said" ;;
	*'wait for good: '*) sed -n 's/^note: Slurm would let the job wait for good: /waits /p' <<<"$said" ;;
	*) sed -n 's/.*: error: .*\[\(B05\)\]$/says unrecognized option/p' <<<"$said" ;;
	esac
}

# says_any WORDS TEXT: one of the lines "says ..." is in the text.
says_any() {
	local line
	while read -r line; do
		line=${line##*newer versions say: }
		line=${line#says }
		[[ $2 != *"${line#waits }"* ]] || return 0
	done <<<"$1"
	return 1
}

reason_is() {
	local all
	all=$(slurm squeue --noheader --jobs="$1" --format='%T %r' 2>/dev/null) || return 1
	reason=${all#* }
	# Both are said of one limit, by the one who submits and the one who schedules.
	[[ $all == PENDING* ]] && [[ $reason == "$2"* || ($2 == Partition*Limit && $reason == PartitionConfig) ]]
}

# 26.05 takes some and ends them at once.
is_ended_for_it() {
	slurm scontrol show job "$1" 2>/dev/null | grep -q 'JobState=FAILED Reason=BadConstraints'
}

starts() {
	local state
	state=$(slurm squeue --noheader --jobs="$1" --format=%T 2>/dev/null) || return 0
	[ "$state" != PENDING ]
}

failures=
# as_told HOW SPEC WORDS
as_told() {
	local said reason='' id status=0
	said=$(cd without && slurm sbatch --parsable "$2.sbatch" 2>&1) || status=$?
	if [ $status != 0 ]; then
		printf '%-4s %-22s refused: %s\n' "$1" "$2" "${said//$'\n'/; }"
		says_any "$3" "$said" || failures+="$1 $2: '$3' was told, and sbatch says: $said"$'\n'
		return
	fi
	id=${said##*$'\n'}
	id=${id%%;*}
	case $3 in
	'')
		wait_until 60 starts "$id"
		printf '%-4s %-22s runs\n' "$1" "$2"
		;;
	'waits '*)
		set -- "$1" "$2" "${3%%[$'\n;']*}"
		local end=$((SECONDS + 60))
		until reason_is "$id" "${3#waits }" || [ $SECONDS -gt $end ]; do sleep 0.3; done
		printf '%-4s %-22s waits: %s\n' "$1" "$2" "$reason"
		reason_is "$id" "${3#waits }" || failures+="$1 $2: '$3' was told, and the reason is '$reason'"$'\n'
		;;
	*)
		local end=$((SECONDS + 20))
		until is_ended_for_it "$id" || [ $SECONDS -gt $end ]; do sleep 0.3; done
		printf '%-4s %-22s is taken, and ends at once: BadConstraints\n' "$1" "$2"
		is_ended_for_it "$id" || failures+="$1 $2: '$3' was told, and sbatch takes it"$'\n'
		;;
	esac
	slurm scancel "$id"
}

for how in NO ANY ALL; do
	ask_root configure "EnforcePartLimits=$how"
	rm -rf with
	mkdir -p with/.hpc-compose
	(cd with && "$HPCC" site probe -o .hpc-compose/cluster.toml)
	refused=0
	for spec in without/*.yaml; do
		name=$(basename "$spec" .yaml)
		(cd without && ../bare/hpcc "$name.yaml" -o "$name.sbatch") || fail "$name.yaml doesn't compile without a site"
		told=$(told_of "$name")
		[ -z "$told" ] || refused=$((refused + 1))
		as_told "$how" "$name" "$told"
	done
	echo "$how: $refused specs are refused at compile time"
	[ $refused -ge 30 ] || failures+="only $refused specs are refused"$'\n'
	[ $how = NO ] || continue
	# The file of the cases is what this cluster shows, but for its versions.
	for file in with/.hpc-compose/cluster.toml "$SOURCE/site-test/.hpc-compose/cluster.toml"; do
		grep -v -e _version -e mpi_types -e runtimes -e '^[a-z]* = true  # \(srun\|apptainer\|ch-run\|singularity\|enroot\) --' "$file" >"$(basename "$(dirname "$(dirname "$file")")").toml"
	done
	# Without accounting nobody's account is asked for.
	[ "$ACCOUNTING" != none ] || sed -i '/^accounts = /d' site-test.toml
	/usr/bin/diff site-test.toml with.toml || failures+='tests/cases/site-test/.hpc-compose/cluster.toml differs'$'\n'
done
[ -z "$failures" ] || fail "$failures"
