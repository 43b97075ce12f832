#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# format.sh [ROOT]: fails for a C file that clang-format would write otherwise. Prints one line a file,
# and ends with 77 where there is no clang-format, or another version: they differ.
set -euo pipefail

cd "${1:-$(dirname "$0")/../..}"
if [[ $(clang-format --version 2>/dev/null) != *' version 14.'* ]]; then
	echo 'format.sh: skipped: there is no clang-format 14'
	exit 77
fi

wrong=0
while read -r place; do
	echo "${place%%: *}: not as clang-format writes it"
	wrong=$((wrong + 1))
done < <(find ir frontend passes backends runtime driver tests -name '*.[ch]' | sort |
	xargs clang-format --style=file --dry-run 2>&1 | grep 'clang-format-violations' || :)
[ $wrong = 0 ]
