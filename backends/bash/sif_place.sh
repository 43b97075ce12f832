# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=sh disable=SC2154
# Places for what is mounted in an image of Apptainer's: building makes none. $1 is what it is, $2 the place inside.

place() {
to=${APPTAINER_ROOTFS:-$SINGULARITY_ROOTFS}$2
if [ -e "$to" ] || [ -L "$to" ]; then return; fi
if [ "$1" = folder ]; then mkdir -p -- "$to"; return; fi
mkdir -p -- "${to%/*}"
: >"$to"
}
