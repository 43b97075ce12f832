# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash disable=SC2034
# A container that is written to, without a trace in its image: ch-run lays something over it from 0.37 on. Before, a
# service has a copy of its image until the job ends; it is made once, and later launches find what earlier ones wrote.

# Sets `root` and `write`: what ch-run enters and how, for IMAGE and where its copy would be.
own_root() {
  root=$1 write=--write-fake
  [[ $(ch-run --help 2>&1) != *--write-fake* ]] || return 0
  root=$2 write=--write
  [ ! -d "$2" ] || return 0
  rm -rf -- "$2.part"
  mkdir -p -- "${2%/*}"
  if [ -d "$1" ]; then cp -R -- "$1" "$2.part"; else unsquashfs -no-progress -d "$2.part" "$1" >/dev/null; fi &&
    chmod -R u+rwX -- "$2.part" && mv -- "$2.part" "$2" && return
  rm -rf -- "$2.part"
  echo "hpcc: ch-run of this node has no --write-fake, which 'writable: true' needs, and $1 can't be copied to $2;" \
    "with 'writable: false' the service runs, and can write to its volumes only" >&2
  return 1
}
