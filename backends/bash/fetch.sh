# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash
# Whoever is first puts the whole folder in place; a job that was slower drops its own.

# fetch FOLDER REPO REVISION…: a download that jobs share, in place once it is whole.
fetch() {
  local folder=$1 part="$1.${JOB_ROOT##*/}"
  [ ! -e "$folder/.complete" ] || return 0
  mkdir -p "$part"
  huggingface-cli download "$2" --revision "$3" "${@:4}" --local-dir "$part"
  touch "$part/.complete"
  mv -T "$part" "$folder" || rm -rf -- "$part"
}
