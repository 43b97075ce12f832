# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash disable=SC2154
# A failed copy replaces the status 0 and keeps scratch.

  if [ -n "$kept" ]; then
    [ "$status" != 0 ] || status=1
    echo "hpcc: copying results out failed@SCRATCH@" >&2
    "$HPCC_RT" end --dir "$JOB_DIR" --status "$status" || :
  fi
