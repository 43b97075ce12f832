# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash disable=SC2154
# Hooks of Lmod, activate scripts of conda and functions of sites end with any status: that ends no job by itself.

# Code of a site may use variables that are not set, and end with any status: it is told where, and the job goes on,
# unless a line says 'set -e'.
setup_told() {
  local status=$?
  case $- in *e*) return ;; esac
  echo "hpcc: $at ended with status $status (line ${BASH_LINENO[0]}), and the job goes on: 'set -e' as a line ahead would end it" >&2
}
