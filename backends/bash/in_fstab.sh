# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash
# Without Slurm: Enroot would put the image's entrypoint in front of the command, which Pyxis doesn't; and a path of
# a mount is written as an fstab has it.

printf 'exec "$@"\n' >"$JOB_DIR/@RC@" # how Enroot starts a command
in_fstab() { # escapes what ends a path there
  local path=${1//\\/\\134}
  path=${path// /\\040}
  printf '%s' "${path//$'\t'/\\011}"
}
