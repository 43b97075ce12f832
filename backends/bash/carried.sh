# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash disable=SC2154,SC2102
# The job's folder is mounted in containers: some bytes end a path there, and others are evaluated by a shell.

[[ $JOB_ROOT != *[@BYTES@]* ]] || { printf 'hpcc: containers cannot mount %q: submit from a folder with a plainer name\n' "$JOB_ROOT" >&2; exit 1; }
