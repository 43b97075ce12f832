# SPDX-License-Identifier: Apache-2.0
# Writes the templates of `hpcc new` as C strings: cmake -DOUT=file -DIN=a.yaml|b.yaml -P templates.cmake
set(text "/* Made from driver/templates. */\nstatic const struct template {\n\tconst char *name, *text;\n} templates[] = {\n")
string(REPLACE "|" ";" files "${IN}")
foreach(file ${files})
	get_filename_component(name ${file} NAME_WE)
	file(READ ${file} body)
	string(REPLACE "\\" "\\\\" body "${body}")
	string(REPLACE "\"" "\\\"" body "${body}")
	string(REPLACE "\n" "\\n\"\n\t \"" body "${body}")
	string(APPEND text "\t{\"${name}\",\n\t \"${body}\"},\n")
endforeach()
string(APPEND text "};\n")
file(WRITE ${OUT} "${text}")
