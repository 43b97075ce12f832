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
[ -x "$HPCC_RT" ] || { echo "hpcc: no hpcc-rt in ${JOB_ROOT%/*}/bin: write the script again with -o in the folder of sbatch, or with --embed-runtime, or set HPCC_RT" >&2; exit 1; }
#end
