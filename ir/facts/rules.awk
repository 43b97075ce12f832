# SPDX-License-Identifier: Apache-2.0
# Makes C of the rules' texts. Run as: awk -v output=enum|table -f literals.awk -f rules.awk rules/sections rules/*/*.rule
# The first file lists the folders in the order of the reference page; within a folder rules go by id.
# docs/adding.md says what a rule's file looks like. A file that lacks a part stops the build.

function fail(text) {
	print file ": " text > "/dev/stderr"
	has_failed = 1
	exit 1
}

# Closes the rule that was read: all of its parts have to be there.
function finish() {
	if (id == "")
		return
	if (meaning[id] == "" || remedy[id] == "")
		fail("what the rule means, an empty line, and what to do about it come below its name")
	if (!(id in fails))
		fail("there is no part '== fails': an example that breaks the rule")
	if (!(id in fine))
		fail("there is no part '== fine': an example that keeps the rule")
	if (!(id in says))
		fail("there is no part '== says': what hpcc says of the example (HPCC_UPDATE=1 build/tests/unit/unit_rules fills it in)")
}

FNR == NR { # the sections
	section[++n_sections] = $1
	number[$1] = n_sections
	$1 = ""
	title[n_sections] = substr($0, 2)
	next
}

FNR == 1 {
	finish()
	file = FILENAME
	n = split(FILENAME, path, "/")
	id = path[n]
	sub(/\.rule$/, "", id)
	if ($1 != id || NF != 2)
		fail("the first line is not '" id " NAME'")
	if (!(path[n - 1] in number))
		fail("the file 'sections' doesn't know the folder " path[n - 1])
	if (id in name)
		fail("there is a second rule " id)
	if ($2 in by_name)
		fail("the name " $2 " belongs to " by_name[$2] ", too")
	by_name[$2] = id
	name[id] = $2
	k = number[path[n - 1]]
	member[k, ++size[k]] = id
	part = "meaning"
	next
}

/^== / {
	part = $2
	if (part == "needs")
		needs[id] = substr($0, 10)
	else if (part == "beside")
		beside[id] = substr($0, 11)
	else if (part == "schema") {
		whole[id, ++n_schemas[id]] = $3 == "whole"
		schema_path[id, n_schemas[id]] = $NF
	} else if (part == "fails")
		fails[id] = ""
	else if (part == "fine")
		fine[id] = ""
	else if (part == "says")
		says[id] = 1
	else
		fail("unknown part '" part "'")
	next
}

part == "meaning" && $0 == "" { part = "remedy"; next }
part == "meaning" { meaning[id] = meaning[id] (meaning[id] == "" ? "" : " ") escaped($0) }
part == "remedy" { remedy[id] = remedy[id] (remedy[id] == "" ? "" : " ") escaped($0) }
part == "beside" { beside_text[id] = beside_text[id] "\n\t \"" escaped($0) "\\n\"" }
part == "schema" { schema[id, n_schemas[id]] = schema[id, n_schemas[id]] "\n\t  \"" escaped($0) "\"" }
part == "fails" { fails[id] = fails[id] "\n\t \"" escaped($0) "\\n\"" }
part == "fine" { fine[id] = fine[id] "\n\t \"" escaped($0) "\\n\"" }

function print_enum(   i, j) {
	print "#ifndef HPCC_IR_RULE_ID_H\n#define HPCC_IR_RULE_ID_H\n\nenum rule_id {\n\tRULE_NONE,"
	for (i = 1; i <= n_sections; i++)
		for (j = 1; j <= size[i]; j++)
			print "\tRULE_" member[i, j] ","
	print "\tN_RULES\n};\n\n#endif"
}

function print_table(   i, j, r, k) {
	print "#include \"ir/facts/rules.h\"\n\nconst struct rule rules[N_RULES] = {\n\t[RULE_NONE] = {.id = \"\", .name = \"\"},"
	for (i = 1; i <= n_sections; i++) {
		for (j = 1; j <= size[i]; j++) {
			r = member[i, j]
			print "\t[RULE_" r "] = {.id = \"" r "\", .name = \"" name[r] "\", .section = " i - 1 ","
			print "\t .meaning = \"" meaning[r] "\",\n\t .remedy = \"" remedy[r] "\","
			if (r in needs)
				print "\t .needs = \"" escaped(needs[r]) "\","
			if (r in beside)
				print "\t .file_name = \"" escaped(beside[r]) "\", .file_text =" beside_text[r] ","
			if (r in n_schemas) {
				print "\t .schemas = (const struct rule_schema[]){"
				for (k = 1; k <= n_schemas[r]; k++)
					print "\t {\"" schema_path[r, k] "\", " whole[r, k] "," schema[r, k] "},"
				print "\t {0}},"
			}
			print "\t .bad =" fails[r] ",\n\t .good =" fine[r] "},"
		}
	}
	print "};\n\nconst struct rule_section rule_sections[] = {"
	for (i = 1; i <= n_sections; i++)
		print "\t{\"" section[i] "\", \"" escaped(title[i]) "\"},"
	print "};\nconst size_t n_rule_sections = " n_sections ";"
}

END {
	if (has_failed)
		exit 1
	finish()
	print "/* Made from ir/facts/rules by ir/facts/rules.awk. */"
	if (output == "enum")
		print_enum()
	else
		print_table()
}
