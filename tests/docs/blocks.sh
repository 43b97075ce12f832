#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# Every YAML block of README and docs compiles, every `hpcc` command line in them is one that hpcc
# would take, and every link leads somewhere. (docs/rules.md has a test of its own.)
set -euo pipefail
top=$(cd "$(dirname "$0")/../.." && pwd)
: "${BUILD:?names the build folder}"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
failures=0 blocks=0 lines=0

fail() {
	failures=$((failures + 1))
	printf 'not ok - %s\n' "$*" >&2
}

check_blocks() {
	local page=$1 file
	rm -rf blocks && mkdir blocks
	awk '/^```yaml$/ {n++; on = 1; next} /^```$/ {on = 0} on {print > sprintf("blocks/%03d.yaml", n)}' "$page"
	for file in blocks/*.yaml; do
		[ -e "$file" ] || continue
		blocks=$((blocks + 1))
		"$BUILD/hpcc" "$file" >script.sh 2>errors || {
			fail "${page#"$top"/}: block ${file//[^0-9]/} doesn't compile" && cat errors >&2
			continue
		}
		# Whoever copies one with it waits for the time limit.
		! grep -q '\[A41\]' errors || fail "${page#"$top"/}: in block ${file//[^0-9]/} a server outlives what it serves"
		bash -n script.sh || fail "${page#"$top"/}: the script of block ${file//[^0-9]/} is no bash"
	done
}

# The first word behind hpcc is a command, a file, or an option; options are known.
check_commands() {
	local page=$1 word option known
	while read -r word; do
		lines=$((lines + 1))
		grep -qx -- "$word" commands || fail "${page#"$top"/}: 'hpcc $word' is no command"
	done < <(sed -n 's/^    \(build\/\)\{0,1\}hpcc \([a-z]\{2,\}\)\( .*\|$\)/\2/p' "$page")
	while read -r option; do
		known=no
		grep -qwe "$option" options && known=yes
		[ $known = yes ] || fail "${page#"$top"/}: hpcc has no option '$option'"
	done < <(sed -n 's/^    \(build\/\)\{0,1\}hpcc //p' "$page" | sed "s/'[^']*'//g" | grep -oE -- '--[a-z-]+' || :)
}

check_links() {
	local page=$1 link
	while read -r link; do
		[[ $link == http* || $link == '#'* ]] && continue
		[ -e "$(dirname "$page")/${link%%#*}" ] || fail "${page#"$top"/}: '$link' leads nowhere"
	done < <(grep -oE '\]\([^)]+\)' "$page" | sed 's/^](//; s/)$//')
}

"$BUILD/hpcc" --help=all | sed -n 's/^  \([a-z]*\)\(, \([a-z]*\)\)\{0,1\} .*/\1\n\3/p' | grep . >commands
while read -r command; do
	"$BUILD/hpcc" "$command" --help
done <commands | grep -oE -- '--[a-z-]+' | sort -u >options

for page in "$top"/README.md "$top"/docs/*.md; do
	[ "${page##*/}" = rules.md ] || check_blocks "$page"
	check_commands "$page"
	check_links "$page"
done
# What people begin with gets no advice.
for spec in "$top"/examples/*.yaml "$top"/driver/templates/*.yaml; do
	(cd "${spec%/*}" && "$BUILD/hpcc" validate -W error "${spec##*/}") 2>errors ||
		{ fail "${spec#"$top"/}: advice" && cat errors >&2; }
done
echo "$blocks blocks, $lines command lines, $failures failures"
[ "$failures" = 0 ] && [ "$blocks" -gt 10 ]
