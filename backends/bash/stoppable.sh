# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash disable=SC2034
# bash takes a signal only when the command in front has ended, which may be hours after Slurm's KILL.

# A command that ends when this script is told to.
stoppable() {
  set -m # a process group of its own
  "$@" &
  set +m
  local status=0
  busy=$!
  wait "$busy" || status=$?
  busy=''
  return "$status"
}
