# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash
# ch-run mounts a file only where the image has one. Whoever makes images with ch-image has it in each.

# Whether an image has a hosts file.
has_hosts() {
  if [ -d "$1" ]; then
    [ -e "$1/etc/hosts" ]
  else
    ch-run "$1" -- /bin/sh -c '[ -e /etc/hosts ]' 2>/dev/null
  fi
}
