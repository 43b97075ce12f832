#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# circles.sh BUILD [FOLDER…]: files that call each other in a circle can't be read, tested or moved one by one.
# Looks at the objects that were built, so it sees what headers hide; prints each circle with its calls.
# The runtime's core and its loop with the probes are circles by design: a state machine whose states meet each
# other, and handlers of one queue of events.
set -euo pipefail

[ $# -ge 1 ] || { echo 'usage: circles.sh BUILD [FOLDER…]' >&2 && exit 2; }
here=$(cd "$(dirname "$0")" && pwd)
cd "$1"
shift
[ $# -gt 0 ] || set -- ir frontend passes backends runtime driver
command -v objdump >/dev/null || { echo 'skipped: there is no objdump' && exit 77; }
readonly meant='^runtime/(core|loop|probe)/'
# hpcc-rt is the same files once more, for another C library.
find "$@" -name '*.o' -path '*CMakeFiles*' ! -path '*/hpcc-rt.dir/*' -print0 | sort -z | xargs -0 objdump -t -r |
	awk -v meant="$meant" -f "$here/circles.awk"
