# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash
# What fails on one node, or ends early there, leaves the others alone: a copy of results that is cut off is
# lost, and its TERM would look as if somebody had cancelled the job.

# The same command once on every node.
on_nodes() {
  (
    own_options
    exec srun --nodes=@NODES@ --ntasks-per-node=1 @SHARE@ --job-name=hpc-compose:on-nodes \
      --export=ALL --input=none --kill-on-bad-exit=0 --wait=0 "$@"
  )
}
