# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash
# The files of the repository, whether it is a clone or an unpacked archive.

set -euo pipefail

# our_files: NUL-separated names below the current folder, without what was built.
our_files() {
	if git rev-parse --is-inside-work-tree >/dev/null 2>&1; then
		git ls-files -z --cached --others --exclude-standard
	else
		find . -name .git -prune -o -path './build*' -prune -o -type f -printf '%P\0'
	fi
}
