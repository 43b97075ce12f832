#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# folders.sh [ROOT]: fails for a folder of the sources with more than 30 files of its own (rules
# are rows, one file each, and don't count), and for a file of C with more than 500 lines.
set -euo pipefail

cd "${1:-$(dirname "$0")/../..}"
readonly most=30 longest=500

wrong=0
while read -r folder; do
	count=$(find "$folder" -maxdepth 1 -type f ! -name '*.rule' | wc -l)
	if [ "$count" -gt $most ]; then
		echo "$folder: $count files; a newcomer finds the way among $most"
		wrong=$((wrong + 1))
	fi
done < <(find ir frontend passes backends runtime driver -type d)
while read -r count file; do
	if [ "$count" -gt $longest ]; then
		echo "$file: $count lines; a reader keeps $longest in mind"
		wrong=$((wrong + 1))
	fi
done < <(find ir frontend passes backends runtime driver -type f -name '*.[chly]' -exec wc -l {} + | grep -v ' total$')
[ $wrong = 0 ]
