/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Takes one line out of a spec, or writes it twice, for every line of every file given: the result
 * compiles, or it is refused with a diagnostic at a real place.
 */
#include <stdio.h>
#include <stdlib.h>

#include "tests/fuzz/target.h"

static char bytes[FUZZ_MAX_INPUT];

static struct str read_spec(const char *path)
{
	FILE *file = fopen(path, "rb");
	if (!file) {
		perror(path);
		exit(1);
	}
	size_t n = fread(bytes, 1, sizeof(bytes), file);
	fclose(file);
	return (struct str){bytes, n};
}

static bool is_told(const struct fixture *f)
{
	for (uint32_t i = 0; i < f->unit.diags.list.n; i++)
		if (!span_is_none(f->unit.diags.list.items[i]->at))
			return true;
	return false;
}

/* The text with its bytes from begin to end written `times` times. */
static bool check(const char *path, struct str text, size_t begin, size_t end, int times)
{
	struct arena arena;
	arena_init(&arena);
	struct buf b;
	buf_init(&b, &arena);
	buf_add(&b, str_slice(text, 0, begin));
	for (int i = 0; i < times; i++)
		buf_add(&b, str_slice(text, begin, end));
	buf_add(&b, str_from(text, end));
	struct fixture f;
	fuzz_compile(&f, buf_str(&b));
	fuzz_check_diags(&f);
	bool is_good = f.unit.diags.n_errors ? is_told(&f) : f.unit.plan != NULL;
	if (!is_good)
		fprintf(stderr, "%s: neither compiled nor told, with this line %s: %.*s\n", path,
			times ? "twice" : "taken out", STR_ARG(str_slice(text, begin, end)));
	fixture_end(&f);
	arena_free(&arena);
	return is_good;
}

int main(int argc, char **argv)
{
	int failed = 0, checked = 0;
	for (int i = 1; i < argc; i++) {
		struct str text = read_spec(argv[i]);
		for (size_t begin = 0; begin < text.len;) {
			ptrdiff_t found = str_find(str_from(text, begin), '\n');
			size_t end = found == STR_NONE ? text.len : begin + (size_t)found + 1;
			failed += !check(argv[i], text, begin, end, 0);
			failed += !check(argv[i], text, begin, end, 2);
			checked += 2;
			begin = end;
		}
	}
	printf("%d changed specs\n", checked);
	return failed || !checked;
}
