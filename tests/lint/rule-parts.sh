#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# rule-parts.sh [ROOT]: what makes C of the rules' files refuses one that lacks any part, and names it.
set -euo pipefail

cd "${1:-$(dirname "$0")/../..}"
facts=$PWD/ir/facts
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
mkdir -p "$work/shape"
checks=0 failures=0

make() { # make: status, and the message in $message
	message=$(cd "$work" && awk -v output=table -f "$facts/rules.awk" "$facts/rules/sections" shape/*.rule 2>&1 >/dev/null)
}

refused() { # refused WHAT FILE: the rules that stand in the folder now
	checks=$((checks + 1))
	if make || [[ $message != *"$2"* ]]; then
		echo "not refused, or not by name: $1: $message"
		failures=$((failures + 1))
	fi
}

# without PATTERN: rule R012, the lines that match left out, and what belongs to a part with its head.
without() {
	awk -v drop="$1" '/^== / { dropped = 0 } $0 ~ drop { dropped = 1 } !dropped' "$facts/rules/shape/R012.rule" >"$work/shape/R012.rule"
}

cp "$facts/rules/shape/R012.rule" "$facts/rules/shape/R013.rule" "$work/shape/"
make || { echo "whole rules are refused: $message" && exit 1; }
for part in fails fine says; do
	without "^== $part"
	refused "without '== $part'" R012.rule
done
sed 1d "$facts/rules/shape/R012.rule" >"$work/shape/R012.rule"
refused 'without a name' R012.rule
sed '/^$/,/^== fails/{/^== fails/!d}' "$facts/rules/shape/R012.rule" >"$work/shape/R012.rule"
refused 'without a remedy' R012.rule
sed '1s/R012/R099/' "$facts/rules/shape/R012.rule" >"$work/shape/R012.rule"
refused 'with the id of another file' R012.rule
sed "1s/.*/R012 $(sed -n '1s/.* //p' "$facts/rules/shape/R013.rule")/" "$facts/rules/shape/R012.rule" >"$work/shape/R012.rule"
refused 'with the name of another rule' R013.rule
sed 's/^== fine/== fien/' "$facts/rules/shape/R012.rule" >"$work/shape/R012.rule"
refused 'with an unknown part' R012.rule
echo "$checks checks, $failures failures"
[ $failures = 0 ]
