#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# declarations.sh [ROOT]: variables are declared where they are first used. Fails for a function that
# begins with declarations without a value which its first statement doesn't use; names them.
set -euo pipefail

cd "${1:-$(dirname "$0")/../..}"
find ir frontend passes backends runtime driver -name '*.c' 2>/dev/null | sort |
	xargs -r awk -f "$(cd "$OLDPWD" && cd "$(dirname "$0")" && pwd)/declarations.awk"
