# SPDX-License-Identifier: Apache-2.0
# Whatever is killed, and whenever: the job ends with a status that says so, nothing is left running,
# and the record is closed by who survives. A job that is told to stop in its set-up ends at once.
. "$1/script.bash"

all_end <<-TABLE
	TERM setup script 143 CANCELLED
	INT setup script 130 CANCELLED
	TERM substitution script 143 CANCELLED
	TERM starting script 143 CANCELLED
	KILL setup bash 137 FAILED
	KILL prologue bash 137 FAILED
	KILL prologue supervisor 137 FAILED
	KILL starting bash 137 FAILED
	KILL starting supervisor 137 FAILED
	KILL starting shim 137 FAILED
TABLE
