# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash disable=SC2034
# Signals of the script for the supervisor, which may not be there yet.

# Signals to this script go to the supervisor, which stops the services.
supervisor='' caught=''
relay() {
  caught=$1
  [ -z "$supervisor" ] || kill -s "$1" "$supervisor" 2>/dev/null || :
}
