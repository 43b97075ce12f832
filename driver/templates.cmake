# SPDX-License-Identifier: Apache-2.0
# Writes templates as C strings: cmake -DOUT=file -DIN=a.yaml|b.yaml [-DWHOLE_NAMES=ON] -P templates.cmake
# They go by the names of their files, without the ending unless WHOLE_NAMES is on.
set(text "/* Made from driver/templates and examples/recipes. */\nstatic const struct template {\n\tconst char *name, *text;\n} templates[] = {\n")
string(REPLACE "|" ";" files "${IN}")
foreach(file ${files})
	if(WHOLE_NAMES)
		get_filename_component(name ${file} NAME)
	else()
		get_filename_component(name ${file} NAME_WE)
	endif()
	file(READ ${file} body)
	string(REPLACE "\\" "\\\\" body "${body}")
	string(REPLACE "\"" "\\\"" body "${body}")
	string(REPLACE "\n" "\\n\"\n\t \"" body "${body}")
	string(APPEND text "\t{\"${name}\",\n\t \"${body}\"},\n")
endforeach()
string(APPEND text "};\n")
file(WRITE ${OUT} "${text}")
