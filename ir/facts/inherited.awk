# SPDX-License-Identifier: Apache-2.0
# Names of variables, with ; between those of a line, become one C literal: the line of a script that
# unsets them, word by word in order, folded.
{
	count = split($0, some, ";")
	for (i = 1; i <= count; i++)
		add(some[i])
}
# Word by word: a name comes before those that begin with it.
function key(name) { gsub(/_/, " ", name); return name }
function add(name,    k) {
	if (name == "")
		return
	if (name !~ /^[A-Z][A-Z0-9_]*$/) {
		print "inherited.awk: '" name "' is no name of a variable" >"/dev/stderr"
		exit failed = 1
	}
	for (k = n++; k && key(name) < key(names[k - 1]); k--)
		names[k] = names[k - 1]
	names[k] = name
}
END {
	if (failed)
		exit 1
	printf "#define SLURM_UNSET_INHERITED \"  unset"
	for (i = 0; i < n; i++) {
		if (column + length(names[i]) > 92) {
			printf " \\\\\\n   "
			column = 0
		}
		printf " %s", names[i]
		column += length(names[i]) + 1
	}
	print "\\n\""
}
