# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash disable=SC2154
# A last sample, 10 s at most. srun would turn a signal into the end of its tasks.

  if [ -n "$sampler" ]; then
#if nodes
    touch "$JOB_DIR/metrics/stop" || :
#else
    kill "$sampler" 2>/dev/null || :
#end
    timeout 10 tail --pid="$sampler" -s 0.1 -f /dev/null || :
#if nodes
    kill "$sampler" 2>/dev/null || :
#end
    rm -f "$JOB_DIR/metrics/stop"
  fi
