# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=sh
# The head of a prepare script, which runs inside an image: Enroot's own folders are none of its business.

set -eu
unset ENROOT_CACHE_PATH ENROOT_CONFIG_PATH ENROOT_DATA_PATH ENROOT_RUNTIME_PATH ENROOT_TEMP_PATH
