#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# option-parts.sh [ROOT]: what makes C of the rows of options.m4 refuses one that lacks any part, and names it.
set -euo pipefail

cd "${1:-$(dirname "$0")/../..}"
schema=$PWD/ir/facts/schema
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
checks=0 failures=0

make() { # make: status of making the table of these rows, and the message in $message
	message=$(m4 -P -I "$work" "$schema/kinds.m4" "$schema/options.m4" "$schema/option_table.m4" 2>&1 >/dev/null)
}

# Each row stands over several lines; it ends where the next one begins.
row_of() { # row_of NAME
	awk -v name="option(«$1»," 'index($0, "option(") == 1 || !NF { taken = index($0, name) == 1 } taken' ir/facts/options.m4
}

refused() { # refused NAME WORDS ROW: a message that names the row and has the words
	checks=$((checks + 1))
	printf '%s\n' "$3" >"$work/options.m4"
	if make || [[ $message != *"'$1'"*"$2"* ]]; then
		echo "not refused, or not by name: $1, $2: $message"
		failures=$((failures + 1))
	fi
}

without() { # without NAME PATTERN: the row, what matches left out
	row_of "$1" | sed -E "s/$2//"
}

for name in gpus distribution exact; do
	row_of "$name" >"$work/options.m4"
	make || { echo "a whole row is refused: $message" && exit 1; }
	for part in since value class; do
		refused "$name" "lacks $part=" "$(without "$name" " $part=[^ »]*")"
	done
	refused "$name" 'lacks sbatch or srun' "$(without "$name" '(sbatch )?srun')"
done
refused gpus 'lacks tier=' "$(without gpus ' tier=[^ »]*')"
refused exact 'lacks a field, args, or what to do instead' 'option(«exact», «srun since=20.11 value=none class=cpu»)'
refused gpus "the class 'gpuu'" "$(row_of gpus | sed 's/class=gpu/class=gpuu/')"
refused ntasks "the value 'counts'" "$(row_of ntasks | sed 's/value=count/value=counts/')"
refused gpus "the word 'profil'" "$(row_of gpus | sed 's/ profile/ profil/')"
refused gpus 'arguments' 'option(«gpus»)'
for part in exact share; do
	refused 22.05 "lacks $part=" "$(sed -n '/^version(«22.05»/p' ir/facts/options.m4 | sed -E "s/$part=[^ »]*//")"
done
echo "$checks checks, $failures failures"
[ $failures = 0 ]
