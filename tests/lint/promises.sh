#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# promises.sh [ROOT]: each promise that is cited (P04) stands in docs/language-promises.md, each one there
# has a text, and nothing cites chapters of a document that isn't here. Prints the lines that do.
. "$(dirname "$0")/lib.bash"
cd "${1:-$(dirname "$0")/../..}"

readonly page=docs/language-promises.md
mapfile -d '' -t files < <(our_files | grep -zvE '^(\./)?tests/lint/')
wrong=0
complain() {
	echo "$1"
	wrong=$((wrong + 1))
}

while IFS=: read -r file line cited; do
	grep -q "^## $cited " "$page" || complain "$file:$line: $cited is no promise of $page"
done < <(grep -nowIHE 'P[0-9]{2}' -- "${files[@]}" 2>/dev/null || :)
while read -r found; do
	complain "$found: a chapter of a document that isn't here"
done < <(grep -nIHE '\b(language|runtime|cli)(\.md)?,? [0-9]+(\.[0-9]+)?\b|\bfield[- ]notes\b' -- "${files[@]}" 2>/dev/null || :)
while read -r number; do
	sed -n "/^## $number /,/^## P/p" "$page" | sed '1d;/^## /d' | grep -q '[[:alnum:]]' ||
		complain "$page: $number promises nothing"
done < <(sed -n 's/^## \(P[0-9]*\) .*/\1/p' "$page")
[ $wrong = 0 ]
