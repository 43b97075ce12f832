# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash disable=SC2016
# A job that is cancelled, preempted or out of time is given no step any more, so what happens on the nodes at
# its end needs processes that are there already.

# A job that is cancelled or out of time gets no new steps. So one is there from the start, and
# waits on every node for commands; it answers with their numbers and statuses.
start_helpers() {
  asked=0
  coproc HELPERS { on_nodes --input=all bash -c '
    trap "" TERM INT
    while read -r number command; do
      status=0
      eval "$command" </dev/null >&2 || status=$?
      echo "$number $status"
    done'; }
}
# The same command by every helper; the worst of their statuses.
ask_helpers() {
  local number status worst=0 left=@NODES@
  if [ -z "${HELPERS[1]-}" ]; then
    on_nodes "$@"
    return
  fi
  asked=$((asked + 1))
  trap '' PIPE
  printf '%s %s\n' "$asked" "$(printf '%q ' "$@")" >&"${HELPERS[1]}" || left=0 worst=1
  trap - PIPE
  while [ "$left" -gt 0 ]; do
    read -r number status <&"${HELPERS[0]-}" || return 1
    [ "$number" = "$asked" ] || continue
    left=$((left - 1))
    [ "$status" -le "$worst" ] || worst=$status
  done
  return "$worst"
}
