# SPDX-License-Identifier: Apache-2.0
# A text as it stands between the quotes of a literal of C.
function escaped(text) {
	gsub(/\\/, "\\\\\\\\", text)
	gsub(/"/, "\\\"", text)
	gsub(/\t/, "\\t", text)
	return text
}
