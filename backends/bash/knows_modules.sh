# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash
# A batch script's shell has read no profile, which is where sites define the command.

# Whether there is a module command, by the site's profile if need be.
knows_modules() {
  local file
  set +uo pipefail
  for file in "${MODULESHOME:-}/init/bash" "${LMOD_PKG:-}/init/bash" /etc/profile.d/*{lmod,modules,Modules}*.sh \
    "${SPACK_ROOT:-}/share/spack/setup-env.sh"; do
    if command -v module >/dev/null; then break; fi
    # shellcheck disable=SC1090 # the site's
    if [ -r "$file" ]; then . "$file" || :; fi
  done
  set -uo pipefail
  command -v module >/dev/null
}
