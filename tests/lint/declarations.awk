# SPDX-License-Identifier: Apache-2.0
# For declarations.sh. In: C files as clang-format leaves them. Out: one line a variable that stands
# at the head of a function, without a value, before statements that don't use it:
#
#	driver/child.c:30: 'fd' is declared before it is used

function opened(text) {
	return gsub(/\{/, "", text) - gsub(/\}/, "", text)
}

# Without texts, characters and comments, which may hold anything.
function bare(line) {
	gsub(/\\./, "", line)
	gsub(/"[^"]*"|'[^']*'/, "", line)
	gsub(/\/\*.*\*\//, "", line)
	return line
}

# A statement that declares: a type, names, perhaps values.
function declares(text) {
	return text ~ /^\t(const |unsigned |volatile |struct |enum )*[A-Za-z_][A-Za-z_0-9]* +\**[A-Za-z_][A-Za-z_0-9]*( = |\[|[,;])/ &&
		text !~ /^\t(return|goto|else|case|static) /
}

function note_names(text,   rest, names, n, i, name) {
	rest = text
	sub(/^\t(const |unsigned |volatile |struct |enum )*[A-Za-z_][A-Za-z_0-9]* +/, "", rest)
	# What stands in brackets has commas of its own.
	while (gsub(/\([^()]*\)|\[[^][]*\]|\{[^{}]*\}/, "", rest));
	n = split(rest, names, ",")
	for (i = 1; i <= n; i++) {
		name = names[i]
		gsub(/[ \t*;]/, "", name)
		if (name ~ /^[A-Za-z_][A-Za-z_0-9]*$/ && uses(text, name) == 1)
			open[name] = line_of
	}
}

function uses(text, name) {
	return gsub("(^|[^A-Za-z_0-9])" name "($|[^A-Za-z_0-9])", " ", text)
}

function note_uses(text,   name) {
	for (name in open)
		if (uses(text, name))
			delete open[name]
}

function complain(   name) {
	for (name in open) {
		print FILENAME ":" open[name] ": '" name "' is declared before it is used"
		wrong++
	}
	split("", open)
}

function end_of_head() {
	note_uses(statement)
	complain()
	state = ""
}

FNR == 1 { state = "" }
{ before = last; last = $0 }
/^\{$/ && before ~ /\)$/ { state = "head"; statement = ""; level = 0; split("", open); next }
state == "" { next }
/^\}/ { end_of_head(); next }
/^$/ { next }
# What the first statement ends with may go on: a block with an else.
state == "first" && level == 0 && !/^\t(else|\} else|\t)/ { end_of_head(); next }
{
	line = bare($0)
	if (statement == "")
		line_of = FNR
	statement = statement line
	level += opened(line)
	if (level > 0 || line !~ /[;}]$/)
		next
	if (state == "head" && declares(statement)) {
		note_uses(statement)
		note_names(statement)
		statement = ""
	} else {
		state = "first"
	}
}
END { exit wrong > 0 }
