# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash
# Finds hpcc-rt: the one that is named, the submitted one, one on PATH; or takes it from the script.

# The supervisor.
for HPCC_RT in "${HPCC_RT:-}" "${JOB_ROOT%/*}/bin/hpcc-rt" "$(command -v hpcc-rt || :)"; do [ ! -x "$HPCC_RT" ] || break; done
#if payload
[ -x "$HPCC_RT" ] || HPCC_RT="$JOB_ROOT/hpcc-rt"
if [ ! -x "$HPCC_RT" ]; then
  mkdir -p "$JOB_ROOT"
  sed -n 's/^#: //p' "$0" | base64 -d >"$HPCC_RT"
  chmod +x "$HPCC_RT"
fi
#else
[ -x "$HPCC_RT" ] || { echo 'hpcc: hpcc-rt not found: set HPCC_RT, or put it on PATH' >&2; exit 1; }
#end
