# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash disable=SC2102,SC2154
# What the job fills in goes into variables of containers, lines of tables and lists of mounts, where some bytes
# mean something.

# needs VARIABLE PLACE: the job ends where nothing has set it.
needs() {
  [ -n "${!1+set}" ] || { echo "hpcc: $2: the job has no variable $1" >&2; exit 1; }
}
one_line() {
  case ${!1} in *$'\n'*) echo "hpcc: $2: a value of several lines" >&2; exit 1 ;; esac
}
#if mounts
mountable() {
  [[ ${!1} != *[@BYTES@]* ]] || { printf 'hpcc: %s: containers cannot mount %q\n' "$2" "${!1}" >&2; exit 1; }
}
#end
