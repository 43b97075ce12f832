# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash disable=SC2034
# What the benchmarks of the supervisor share. With `short` set, what misses its aim by far sets `slow`.
# shellcheck source=tests/rt/lib.bash
. "${BASH_SOURCE%/*}/../rt/lib.bash"
short=${short:-} slow=0

# report NAME VALUE AIM UNIT
report() {
	printf '%-46s %8s %s   (aim: under %s)\n' "$1" "$2" "$4" "$3"
	[ -z "$short" ] || (($(printf '%.0f' "$2") <= 3 * $3)) || slow=1
}

# ms NANOSECONDS
ms() { awk -v ns="$1" 'BEGIN { printf "%.2f", ns / 1e6 }'; }

# What a start costs without a supervisor, in ms, the median: bash, the shim and the command alone.
alone() {
	local i from
	for ((i = 0; i < 20; i++)); do
		from=${EPOCHREALTIME/./}
		bash -c "exec '$RT' step -- true" </dev/null
		echo $(((${EPOCHREALTIME/./} - from) * 1000))
	done | sort -n | sed -n 10p | awk '{ printf "%.2f", $1 / 1e6 }'
}

# ratio NAME VALUE YARDSTICK AIM UNIT: both measured in this run, under the same load.
ratio() {
	printf '%-46s %8s %s, yardstick %s %s, ratio %s   (aim: under %s)\n' "$1" "$2" "$5" "$3" "$5" \
		"$(awk -v a="$2" -v b="$3" 'BEGIN { printf "%.2f", a / b }')" "$4"
	[ -z "$short" ] || awk -v a="$2" -v b="$3" -v aim="$4" 'BEGIN { exit a > 2 * aim * b }' || slow=1
}

# The script knows a guard; the supervisor is the one of its children that runs hpcc-rt, too. Sets
# WORKER.
has_worker() {
	local children pid name
	read -r -a children <"/proc/$SUPERVISOR/task/$SUPERVISOR/children" || :
	for pid in "${children[@]}"; do
		read -r name 2>/dev/null <"/proc/$pid/comm" || continue
		[[ $name != hpcc-rt* ]] || { WORKER=$pid && return 0; }
	done
	return 1
}

cpu_ns() { read -r ns _ <"/proc/$WORKER/schedstat" && echo "$ns"; }
