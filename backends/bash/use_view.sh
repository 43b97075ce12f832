# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash
# For services that state a Spack view.

# Puts a Spack view on the search paths.
use_view() {
  local dir
  if [ -d "$1/bin" ]; then export PATH="$1/bin:$PATH"; fi
  for dir in "$1/lib64" "$1/lib"; do
    [ ! -d "$dir" ] || export LD_LIBRARY_PATH="$dir${LD_LIBRARY_PATH:+:$LD_LIBRARY_PATH}"
  done
  for dir in "$1"/lib{64,}/python*/site-packages; do
    [ ! -d "$dir" ] || export PYTHONPATH="$dir${PYTHONPATH:+:$PYTHONPATH}"
  done
}
