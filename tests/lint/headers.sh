#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# headers.sh CC BUILD [ROOT]: every header of ours compiles alone. BUILD holds generated headers.
. "$(dirname "$0")/lib.bash"
[ $# -ge 2 ] || { echo 'usage: headers.sh CC BUILD [ROOT]' >&2 && exit 2; }
cc=$1
build=$(cd "$2" && pwd)
cd "${3:-$(dirname "$0")/../..}"

status=0
count=0
while IFS= read -r -d '' file; do
	if [[ $file != *.h ]] || [ ! -f "$file" ]; then
		continue
	fi
	count=$((count + 1))
	printf '#include "%s"\n' "$file" |
		"$cc" -std=c11 -D_GNU_SOURCE -DHPCC_VERSION='""' -Wall -Wextra -Werror -I. -I"$build" \
			-fsyntax-only -x c - || { echo "$file does not compile alone" && status=1; }
done < <(our_files)
echo "$count headers"
exit $status
