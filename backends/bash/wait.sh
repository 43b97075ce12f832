# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash disable=SC2154
# The traps stand before the start, and a signal in between is passed on late: none is lost. A wait that a
# trap broke is repeated; bash keeps the status of a child that ended meanwhile.

supervisor=$!
[ -z "$caught" ] || relay "$caught" # it came a moment too early
while # a signal ends the wait, not the job
  caught='' status=0
  wait "$supervisor" || status=$?
  [ -n "$caught" ]
do :; done
exit "$status"
