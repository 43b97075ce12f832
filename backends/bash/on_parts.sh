# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash
# Commands on the nodes of a job of several components. A step that spans them is more than every site allows, so
# each has one of its own. What fails on one node leaves the others alone.

PARTS=(@PARTS@) # nodes of each component
# on_part COMPONENT COMMAND…: once on each of its nodes.
on_part() {
  local id=SLURM_JOB_ID_HET_GROUP_$1
  own_options
  export HPCC_COMPONENT_JOB="${!id}"
  exec srun --het-group="$1" --nodes="${PARTS[$1]}" --ntasks-per-node=1 @SHARE@ --job-name=hpc-compose:on-nodes \
    --export=ALL --input=none --kill-on-bad-exit=0 --wait=0 "${@:2}"
}
# The same command once on every node; the worst of their statuses.
on_nodes() {
  local part step steps='' worst=0 status
  for part in "${!PARTS[@]}"; do
    on_part "$part" "$@" &
    steps+=" $!"
  done
  for step in $steps; do
    status=0
    wait "$step" || status=$?
    [ "$status" -le "$worst" ] || worst=$status
  done
  return "$worst"
}
