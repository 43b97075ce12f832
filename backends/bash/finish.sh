# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash disable=SC2034
# However the script ends, the record of the job is closed.

# However the script ends, the record of the job is closed.
#if sampler
sampler=''
#end
#if stoppable
busy=''
#end
#if setup
at=''
#end
finish() {
  status=$?
  trap - EXIT; trap '' TERM INT; kill -s URG "$PPID" 2>/dev/null || :
#if stoppable
  [ -z "$busy" ] || kill -- "-$busy" 2>/dev/null || :
  [ -z "$busy" ] || wait "$busy" || :
#end
#if setup
  [ -z "$at" ] || echo "hpcc: $at ended the job with status $status" >&2
#end
#if lookup
  rm -f -- "$JOB_DIR/.found"
#end
#call sampler_end
#call withdrawal
  "$HPCC_RT" end --dir "$JOB_DIR" --status "$status" || :
#call collection
#call stage_out
  exit "$status"
}
trap finish EXIT; trap 'trap "" TERM INT; exit 143' TERM; trap 'trap "" TERM INT; exit 130' INT
