#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# borrowed-parts.sh [ROOT]: what makes C of the keys of other tools refuses a line that lacks a part, and
# names it; each field that a line offers stands in the reference page.
set -euo pipefail

cd "${1:-$(dirname "$0")/../..}"
readonly rows=ir/facts/borrowed.keys
failures=0
complain() {
	echo "$1"
	failures=$((failures + 1))
}

refused() { # refused WHAT LINES
	local message
	if message=$(printf '%s\n' "$2" | awk -f ir/facts/literals.awk -f ir/facts/keys.awk -f ir/facts/borrowed.awk 2>&1 >/dev/null) || [[ $message != *:*:* ]]; then
		complain "not refused, or not by its place: $1: $message"
	fi
}

awk -f ir/facts/literals.awk -f ir/facts/keys.awk -f ir/facts/borrowed.awk $rows >/dev/null || complain 'the rows themselves are refused'
refused 'without a record' 'ports R006 - remove it'
refused 'without a rule' $'[service]\nports - - remove it'
refused 'without help' $'[service]\nports R006 -'
refused 'twice' $'[service job]\nports R006 - remove it\n[job]\nports R006 - remove it'
while read -r key field; do
	grep -qF "\`$field\`" docs/spec-reference.md || complain "$rows: $key is to be '$field', which is no field"
done < <(awk '!/^[#[]/ && NF && $3 != "-" { print $1, $3 }' $rows)
[ $failures = 0 ]
