#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# containers.sh [ROOT]: what is known of a container runtime stands in its row, or in the two files that
# the row names. Fails where code asks for one by its name, and where code of ir/ knows one.
set -euo pipefail

cd "${1:-$(dirname "$0")/../..}"

wrong=0
while read -r name; do
	found=$(grep -rnwE "RUNTIME_BACKEND_${name^^}" ir frontend passes backends driver --include='*.[chly]' || :)
	[ "$name" = host ] ||
		found+=$(grep -rniE "$name|enroot" ir --include='*.[chly]' --exclude-dir=facts || :)
	[ -n "$found" ] || continue
	echo "$found"
	echo "$name: this belongs into its row, ir/facts/containers.m4"
	wrong=$((wrong + 1))
done < <(sed -n 's/^container(«\(.*\)»)$/\1/p' ir/facts/containers.m4)
[ $wrong = 0 ]
