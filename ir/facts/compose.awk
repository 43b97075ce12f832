# SPDX-License-Identifier: Apache-2.0
# Makes rows of C of facts/compose.keys: COMPOSE_KEY("service", "ports", INTO, convert_service_ports, "field", "text").
# A line that lacks a part, and a fate that nobody knows, stop the build.
# Run behind literals.awk and keys.awk.

function quoted(text) {
	return "\"" (text == "-" ? "" : escaped(text)) "\""
}

/^\[/ { part = substr($0, 2, length($0) - 2); next }
part == "" { fail("no part of a Compose file stands above it in brackets") }
NF < 4 || $2 !~ /^(keep|into|walk|gather|drop|decide|part)$/ { fail("a line is: key, fate, field or -, and a text or -") }
(part, $1) in seen { fail("'" $1 "' of " part " stands twice") }
{
	seen[part, $1]
	text = $0
	sub(/^[^ ]+ +[^ ]+ +[^ ]+ +/, "", text)
	if (text == "-" && ($2 == "drop" || $2 == "decide"))
		fail("what is left out needs a text that says why")
	printf "COMPOSE_KEY(%s, %s, %s, %s, %s, %s)\n", quoted(part), quoted($1), toupper($2),
		$2 == "into" ? "convert_" part "_" $1 : "NULL", quoted($3), quoted(text)
}
