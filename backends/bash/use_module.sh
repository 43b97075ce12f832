# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash
# Lmod and Environment Modules keep a list of what is loaded; a site's own command needn't. Nothing is local here, since
# a module may set a variable of any name.

# use_module load NAME, or purge. A site's command may use what isn't set, and end with any status: then its list says
# whether the module is there. Where there is no list, the job goes on.
use_module() {
  set +uo pipefail
  module "$@" || set -- "$@" "$?"
  set -uo pipefail
  case $1$# in purge1 | load2) return ;; esac
  case "${!#} ${LMOD_CMD+a}${MODULES_CMD+a}${LOADEDMODULES+a} $1 :${LOADEDMODULES-}:" in
  12[67]\ *) set -- "$@" '' ;; # no such command
  *\ load\ *:"$2":* | *\ load\ *:"$2"[/.-]*) set -- "$@" ', but it is loaded' go-on ;;
  *\ a*) set -- "$@" '' ;;
  *) set -- "$@" ", and the job goes on: 'module' keeps no list that says whether it is loaded" go-on ;;
  esac
  if [ "$1" = purge ]; then set -- "$1" '' "${@:2}"; fi
  echo "hpcc: module $1 ended with status $3${2:+: $2}$4" >&2
  [ $# = 5 ] || exit 1
}
