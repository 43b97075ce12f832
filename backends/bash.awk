# SPDX-License-Identifier: Apache-2.0
# Makes C of the fragments in backends/bash: awk -v output=header|table -f bash.awk bash/*.sh
# Fragment copy.sh is `bash_copy`; its head, up to the first blank line, stays behind.

BEGIN {
	print "/* Made from backends/bash. */"
	if (output == "table")
		print "#include \"backends/bash.gen.h\""
}

function finish() {
	if (name != "" && output == "table")
		print ";"
}

FNR == 1 {
	finish()
	n = split(FILENAME, path, "/")
	name = path[n]
	sub(/\.sh$/, "", name)
	is_head = 1
	print (output == "header" ? "extern const char bash_" name "[];" : "const char bash_" name "[] =")
}
is_head { is_head = $0 != ""; next }
output == "table" {
	gsub(/\\/, "\\\\\\\\")
	gsub(/"/, "\\\"")
	print "\t\"" $0 "\\n\""
}
END { finish() }
