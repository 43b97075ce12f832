#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# files.sh [ROOT]: every file is text and no larger than 200 kB, but for those of a short list, each with its
# reason. A program, an image or the core dump of a daemon is no source. Prints the files that are neither.
. "$(dirname "$0")/lib.bash"
cd "${1:-$(dirname "$0")/../..}"

readonly bytes_max=200000
# Pattern and reason, one a line; a pattern that fits no file is a mistake, too.
allowed=()

# A core dump that an ignore pattern hides is still a daemon that ran in the wrong folder.
core_dumps() {
	find . -name .git -prune -o -path './build*' -prune -o -type f \( -name core -o -name 'core.[0-9]*' \) -print
}

used=()
is_allowed() {
	local row
	for row in "${allowed[@]}"; do
		# shellcheck disable=SC2053 # a pattern
		[[ $1 == ${row%% *} ]] || continue
		used+=("$row")
		return 0
	done
	return 1
}

status=0
complain() {
	printf '%s: %s\n' "$1" "$2"
	status=1
}

mapfile -d '' -t files < <(our_files)
while IFS= read -r -d '' row; do
	[ "${row%% *}" -le $bytes_max ] || is_allowed "${row#* }" ||
		complain "${row#* }" "is larger than $bytes_max bytes"
done < <(stat --printf '%s %n\0' -- "${files[@]}" 2>/dev/null)
# What holds a NUL byte is no text.
while IFS= read -r -d '' file; do
	[ ! -s "$file" ] || is_allowed "$file" || complain "$file" 'is no text'
done < <(LC_ALL=C grep -LIsZ '' -- "${files[@]}")
while IFS= read -r file; do
	complain "$file" 'is the core dump of a program'
done < <(core_dumps)
for row in "${allowed[@]}"; do
	[[ " ${used[*]} " == *" $row "* ]] || complain "${row%% *}" 'is allowed but needs it not'
done
echo "${#files[@]} files"
exit $status
