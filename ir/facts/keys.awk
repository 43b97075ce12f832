# SPDX-License-Identifier: Apache-2.0
# What the readers of facts/*.keys share: comments and blank lines mean nothing, and a wrong line stops the build.
function fail(text) {
	print FILENAME ":" FNR ": " text > "/dev/stderr"
	exit 1
}

/^#/ || /^$/ { next }
