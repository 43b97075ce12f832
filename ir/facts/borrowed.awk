# SPDX-License-Identifier: Apache-2.0
# Makes rows of C of facts/borrowed.keys: {&record_service, "ports", RULE_R006, "", "help"}. A line that lacks a part
# stops the build.
# Run behind literals.awk and keys.awk.

/^\[/ { n = split(substr($0, 2, length($0) - 2), records, " "); next }
!n { fail("no record stands above it in brackets") }
NF < 4 || $2 !~ /^R[0-9][0-9][0-9]$/ { fail("a line is: key, rule, field or -, and what to write instead") }
{
	help = $0
	sub(/^[^ ]+ +[^ ]+ +[^ ]+ +/, "", help)
	for (i = 1; i <= n; i++) {
		if ((records[i], $1) in seen)
			fail("'" $1 "' of a " records[i] " stands twice")
		seen[records[i], $1]
		printf "{&record_%s, \"%s\", RULE_%s, \"%s\", \"%s\"},\n", records[i], escaped($1), $2, $3 == "-" ? "" : $3, escaped(help)
	}
}
