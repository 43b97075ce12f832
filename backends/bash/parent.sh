# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash
# The script runs once more, below hpcc-rt: bash hears a signal only when the command in front of it has
# ended. Under a shell that reads it from its input it does without.

# It runs this script, and ends at once what a signal must not wait for.
[ "${HPCC_SCRIPT-}" = "$PPID" ] || [ ! -f "$0" ] || exec "$HPCC_RT" script --root "$JOB_ROOT" --options "$BASHOPTS" -- "$BASH" "$0" "$@"
