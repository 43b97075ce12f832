# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash disable=SC2154
# Refuses folders that others can put programs into. What hpcc submits it has judged before.

foreign=$(find "${JOB_ROOT%/*}" "${JOB_ROOT%/*}"/{.,bin,bin/hpcc-rt} "$JOB_ROOT" -maxdepth 0 ! -user "$EUID" ! -user 0 2>/dev/null || :)
[ -z "$foreign" ] || { echo "hpcc: of another user: $foreign" >&2; echo 'hpcc: no job runs there: submit from a folder of your own' >&2; exit 1; }
