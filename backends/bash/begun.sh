# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash disable=SC2154,SC2034
# What hpcc-rt has found out of the allocation.

eval "$facts" # JOB_DIR, NODES, and variables of all services
HPCC_RT="$JOB_DIR/bin/hpcc-rt"
