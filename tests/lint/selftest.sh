#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# Shows that each lint fails when it should: small trees with one mistake each.
set -euo pipefail

here=$(cd "$(dirname "$0")" && pwd)
root=$(mktemp -d)
trap 'rm -rf "$root"' EXIT
failed=0

# expect STATUS FILE TEXT COMMAND...: the command's status on a tree that holds this one file more.
expect() {
	local wanted=$1 file=$root/$2 status=0
	mkdir -p "$(dirname "$file")"
	printf '%s\n' "$3" >"$file"
	shift 3
	"$@" "$root" >"$root/../lint.$$" 2>&1 || status=1
	if [ $status != "$wanted" ]; then
		echo "status $status, not $wanted, of ${1##*/} with ${file#"$root/"}: $(cat "$file")"
		failed=1
	fi
	rm -f "$file" "$root/../lint.$$"
}

layers=$here/layers.sh
mkdir -p "$root/ir/support"
echo 'struct arena;' >"$root/ir/support/arena.h"
echo '#include "ir/support/arena.h"' >"$root/ir/support/map.h"
echo '#include <stddef.h>' >"$root/ir/support/str.h"
mkdir -p "$root"/{frontend,passes,backends,runtime,driver}
expect 0 ir/a.c "$(yes '/* one */' | head -n 500)" "$here/folders.sh"
expect 1 ir/a.c "$(yes '/* one */' | head -n 501)" "$here/folders.sh"
expect 0 ir/a.c '#include "ir/support/map.h"' "$layers"
expect 1 ir/a.c '#include "passes/pass.h"' "$layers"
expect 1 ir/a.c '#include "support/map.h"' "$layers"
expect 1 ir/a.c '#include "../ir/support/map.h"' "$layers"
expect 0 frontend/a.c '#include "ir/support/map.h"' "$layers"
expect 1 frontend/a.c '  #  include "passes/pass.h"' "$layers"
expect 1 passes/a.y '#include "frontend/frontend.h"' "$layers"
expect 1 backends/a.h '#include "driver/commands.h"' "$layers"
expect 1 driver/a.c '#include "tests/unit/test.h"' "$layers"
expect 0 driver/a.c '#include "runtime/core/table.h"' "$layers"
expect 0 runtime/a.c '#include "ir/support/str.h"' "$layers"
expect 1 runtime/a.c '#include "ir/support/arena.h"' "$layers"
expect 1 runtime/a.c '#include "ir/support/map.h"' "$layers"
expect 1 runtime/a.c '#include "ir/job.h"' "$layers"
expect 0 runtime/a.c '#include "ir/files.gen.h"' "$layers"
expect 1 runtime/a.c '#include "ir/job.gen.h"' "$layers"
expect 1 ir/support/a.c '#include "ir/diag/diag.h"' "$layers"
expect 1 ir/support/a.c '#include "ir/job.h"' "$layers"
expect 1 ir/grammar/a.c '#include "ir/text/print.h"' "$layers"
expect 0 ir/text/a.c '#include "ir/job.h"' "$layers"
expect 0 ir/diag/a.c '#include "ir/support/str.h"' "$layers"

containers=$here/containers.sh
mkdir -p "$root/ir/facts" "$root/driver"
echo 'container(«pyxis»)' >"$root/ir/facts/containers.m4"
expect 0 passes/a.c 'c->is_contained' "$containers"
expect 1 passes/a.c 'backend == RUNTIME_BACKEND_PYXIS' "$containers"
expect 1 ir/a.c '/* pyxis wants this */' "$containers"

git -C "$root" init -q
marks=$here/marks.sh
expect 0 a.txt 'a todo list, XXXX, work/space' "$marks"
expect 1 a.txt "/* TO""DO */" "$marks"
expect 1 a.txt "see /wor""k/x" "$marks"
expect 1 a.txt "from pypi"".org" "$marks"

files=$here/files.sh
large=$(head -c 200001 /dev/zero | tr '\0' a)
expect 0 a.txt "${large:2}" "$files"
expect 1 a.txt "$large" "$files"
expect 0 a.txt $'caf\xe9, text of another encoding' "$files"
expect 0 runtime/core/core.c 'int core;' "$files"
expect 1 core 'a core dump' "$files"
expect 1 tests/core.1234 'a core dump' "$files"
printf 'ELF\0' >"$root/program"
expect 1 a.txt 'a binary beside it' "$files"
rm "$root/program"
# Even one that git does not show.
printf '/core\n' >"$root/.gitignore"
expect 1 core 'a core dump' "$files"
rm "$root/.gitignore"

expect 0 a.sh $'#!/bin/bash\necho "$1"' "$here/shell.sh"
expect 1 a.sh $'#!/bin/bash\necho $1' "$here/shell.sh"
expect 1 a.sh $'#!/bin/bash\nif' "$here/shell.sh"
expect 1 program $'#!/bin/bash\necho $1' "$here/shell.sh"

old=$here/bash-4.2.sh
golden=tests/cases/script/a.sh
# shellcheck disable=SC2016 # the lines stand for scripts
for line in 'wait "$pid"' "printf -v now '%(%s)T' -1" '"${NODES[0]}"' '"${a[@]:1}"' 'echo "${x/a/b}" & wait' 'local -a x'; do
	expect 0 $golden "$line" "$old"
done
# shellcheck disable=SC2016
for line in 'wait -n' 'wait -p who' 'local -n x=y' 'a[-1]=x' '[ -v "a[0]" ]' 'f "${a[@]}"' 'echo "${x@Q}"' \
	"mapfile -t -d '' a" 'local -; set +e' 'shopt -s inherit_errexit' 'echo "$EPOCHSECONDS"' 'x=${ date; }' \
	'y=${x//a/&}' "printf '%(%s)T'"; do
	expect 1 $golden "$line" "$old"
done

declarations=$here/declarations.sh
expect 0 ir/a.c $'int f(void)\n{\n\tint x = 1;\n\tint y;\n\tg(&y);\n\treturn x + y;\n}' "$declarations"
expect 1 ir/a.c $'int f(void)\n{\n\tint y;\n\n\tg();\n\ty = 1;\n\treturn y;\n}' "$declarations"
expect 0 ir/a.c $'int f(void)\n{\n\tint y, z;\n\twhile (h()) {\n\t\ty = 1;\n\t\tz = y;\n\t}\n\treturn 0;\n}' "$declarations"
expect 1 ir/a.c $'int f(void)\n{\n\tstruct str a, *b;\n\tif (g(&a))\n\t\treturn 1;\n\tb = &a;\n\treturn b->len;\n}' "$declarations"

promises=$here/promises.sh
mkdir -p "$root/docs"
printf '## P01 First\nIt is kept.\n' >"$root/docs/language-promises.md"
expect 0 ir/a.c '/* normal forms (P01) */' "$promises"
expect 1 ir/a.c '/* normal forms (P0''2) */' "$promises"
expect 1 ir/a.c '/* see language 6''.14 */' "$promises"

# shellcheck disable=SC2317 # called by expect
circles() {
	"${CC:-cc}" -c -o "$root/CMakeFiles/x.dir/a.c.o" "$root/a.c" && "$here/circles.sh" "$1" .
}
mkdir -p "$root/CMakeFiles/x.dir"
echo 'int f(void); int g(void) { return f(); }' | "${CC:-cc}" -c -x c -o "$root/CMakeFiles/x.dir/b.c.o" -
expect 0 a.c 'int f(void) { return 0; }' circles
expect 1 a.c 'int g(void); int f(void) { return g(); }' circles
expect 0 a.c 'int g(void); int f(void) { return 0; } int (*table[])(void) = {g};' circles
rm -r "$root/CMakeFiles"

# shellcheck disable=SC2317 # called by expect
headers() {
	"$here/headers.sh" "${CC:-cc}" "$root" "$@"
}
expect 0 a.h '#include <stddef.h>
size_t f(void);' headers
expect 1 a.h 'size_t f(void);' headers

exit $failed
