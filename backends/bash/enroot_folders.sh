# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash
# Where Enroot keeps what it makes for this job: nothing of another job's, and nothing in the home folder.

export ENROOT_CACHE_PATH="$CACHE_ROOT/runtime/${JOB_ROOT##*/}/cache"
export ENROOT_DATA_PATH="$CACHE_ROOT/runtime/${JOB_ROOT##*/}/data"
export ENROOT_TEMP_PATH="$CACHE_ROOT/runtime/${JOB_ROOT##*/}/tmp"
mkdir -p "$ENROOT_CACHE_PATH" "$ENROOT_DATA_PATH" "$ENROOT_TEMP_PATH"
