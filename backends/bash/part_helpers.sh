# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash disable=SC2016,SC2154
# Helpers on the nodes, as in helpers.sh, of a job of several components. A component that ends before the job
# takes its helpers along, and nobody waits for their answers.

# A job that is cancelled or out of time gets no new steps. So one of each component is there from
# the start, and waits on every node for commands; it answers with their numbers and statuses.
part_helpers() {
  (
    on_part "$1" --input=all bash -c '
      trap "" TERM INT
      while read -r number command; do
        status=0
        eval "$command" </dev/null >&2 || status=$?
        echo "$number $status"
      done'
  ) || :
  echo "gone ${PARTS[$1]}"
}
start_helpers() {
  asked=0 helpers=@NODES@
  coproc HELPERS { tee -p @HELPERS@ >/dev/null; }
}
# The same command by every helper; the worst of their statuses.
ask_helpers() {
  local number status worst=0 left=$helpers
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
    if [ "$number" = gone ]; then
      helpers=$((helpers - status)) left=$((left - status)) worst=1
    elif [ "$number" = "$asked" ]; then
      left=$((left - 1))
      [ "$status" -le "$worst" ] || worst=$status
    fi
  done
  return "$worst"
}
