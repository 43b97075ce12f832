# SPDX-License-Identifier: Apache-2.0
# For circles.sh. In: `objdump -t -r` of all objects. Out: each circle of files that call each other, with the
# calls that make it. A table of functions (a relocation of data) is no call: tables are what parts circles.

/ file format / {
	file = $1
	sub(/:$/, "", file)
	sub(/^\.\//, "", file)
	sub(/CMakeFiles\/[^\/]*\.dir\//, "", file)
	sub(/\.o$/, "", file)
	# What bison and flex make of x.y and x.l is one with x.c, which they work for.
	stem = file
	sub(/(\.tab|\.yy)?\.c$/, "", stem)
	stem_of[file] = stem
	next
}
/^RELOCATION RECORDS FOR/ { is_code = $4 ~ /^\[\.text/; next }
is_code && NF == 3 && $1 ~ /^[0-9a-f]+$/ {
	name = $3
	sub(/[-+]0x.*/, "", name)
	if (!((file, name) in seen)) {
		seen[file, name]
		user[++n_uses] = file
		used[n_uses] = name
	}
	next
}
/ g / && !/\*UND\*/ { where[$NF] = file }

function walk(from,   stack, top, at, next_ones, i, n) {
	stack[top = 1] = from
	while (top) {
		at = stack[top--]
		n = split(calls[at], next_ones, " ")
		for (i = 1; i <= n; i++)
			if (!((from, next_ones[i]) in reaches)) {
				reaches[from, next_ones[i]]
				stack[++top] = next_ones[i]
			}
	}
}

END {
	for (i = 1; i <= n_uses; i++) {
		to = where[used[i]]
		if (to == "" || to == user[i] || stem_of[to] == stem_of[user[i]])
			continue
		if (!((user[i], to) in by))
			calls[user[i]] = calls[user[i]] " " to
		by[user[i], to] = by[user[i], to] " " used[i]
		file_of[user[i]]
		file_of[to]
	}
	for (one in file_of)
		walk(one)
	for (one in file_of) {
		if (!((one, one) in reaches) || one in told)
			continue
		circle = one
		is_meant = one ~ meant
		for (other in file_of)
			if (other != one && ((one, other) in reaches) && ((other, one) in reaches)) {
				circle = circle " " other
				told[other]
				is_meant = is_meant && other ~ meant
			}
		told[one]
		if (is_meant)
			continue
		print "circle: " circle
		n = split(circle, member, " ")
		for (i = 1; i <= n; i++)
			for (k = 1; k <= n; k++)
				if ((member[i], member[k]) in by)
					print "  " member[i] " calls" by[member[i], member[k]] " of " member[k]
		wrong++
	}
	print n_uses " uses, " wrong + 0 " circles"
	exit !n_uses || wrong > 0
}
