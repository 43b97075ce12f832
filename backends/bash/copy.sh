# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash
# A folder's contents go into the target, a file becomes the target or goes into it. Where nodes share the
# target: cp finds no file, another node makes it, cp may not make it; then all are there.

# copy rsync|copy FROM TO: the contents of a folder go into TO, a file becomes TO.
copy() {
  local from=$2 to=$3
  if [ -d "$from" ]; then
    from+=/. to+=/
  fi
  mkdir -p "${to%/*}" || return
  if [ "$1" = rsync ] && command -v rsync >/dev/null; then
    rsync -a "$from" "$to"
  else
#if nodes
    # Nodes that copy the same names trip over each other: again.
    cp -R "$from" "$to" 2>/dev/null ||
      cp -R "$from" "$to" 2>/dev/null ||
      cp -R "$from" "$to"
#else
    cp -R "$from" "$to"
#end
  fi
}
