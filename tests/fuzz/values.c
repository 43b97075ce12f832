/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Each line of the input through every grammar of values. A refusal blames bytes of the text and
 * gives a reason, a fix is accepted by the same grammar, and what is accepted obeys an oracle: a
 * walltime parser of ten lines, printing and parsing again, folding twice.
 */
#include <stdio.h>
#include <string.h>

#include "frontend/probe.h"
#include "ir/grammar/grammar.h"
#include "ir/support/bug.h"
#include "tests/fuzz/target.h"

#define CHECK(claim)                                                                               \
	do {                                                                                       \
		if (!(claim))                                                                      \
			BUG(#claim);                                                               \
	} while (0)

static void check_problem(struct str text, const struct problem *p)
{
	CHECK(p->rule && p->what.len && p->what.len < 300);
	CHECK(p->begin <= p->end && p->end <= text.len);
	CHECK(p->help.len < 300 + text.len);
}

/* Digits, below `limit` unless that is 0; false otherwise. */
static bool part_is(struct str part, uint64_t limit, uint64_t *value)
{
	return str_to_u64(part, value) && (!limit || *value < limit);
}

/* The language's own definition, read the slow way. */
static bool reference_walltime(struct str text, uint64_t *seconds)
{
	struct str parts[4], rest = str_trim(text), days = {0};
	uint64_t d = 0, v[3] = {0};
	size_t n = 0;
	bool has_days = str_find(rest, '-') != STR_NONE;
	if (has_days)
		rest = str_split(rest, '-', &days);
	for (bool more = true; more; n++) {
		more = str_find(rest, ':') != STR_NONE;
		if (n == 3)
			return false;
		rest = str_split(rest, ':', &parts[n]);
	}
	if (has_days && !part_is(days, 0, &d))
		return false;
	for (size_t i = 0; i < n; i++)
		if (!part_is(parts[i], i ? 60 : has_days ? 24 : 0, &v[i]))
			return false;
	uint64_t unit = has_days || n == 3 ? 3600 : 60;
	__extension__ unsigned __int128 sum = (unsigned __int128)d * 86400;
	for (size_t i = 0; i < n; i++, unit /= 60)
		sum += (unsigned __int128)v[i] * unit;
	*seconds = sum > UINT64_MAX ? UINT64_MAX : (uint64_t)sum;
	return true;
}

static void try_times(struct arena *a, struct str text)
{
	struct problem p;
	uint64_t seconds = 0, wanted = 0;
	bool is_good = grammar_walltime(a, text, &seconds, &p);
	CHECK(is_good == reference_walltime(text, &wanted));
	if (is_good)
		CHECK(seconds == wanted);
	else
		check_problem(text, &p);
	if (!is_good && p.fix.len)
		CHECK(grammar_walltime(a, p.fix, &seconds, &p));
	if (!grammar_duration(a, text, &seconds, &p)) {
		check_problem(text, &p);
		return;
	}
	uint64_t again;
	CHECK(grammar_duration(a, str_fmt(a, "%llus", (unsigned long long)seconds), &again, &p));
	CHECK(again == seconds);
}

static void try_nodeset(struct arena *a, struct str text)
{
	struct v_nodeset set = {0}, again = {0};
	struct problem p;
	struct buf b;
	if (!grammar_nodeset(a, text, &set, &p)) {
		check_problem(text, &p);
		return;
	}
	buf_init(&b, a);
	for (uint32_t i = 0; i < set.n; i++) {
		CHECK(!i || set.items[i - 1] < set.items[i]);
		if (set.n < 1000)
			buf_add_fmt(&b, "%s%u", i ? "," : "", set.items[i]);
	}
	if (set.n >= 1000)
		return;
	CHECK(grammar_nodeset(a, buf_str(&b), &again, &p));
	CHECK(again.n == set.n && !memcmp(again.items, set.items, set.n * sizeof(*set.items)));
}

static void try_plain(struct arena *a, struct str text)
{
	struct problem p;
	uint64_t n;
	bool is_known, has_unit, has_gpu;
	struct str name;
	if (!grammar_memory(a, text, &n, &is_known, &has_unit, &p))
		check_problem(text, &p);
	if (!grammar_array(a, text, &p))
		check_problem(text, &p);
	else
		for (size_t i = 0; i < text.len; i++)
			CHECK(text.ptr[i] && strchr("0123456789-,:%", text.ptr[i]));
	if (!grammar_job_id(a, text, &p))
		check_problem(text, &p);
	else
		for (size_t i = 0; i < text.len; i++)
			CHECK(text.ptr[i] && strchr("0123456789_", text.ptr[i]));
	if (!grammar_signal(a, text, &name, &p)) {
		check_problem(text, &p);
		CHECK(!p.fix.len || grammar_signal(a, p.fix, &name, &p));
	}
	grammar_gres_gpus(text, &has_gpu, &n);
	CHECK(has_gpu || !n);
}

static void try_paths(struct arena *a, struct str text)
{
	struct v_mount mount = {0};
	struct problem p;
	struct str folded, again;
	if (grammar_mount(a, text, &mount, &p)) {
		CHECK(mount.host.len && mount.container.ptr[0] == '/');
		CHECK(path_fold(a, mount.container, &again) && str_eq(again, mount.container));
	} else {
		check_problem(text, &p);
		CHECK(!p.fix.len || grammar_mount(a, p.fix, &mount, &p));
	}
	if (path_fold(a, text, &folded)) {
		CHECK(path_fold(a, folded, &again) && str_eq(folded, again));
		CHECK(path_is_below(folded, folded));
	}
	for (int backend = 0; backend < RUNTIME_BACKEND_N; backend++) {
		struct image_ref image;
		if (!grammar_image(a, text, (enum runtime_backend)backend, &image, &p))
			check_problem(text, &p);
		else
			CHECK(image.reference.len >= text.len);
	}
}

static void try_names(struct arena *a, struct str text)
{
	CHECK(name_is_variable(text) <= name_is_bundle(text));
	CHECK(name_is_bundle(text) <= name_is_rendezvous(text));
	struct str token = name_service_token(a, text, NAME_OF_FILE);
	struct str function = name_service_token(a, text, NAME_OF_FUNCTION);
	CHECK(!text.len || (name_is_port(token) && !byte_is_in(token.ptr[0], ".-")));
	CHECK(!text.len || name_is_variable(str_cat(a, STR("f"), function)));
	CHECK(name_rendezvous_token(a, text).len == text.len);
	name_is_protocol(text);
	name_is_module(text);
	name_is_mpi_type(text);
	name_is_hf_repo(text);
	name_is_hf_revision(text);
}

static void try_probe(struct arena *a, struct str text)
{
	struct str words[8], rest = text;
	struct probe probe;
	struct problem p;
	size_t n = 0, item;
	if (!probe_parse(a, PROBE_STRING, &text, 1, &probe, &item, &p)) {
		CHECK(item == 0);
		check_problem(text, &p);
	}
	for (; n < 8 && rest.len; n++)
		rest = str_split(rest, ',', &words[n]);
	if (!probe_parse(a, PROBE_LIST, words, n, &probe, &item, &p)) {
		CHECK(n ? item < n : item == 0);
		check_problem(n ? words[item] : STR(""), &p);
	} else {
		CHECK(probe.item < n);
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct arena a;
	if (size > FUZZ_MAX_INPUT)
		return 0;
	arena_init(&a);
	struct str rest = {(const char *)data, size}, line;
	for (int i = 0; rest.len && i < 200; i++) {
		rest = str_split(rest, '\n', &line);
		try_times(&a, line);
		try_nodeset(&a, line);
		try_plain(&a, line);
		try_paths(&a, line);
		try_names(&a, line);
		try_probe(&a, line);
	}
	arena_free(&a);
	return 0;
}
