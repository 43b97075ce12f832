#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# shell.sh [ROOT]: every shell file of ours passes bash -n and shellcheck. Golden scripts are left to
# the golden tests; cases of tests/slurm and tests/rt hold scripts in quotes (SC2016) and read a library by variable (SC1091).
. "$(dirname "$0")/lib.bash"
cd "${1:-$(dirname "$0")/../..}"

plain=()
cases=()
while IFS= read -r -d '' file; do
	[ -f "$file" ] || continue
	case $file in
	tests/cases/*) continue ;;
	tests/rt/cases/*.sh | tests/slurm/cases/*.sh | tests/fake/selftest) cases+=("$file") && continue ;;
	*.sh | *.bash) plain+=("$file") && continue ;;
	*.c | *.h | *.m4 | *.y | *.l | *.md | *.yaml | *.txt) continue ;;
	esac
	IFS= read -r line <"$file" 2>/dev/null || continue
	[[ $line =~ ^'#!'.*(bash|/sh)$ ]] && plain+=("$file")
done < <(our_files)

status=0
for file in "${plain[@]}" "${cases[@]}"; do
	bash -n "$file" || status=1
done
[ ${#plain[@]} = 0 ] || shellcheck --external-sources --source-path=SCRIPTDIR "${plain[@]}" || status=1
[ ${#cases[@]} = 0 ] || shellcheck --shell=bash --exclude=SC2016,SC1091 "${cases[@]}" || status=1
echo "$((${#plain[@]} + ${#cases[@]})) shell files"
exit $status
