# SPDX-License-Identifier: Apache-2.0
# Processes that are killed or stand still, connections that are cut, a full disk, a clock that jumps, few descriptors:
# one moment each, with the wire and without it; all moments by `rt-nightly`.
unset HPCC_WIRE # which may say `off`
# shellcheck disable=SC2086 # "all", or nothing
exec "$1/disturbances" ${HPCC_RT_ALL:-}
