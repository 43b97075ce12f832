/* SPDX-License-Identifier: Apache-2.0 */
/* ir/grammar: what each grammar of values takes, what it refuses, where, and with what advice. */
#include "tests/unit/test.h"

#include <string.h>

#include "ir/facts/rules.h"
#include "ir/grammar/grammar.h"
#include "ir/support/map.h"

static struct arena arena;

static int set_up(void **state)
{
	(void)state;
	arena_init(&arena);
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	arena_free(&arena);
	return 0;
}

/* A text that must be refused. NULL: not checked. */
struct refusal {
	const char *text, *rule;
	int begin, end;
	const char *what, *help, *fix;
};

static void check_refusal(const struct refusal *r, bool accepted, const struct problem *p)
{
	if (accepted)
		fail_msg("'%s' is accepted", r->text);
	if (strcmp(rules[p->rule].id, r->rule) != 0)
		fail_msg("'%s' is %s, expected %s", r->text, rules[p->rule].id, r->rule);
	if (p->begin != (size_t)r->begin || p->end != (size_t)r->end)
		fail_msg("'%s' is blamed at %zu-%zu, expected %d-%d (%.*s)", r->text, p->begin,
			 p->end, r->begin, r->end, STR_ARG(p->what));
	if (!p->what.len)
		fail_msg("'%s' is refused without a reason", r->text);
	if (r->what)
		assert_str(p->what, r->what);
	if (r->help)
		assert_str(p->help, r->help);
	assert_str(p->fix, r->fix ? r->fix : "");
}

static void test_walltime(void **state)
{
	(void)state;
	static const struct {
		const char *text;
		uint64_t seconds;
	} good[] = {
		{"0", 0},
		{"90", 5400},
		{"01:30", 90},
		{"90:00", 5400},
		{"1:00:00", 3600},
		{"100:00:00", 360000},
		{"1-12", 129600},
		{"1-00:30", 88200},
		{"2-00:00:00", 172800},
		{" 5 ", 300},
		{"0-12:00", 43200},
		{"0:0:0", 0},
		{"18446744073709551615", UINT64_MAX},
		{"1-23:59:59", 172799},
		{"\t1:2:3\n", 3723},
	};
	static const struct refusal bad[] = {
		{"", "R040", 0, 0, "nothing is written here", NULL, NULL},
		{"  ", "R040", 0, 0, "nothing is written here", NULL, NULL},
		{"1h", "R040", 0, 2, "Slurm knows no units of time", "Slurm wants 1:00:00",
		 "1:00:00"},
		{"30m", "R040", 0, 3, NULL, "Slurm wants 0:30:00", "0:30:00"},
		{"2d", "R040", 0, 2, NULL, "Slurm wants 2-00:00:00", "2-00:00:00"},
		{" 1h30m", "R040", 1, 6, NULL, NULL, "1:30:00"},
		{"90 min", "R040", 0, 6, NULL, NULL, "1:30:00"},
		{"1 day 2 hours", "R040", 0, 13, NULL, NULL, "1-02:00:00"},
		{"3x", "R040", 1, 2, "'x' is no unit of time", NULL, NULL},
		{"00:90", "R040", 3, 5, "seconds must be below 60 here, not 90",
		 "that long is 0:01:30", NULL},
		{"1:90:00", "R040", 2, 4, "minutes must be below 60 here, not 90",
		 "that long is 2:30:00", NULL},
		{"01:00:60", "R040", 6, 8, NULL, "that long is 1:01:00", NULL},
		{"1-24", "R040", 2, 4, "hours must be below 24 here, not 24",
		 "that long is 2-00:00:00", NULL},
		{"1-24:00:00", "R040", 2, 4, NULL, "that long is 2-00:00:00", NULL},
		{"-5", "R040", 0, 1, "a time can't be negative", NULL, NULL},
		{"1-", "R040", 2, 2, "a number is missing at the end", NULL, NULL},
		{"1:2:3:4", "R040", 5, 6, NULL, "that long is 1-02:03:04", NULL},
		{"UNLIMITED", "R040", 0, 9, "'UNLIMITED' is no time", "0 means no limit", "0"},
		{"infinite", "R040", 0, 8, NULL, NULL, "0"},
		{"soon", "R040", 0, 4, "'soon' is no time", NULL, NULL},
		{"1.5", "R040", 1, 2, NULL, NULL, NULL},
		{"+5", "R040", 0, 1, "'+' instead of a number, a word or '-'",
		 "a time is minutes, M:SS, H:MM:SS, D-HH, D-HH:MM or D-HH:MM:SS", NULL},
		{"18446744073709551616", "R040", 0, 20, NULL, NULL, NULL},
		{"18446744073709551616:30", "R040", 0, 20, NULL, NULL, NULL},
		{"18446744073709551616-1", "R040", 0, 20, NULL, NULL, NULL},
		{"18446744073709551616h", "R040", 0, 20, NULL, NULL, NULL},
		{"1:", "R040", 2, 2, NULL, NULL, NULL},
		{"1:2-3", "R040", 3, 4, NULL, NULL, NULL},
	};
	struct problem p;
	uint64_t seconds;
	for (size_t i = 0; i < sizeof(good) / sizeof(*good); i++) {
		if (!grammar_walltime(&arena, str_c(good[i].text), &seconds, &p))
			fail_msg("'%s' is refused: %.*s", good[i].text, STR_ARG(p.what));
		assert_int_equal(seconds, good[i].seconds);
	}
	for (size_t i = 0; i < sizeof(bad) / sizeof(*bad); i++)
		check_refusal(&bad[i], grammar_walltime(&arena, str_c(bad[i].text), &seconds, &p),
			      &p);
}

static void test_duration(void **state)
{
	(void)state;
	static const struct {
		const char *text;
		uint64_t seconds;
	} good[] = {
		{"30", 30},      {"45", 45},    {"30s", 30},
		{"1m30s", 90},   {"1h", 3600},  {"0", 0},
		{"30s1h", 3630}, {"1m1m", 120}, {"18446744073709551615h", UINT64_MAX},
	};
	static const struct refusal bad[] = {
		{"", "R096", 0, 0, "nothing is written here", NULL, NULL},
		{"1.5s", "R096", 1, 3, "a duration has no fractions", NULL, NULL},
		{"500ms", "R096", 3, 5, "'ms' is no unit of a duration",
		 "whole seconds are the finest; round up to 1s", NULL},
		{"1d", "R096", 1, 2, NULL, "a day is 24h: write 24h", NULL},
		{"1m30", "R096", 2, 4, "30 has no unit", "write 1m30s for seconds", NULL},
		{"s", "R096", 0, 1, "'s' instead of a number", NULL, NULL},
		{"-5", "R096", 0, 1, NULL, NULL, NULL},
		{"1H", "R096", 1, 2, NULL, NULL, NULL},
		{"1m 30s", "R096", 2, 3, NULL, NULL, NULL},
		{" 5", "R096", 0, 1, NULL, NULL, NULL},
	};
	struct problem p;
	uint64_t seconds;
	for (size_t i = 0; i < sizeof(good) / sizeof(*good); i++) {
		if (!grammar_duration(&arena, str_c(good[i].text), &seconds, &p))
			fail_msg("'%s' is refused: %.*s", good[i].text, STR_ARG(p.what));
		assert_int_equal(seconds, good[i].seconds);
	}
	for (size_t i = 0; i < sizeof(bad) / sizeof(*bad); i++)
		check_refusal(&bad[i], grammar_duration(&arena, str_c(bad[i].text), &seconds, &p),
			      &p);
}

static void test_memory(void **state)
{
	(void)state;
	static const struct {
		const char *text;
		uint64_t bytes;
		bool is_known, has_unit;
	} good[] = {
		{"1048576", 1048576, true, false},
		{"512M", 512ull << 20, true, true},
		{"1.5G", 3ull << 29, true, true},
		{"2GiB", 2ull << 30, true, true},
		{"2 gb", 2ull << 30, true, true},
		{"7B", 7, true, true},
		{"1P", 1ull << 50, true, true},
		{"0.1K", 102, true, true},
		{"1.999999999999999999999999999999K", 2047, true, true},
		{"99999999999999999999", UINT64_MAX, true, false},
		{"16384P", UINT64_MAX, true, true},
		{"", 0, false, false},
		{"unknown", 0, false, false},
	};
	static const struct refusal bad[] = {
		{"G", "A09", 0, 1, NULL, NULL, NULL},   {"4Gc", "A09", 1, 3, NULL, NULL, NULL},
		{"-1G", "A09", 0, 1, NULL, NULL, NULL}, {"1.G", "A09", 2, 3, NULL, NULL, NULL},
		{"1e3", "A09", 1, 2, NULL, NULL, NULL}, {"4 G B", "A09", 3, 4, NULL, NULL, NULL},
	};
	struct problem p;
	uint64_t bytes;
	bool is_known, has_unit;
	for (size_t i = 0; i < sizeof(good) / sizeof(*good); i++) {
		if (!grammar_memory(&arena, str_c(good[i].text), &bytes, &is_known, &has_unit, &p))
			fail_msg("'%s' is refused: %.*s", good[i].text, STR_ARG(p.what));
		assert_int_equal(bytes, good[i].bytes);
		assert_int_equal(is_known, good[i].is_known);
		assert_int_equal(has_unit, good[i].has_unit);
	}
	for (size_t i = 0; i < sizeof(bad) / sizeof(*bad); i++)
		check_refusal(&bad[i],
			      grammar_memory(&arena, str_c(bad[i].text), &bytes, &is_known,
					     &has_unit, &p),
			      &p);
}

static void test_array(void **state)
{
	(void)state;
	static const char *const good[] = {"0",       "1-10", "1-10:2",     "0,3,8-12",
					   "0-99%10", "5-5",  "1,2-4:2,9%1"};
	static const struct refusal bad[] = {
		{"", "R041", 0, 0, "nothing is written here", NULL, NULL},
		{"1 2", "R041", 1, 2, "a blank instead of '%', ',', '-', ':' or the end", NULL,
		 NULL},
		{"1-", "R041", 2, 2, "a number is missing at the end", NULL, NULL},
		{"-1", "R041", 0, 1, "'-' instead of a number", NULL, NULL},
		{"9-1", "R041", 0, 3, "the range ends before it begins", "write 1-9", NULL},
		{"1,,2", "R041", 2, 3, "',' instead of a number", NULL, NULL},
		{"5:2", "R041", 1, 2, "a step needs a range before it", "write 5-LAST:2", NULL},
		{"1-10:0", "R041", 5, 6, "a step must be at least 1", NULL, NULL},
		{"0-9%0", "R041", 4, 5, "the number of tasks at a time must be at least 1", NULL,
		 NULL},
		{"1%2%3", "R041", 3, 4, "'%' instead of the end", NULL, NULL},
		{"a", "R041", 0, 1, NULL, NULL, NULL},
		{"1,", "R041", 2, 2, NULL, NULL, NULL},
	};
	struct problem p;
	for (size_t i = 0; i < sizeof(good) / sizeof(*good); i++)
		if (!grammar_array(&arena, str_c(good[i]), &p))
			fail_msg("'%s' is refused: %.*s", good[i], STR_ARG(p.what));
	for (size_t i = 0; i < sizeof(bad) / sizeof(*bad); i++)
		check_refusal(&bad[i], grammar_array(&arena, str_c(bad[i].text), &p), &p);
	assert_false(grammar_array(&arena, (struct str){"1\0", 2}, &p));
	assert_int_equal(p.rule, RULE_R038);
}

static struct str print_set(const struct v_nodeset *set)
{
	struct buf b;
	buf_init(&b, &arena);
	for (uint32_t i = 0; i < set->n; i++) {
		uint32_t last = i;
		while (last + 1 < set->n && set->items[last + 1] == set->items[last] + 1)
			last++;
		buf_add_fmt(&b, "%s%u", b.len ? "," : "", set->items[i]);
		if (last > i)
			buf_add_fmt(&b, "-%u", set->items[last]);
		i = last;
	}
	return buf_str(&b);
}

static void test_nodeset(void **state)
{
	(void)state;
	static const struct {
		const char *text, *printed;
	} good[] = {
		{"0-3", "0-3"},           {"0-3,6", "0-3,6"},
		{"0, 2 - 3", "0,2-3"},    {"6,0-3", "0-3,6"},
		{"1,1,1", "1"},           {"0-5,2-3", "0-5"},
		{"3,2,1,0", "0-3"},       {" 7 ", "7"},
		{"0-262143", "0-262143"}, {"4294967295", "4294967295"},
	};
	static const struct refusal bad[] = {
		{"", "R131", 0, 0, "nothing is written here", NULL, NULL},
		{"0,,1", "R131", 2, 3, "',' instead of a number", NULL, NULL},
		{"1-", "R131", 2, 2, NULL, NULL, NULL},
		{"a", "R131", 0, 1, "'a' instead of a number", NULL, NULL},
		{"3-1", "R131", 0, 3, NULL, "write 1-3", NULL},
		{"+1", "R131", 0, 1, NULL, NULL, NULL},
		{"1 2", "R131", 2, 3, NULL, NULL, NULL},
		{"0-4294967296", "R131", 2, 12, "'4294967296' is above 4294967295", NULL, NULL},
		{"0-4294967295", "R131", 0, 12, NULL, NULL, NULL},
	};
	struct problem p;
	for (size_t i = 0; i < sizeof(good) / sizeof(*good); i++) {
		struct v_nodeset set = {0};
		if (!grammar_nodeset(&arena, str_c(good[i].text), &set, &p))
			fail_msg("'%s' is refused: %.*s", good[i].text, STR_ARG(p.what));
		assert_str(print_set(&set), good[i].printed);
	}
	for (size_t i = 0; i < sizeof(bad) / sizeof(*bad); i++) {
		struct v_nodeset set = {0};
		check_refusal(&bad[i], grammar_nodeset(&arena, str_c(bad[i].text), &set, &p), &p);
	}
}

static void test_job_id(void **state)
{
	(void)state;
	static const char *const good[] = {"12345", "12345_7", "1_0"};
	static const struct refusal bad[] = {
		{"0", "R042", 0, 1, "job ids begin at 1", NULL, NULL},
		{"0_7", "R042", 0, 1, NULL, NULL, NULL},
		{"_7", "R042", 0, 1, "'_' instead of a number", NULL, NULL},
		{"12345_", "R042", 6, 6, NULL, NULL, NULL},
		{"1_2_3", "R042", 3, 4, NULL, NULL, NULL},
		{"abc", "R042", 0, 3, NULL, NULL, NULL},
		{"12 3", "R042", 2, 3, NULL, NULL, NULL},
		{"", "R042", 0, 0, NULL, NULL, NULL},
	};
	struct problem p;
	for (size_t i = 0; i < sizeof(good) / sizeof(*good); i++)
		if (!grammar_job_id(&arena, str_c(good[i]), &p))
			fail_msg("'%s' is refused: %.*s", good[i], STR_ARG(p.what));
	for (size_t i = 0; i < sizeof(bad) / sizeof(*bad); i++)
		check_refusal(&bad[i], grammar_job_id(&arena, str_c(bad[i].text), &p), &p);
}

static void test_mount(void **state)
{
	(void)state;
	static const struct {
		const char *text, *host, *container;
		enum mount_mode mode;
	} good[] = {
		{"./app:/w", "./app", "/w", MOUNT_DEFAULT},
		{"/d:/d:ro", "/d", "/d", MOUNT_RO},
		{" ./a : /b ", "./a", "/b", MOUNT_DEFAULT},
		{"~/x:/a/../b//c/.:rw", "~/x", "/b/c", MOUNT_RW},
		{"data:/data", "data", "/data", MOUNT_DEFAULT},
	};
	static const struct refusal bad[] = {
		{"/only", "R047", 0, 5, NULL, NULL, NULL},
		{"", "R047", 0, 0, NULL, NULL, NULL},
		{"a:b:c:d", "R047", 6, 7, NULL, NULL, NULL},
		{"./d:/m:cached", "R048", 7, 13, "a mount's mode is ro or rw, not 'cached'",
		 "leave the mode off: ./d:/m", "./d:/m"},
		{"./d:/m:nocopy", "R048", 7, 13, NULL, "leave the mode off: ./d:/m", NULL},
		{"./d:/m:ro,z", "R048", 7, 11, NULL, NULL, "./d:/m:ro"},
		{"./d:/m:RO", "R048", 7, 9, NULL, "write ./d:/m:ro", "./d:/m:ro"},
		{"./d:/m:", "R048", 7, 7, NULL, NULL, NULL},
		{":/m", "R049", 0, 0, "the host path is empty", NULL, NULL},
		{"/a: ", "R049", 3, 4, "the container path is empty", NULL, NULL},
		{"./d:rel", "R050", 4, 7, "the path in the container must begin with '/'", NULL,
		 NULL},
		{"./d:/a/../..", "R050", 4, 12, NULL, NULL, NULL},
		{"./d,e:/m", "R047", 3, 4, NULL, NULL, NULL},
	};
	struct problem p;
	for (size_t i = 0; i < sizeof(good) / sizeof(*good); i++) {
		struct v_mount mount = {0};
		if (!grammar_mount(&arena, str_c(good[i].text), &mount, &p))
			fail_msg("'%s' is refused: %.*s", good[i].text, STR_ARG(p.what));
		assert_str(mount.text, good[i].text);
		assert_str(mount.host, good[i].host);
		assert_str(mount.container, good[i].container);
		assert_int_equal(mount.mode, good[i].mode);
	}
	for (size_t i = 0; i < sizeof(bad) / sizeof(*bad); i++) {
		struct v_mount mount = {0};
		check_refusal(&bad[i], grammar_mount(&arena, str_c(bad[i].text), &mount, &p), &p);
	}
	struct v_mount mount = {0};
	assert_false(grammar_mount(&arena, (struct str){"/a:/\0b", 6}, &mount, &p));
	assert_int_equal(p.rule, RULE_R038);
	assert_int_equal(p.begin, 4);
}

static void test_signal(void **state)
{
	(void)state;
	static const char *const good[][2] = {
		{"usr1", "USR1"},   {"10", "USR1"}, {"15", "TERM"},
		{" TERM ", "TERM"}, {"Hup", "HUP"}, {"1", "HUP"},
		{"2", "INT"},       {"3", "QUIT"},  {"12", "USR2"},
	};
	static const struct refusal bad[] = {
		{"SIGUSR1", "R043", 0, 7, "signals are named without SIG", "write USR1", "USR1"},
		{" sigterm", "R043", 1, 8, NULL, NULL, "TERM"},
		{"KILL", "R043", 0, 4, "'KILL' is none of the signals that can be asked for", NULL,
		 NULL},
		{"9", "R043", 0, 1, NULL, NULL, NULL},
		{"SIGKILL", "R043", 0, 7, NULL, NULL, NULL},
		{"", "R043", 0, 0, "no signal is named", NULL, NULL},
	};
	struct problem p;
	struct str name;
	for (size_t i = 0; i < sizeof(good) / sizeof(*good); i++) {
		assert_true(grammar_signal(&arena, str_c(good[i][0]), &name, &p));
		assert_str(name, good[i][1]);
	}
	for (size_t i = 0; i < sizeof(bad) / sizeof(*bad); i++)
		check_refusal(&bad[i], grammar_signal(&arena, str_c(bad[i].text), &name, &p), &p);
}

static void test_gres(void **state)
{
	(void)state;
	static const struct {
		const char *text;
		bool has_gpu;
		uint64_t count;
	} rows[] = {
		{"gpu", true, 1},
		{"gpu:a100", true, 1},
		{"gpu:a100:4", true, 4},
		{"gpu:2", true, 2},
		{"GPU:2", true, 2},
		{"gres/gpu:3", true, 3},
		{"gpu:a:2,gpu:b:3", true, 5},
		{"mygpu:2", false, 0},
		{"nvme:1, gpu:1", true, 1},
		{"gpu:0", true, 0},
		{"", false, 0},
	};
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		bool has_gpu;
		uint64_t count;
		grammar_gres_gpus(str_c(rows[i].text), &has_gpu, &count);
		if (has_gpu != rows[i].has_gpu || count != rows[i].count)
			fail_msg("'%s' asks for %d GPUs", rows[i].text, (int)count);
	}
}

static void test_image(void **state)
{
	(void)state;
	enum {
		PYXIS = RUNTIME_BACKEND_PYXIS,
		APPTAINER = RUNTIME_BACKEND_APPTAINER
	};
	static const struct {
		const char *text;
		int backend;
		enum image_form form;
		const char *reference, *registry, *tag;
		bool has_digest;
	} good[] = {
		{"redis:7", PYXIS, IMAGE_FORM_REMOTE, "docker://redis:7", "registry-1.docker.io",
		 "7", false},
		{"ghcr.io/o/a:1", PYXIS, IMAGE_FORM_REMOTE, "docker://ghcr.io/o/a:1", "ghcr.io",
		 "1", false},
		{"base.sqsh", PYXIS, IMAGE_FORM_LOCAL, "base.sqsh", "", "", false},
		{"base.squashfs", PYXIS, IMAGE_FORM_LOCAL, "base.squashfs", "", "", false},
		{"~/img/a.sqsh.bak", PYXIS, IMAGE_FORM_LOCAL, "~/img/a.sqsh.bak", "", "", false},
		{"podman://a", PYXIS, IMAGE_FORM_REMOTE, "podman://a", "registry-1.docker.io", "",
		 false},
		{"dockerd://a:b", APPTAINER, IMAGE_FORM_REMOTE, "dockerd://a:b",
		 "registry-1.docker.io", "b", false},
		{"docker://me@nvcr.io#nvidia/pytorch:24.01", PYXIS, IMAGE_FORM_REMOTE,
		 "docker://me@nvcr.io#nvidia/pytorch:24.01", "nvcr.io", "24.01", false},
		{"localhost:5000/a@sha256:12", PYXIS, IMAGE_FORM_REMOTE,
		 "docker://localhost:5000/a@sha256:12", "localhost:5000", "", true},
		{"host:5000/a", PYXIS, IMAGE_FORM_REMOTE, "docker://host:5000/a", "host:5000", "",
		 false},
		{"python:3.11", PYXIS, IMAGE_FORM_REMOTE, "docker://python:3.11",
		 "registry-1.docker.io", "3.11", false},
		{"x.sif", APPTAINER, IMAGE_FORM_LOCAL, "x.sif", "", "", false},
		{"a.sqsh.b", APPTAINER, IMAGE_FORM_REMOTE, "docker://a.sqsh.b",
		 "registry-1.docker.io", "", false},
		{"a", PYXIS, IMAGE_FORM_REMOTE, "docker://a", "registry-1.docker.io", "", false},
		{"./unpacked", RUNTIME_BACKEND_CHARLIECLOUD, IMAGE_FORM_LOCAL, "./unpacked", "", "",
		 false},
	};
	static const struct {
		struct refusal refusal;
		int backend;
	} bad[] = {
		{{"./app", "R124", 0, 5, "the path './app' is no image file", NULL, NULL}, PYXIS},
		{{"app.sif", "R122", 3, 7, "pyxis can't start a SIF file", NULL, NULL}, PYXIS},
		{{"./a.sqsh/b.sif", "R122", 10, 14, NULL, NULL, NULL}, PYXIS},
		{{"./a.sqsh/b.sif", "R123", 3, 8, NULL, NULL, NULL}, APPTAINER},
		{{"base.sqsh", "R123", 4, 9, NULL, NULL, NULL}, APPTAINER},
		{{"a.sqsh.sif", "R122", 6, 10, NULL, NULL, NULL}, RUNTIME_BACKEND_CHARLIECLOUD},
		{{"./a.squashfs/b", "R123", 3, 12, "singularity can't start a squashfs file", NULL,
		  NULL},
		 RUNTIME_BACKEND_SINGULARITY},
		{{"oci://x", "R121", 0, 6, "images can't be had through 'oci://'", NULL, NULL},
		 PYXIS},
		{{"./docker://x", "R121", 0, 11, NULL, NULL, NULL}, PYXIS},
		{{"~/x", "R124", 0, 3, NULL, NULL, NULL}, APPTAINER},
		{{"", "R120", 0, 0, NULL, NULL, NULL}, PYXIS},
	};
	struct problem p;
	struct image_ref image;
	for (size_t i = 0; i < sizeof(good) / sizeof(*good); i++) {
		if (!grammar_image(&arena, str_c(good[i].text), good[i].backend, &image, &p))
			fail_msg("'%s' is refused: %.*s", good[i].text, STR_ARG(p.what));
		assert_int_equal(image.form, good[i].form);
		assert_str(image.reference, good[i].reference);
		assert_str(image.registry, good[i].registry);
		assert_str(image.tag, good[i].tag);
		assert_int_equal(image.has_digest, good[i].has_digest);
	}
	for (size_t i = 0; i < sizeof(bad) / sizeof(*bad); i++)
		check_refusal(&bad[i].refusal,
			      grammar_image(&arena, str_c(bad[i].refusal.text), bad[i].backend,
					    &image, &p),
			      &p);
}

static void test_paths(void **state)
{
	(void)state;
	static const char *const rows[][2] = {
		{"/a/./b//../c/", "/a/c"},
		{"/", "/"},
		{"//", "/"},
		{"a/..", "."},
		{"", "."},
		{"../../x/../y", "../../y"},
		{"./a", "a"},
		{"a/../..", ".."},
		{"..", ".."},
		{"a/b/../../../c", "../c"},
		{"/..", NULL},
		{"/a/../../b", NULL},
	};
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		struct str folded;
		bool is_good = path_fold(&arena, str_c(rows[i][0]), &folded);
		assert_int_equal(is_good, rows[i][1] != NULL);
		if (is_good)
			assert_str(folded, rows[i][1]);
	}
	assert_true(path_is_below(STR("/tmp"), STR("/tmp")));
	assert_true(path_is_below(STR("/tmp/x"), STR("/tmp")));
	assert_true(path_is_below(STR("/x"), STR("/")));
	assert_false(path_is_below(STR("/tmpx"), STR("/tmp")));
	assert_false(path_is_below(STR("/"), STR("/tmp")));
}

static void test_names(void **state)
{
	(void)state;
	static const struct {
		bool (*is)(struct str name);
		const char *good[6], *bad[6];
	} rows[] = {
		{name_is_variable, {"A", "_x9"}, {"9a", "", "a-b", "a.b"}},
		{name_is_bundle, {"a-b_9"}, {"", "a.b", "a/b"}},
		{name_is_rendezvous, {"model-server.v1", "..."}, {"", ".", "..", "a b"}},
		{name_is_protocol, {"http", "git+ssh", "h2.0"}, {"", "a_b", "a:"}},
		{name_is_module, {"gcc/12", "a b"}, {"", " ", "-f", "a\nb"}},
		{name_is_mpi_type,
		 {"pmix", "pmix_v4", "pmi2", "openmpi", ".x"},
		 {"", "-x", "pmix v4", "a;b"}},
		{name_is_hf_repo,
		 {"org/name", "a.b/c_d-e"},
		 {"name", "/x", "x/", "a/b/c", "a b/c"}},
		{name_is_hf_revision,
		 {"0e9e39f", "v1.2.0", "1.0-rc1", "1"},
		 {"main", "HEAD", "abc12", "v", "1.0-", "1.a"}},
	};
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		for (int k = 0; k < 6 && rows[i].good[k]; k++)
			if (!rows[i].is(str_c(rows[i].good[k])))
				fail_msg("row %zu: '%s' is refused", i, rows[i].good[k]);
		for (int k = 0; k < 6 && rows[i].bad[k]; k++)
			if (rows[i].is(str_c(rows[i].bad[k])))
				fail_msg("row %zu: '%s' is accepted", i, rows[i].bad[k]);
	}
	assert_str(name_rendezvous_token(&arena, STR("model-server.v1")), "MODEL_SERVER_V1");
}

static struct str file_token(struct str name)
{
	return name_service_token(&arena, name, NAME_OF_FILE);
}

/* A service's name in names of files and functions: what can be read stays, and no two become one. */
static void test_tokens(void **state)
{
	(void)state;
	static const struct {
		const char *name, *file, *no_case, *function;
	} rows[] = {
		{"svc-07", "svc-07", "svc-07", "svc_x2d_07"},
		{"api.worker-1", "api.worker-1", "api.worker-1", "api_x2e_worker_x2d_1"},
		{"my_app", "my_app", "my_app", "my_x5f_app"},
		{"_", "_", "_", "_x5f_"},
		{"Web", "Web", "_x57_eb", "Web"},
		{"two words", "two_x20_words", "two_x20_words", "two_x20_words"},
		{"a/../b", "a_x2f_.._x2f_b", "a_x2f_.._x2f_b", "a_x2f__x2e__x2e__x2f_b"},
		{"..", "_x2e_.", "_x2e_.", "_x2e__x2e_"},
		{"-rf", "_x2d_rf", "_x2d_rf", "_x2d_rf"},
		{"-", "_x2d_", "_x2d_", "_x2d_"},
		/* What reads as an escape is one of a '_'. */
		{"a_x2d_b", "a_x5f_x2d_b", "a_x5f_x2d_b", "a_x5f_x2d_x5f_b"},
		{"a_X2Db", "a_x5f_X2Db", "a_x5f__x58_2_x44_b", "a_x5f_X2Db"},
		{"a_x41 ", "a_x5f_x41_x20_", "a_x5f_x41_x20_", "a_x5f_x41_x20_"},
		{"a_xyz", "a_xyz", "a_xyz", "a_x5f_xyz"},
		{"a_h0123456789abcdef_", "a_x5f_h0123456789abcdef_", "a_x5f_h0123456789abcdef_",
		 "a_x5f_h0123456789abcdef_x5f_"},
		{"\xc3\xa4", "_xc3__xa4_", "_xc3__xa4_", "_xc3__xa4_"},
	};
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		struct str name = str_c(rows[i].name);
		assert_str(file_token(name), rows[i].file);
		assert_str(name_service_token(&arena, name, NAME_OF_FILE_NO_CASE), rows[i].no_case);
		assert_str(name_service_token(&arena, name, NAME_OF_FUNCTION), rows[i].function);
	}
	/* Files are named after them. */
	char name[301];
	memset(name, 'a', sizeof(name) - 1);
	name[200] = '\0';
	assert_str(file_token(str_c(name)), name);
	name[200] = 'a';
	name[300] = '\0';
	struct str first = file_token(str_c(name));
	name[299] = 'b';
	struct str second = file_token(str_c(name));
	assert_int_equal(first.len, NAME_TOKEN_MOST);
	assert_int_equal(second.len, NAME_TOKEN_MOST);
	assert_false(str_eq(first, second));
	assert_true(str_has_suffix(second, "_"));
	name[200] = '\0';
	memset(name, ' ', 200);
	assert_int_equal(file_token(str_c(name)).len, NAME_TOKEN_MOST);
}

/* All names of up to six of these bytes have tokens of their own, whatever a file system makes of case. */
static void test_tokens_differ(void **state)
{
	(void)state;
	static const char bytes[] = "_xX2dD.";
	enum {
		MOST = 6,
		KINDS = sizeof(bytes) - 1
	};
	struct map seen = {0};
	for (unsigned len = 1, all = KINDS; len <= MOST; len++, all *= KINDS) {
		for (unsigned n = 0; n < all; n++) {
			char name[MOST];
			unsigned rest = n;
			for (unsigned i = 0; i < len; i++, rest /= KINDS)
				name[i] = bytes[rest % KINDS];
			struct str token = name_service_token(&arena, (struct str){name, len},
							      NAME_OF_FILE_NO_CASE);
			if (map_put(&seen, &arena, str_upper(&arena, token), n) != MAP_NONE)
				fail_msg("'%.*s' and another have the token %.*s", (int)len, name,
					 STR_ARG(token));
		}
	}
}

/* Long and nasty texts: no crash, a place inside the text, a short message. */
static void test_hostile(void **state)
{
	(void)state;
	enum {
		LONG = 200000
	};
	char *text = arena_alloc(&arena, LONG + 1);
	for (int round = 0; round < 4; round++) {
		for (int i = 0; i < LONG; i++)
			text[i] = round == 0   ? 'a'
				  : round == 1 ? '\0'
				  : round == 2 ? "1,"[i % 2]
					       : "::"[i % 2];
		struct str s = {text, LONG};
		struct problem p;
		struct v_nodeset set = {0};
		struct v_mount mount = {0};
		uint64_t n;
		bool known, unit;
		assert_false(grammar_walltime(&arena, s, &n, &p));
		assert_true(p.end <= s.len && p.begin <= p.end && p.what.len < 200);
		assert_false(grammar_duration(&arena, s, &n, &p));
		assert_true(p.end <= s.len && p.begin <= p.end && p.what.len < 200);
		assert_false(grammar_memory(&arena, s, &n, &known, &unit, &p));
		assert_true(p.end <= s.len && p.begin <= p.end && p.what.len < 200);
		assert_false(grammar_array(&arena, s, &p));
		assert_true(p.end <= s.len && p.begin <= p.end && p.what.len < 200);
		assert_false(grammar_nodeset(&arena, s, &set, &p));
		assert_true(p.end <= s.len && p.begin <= p.end && p.what.len < 200);
		assert_false(grammar_mount(&arena, s, &mount, &p));
		assert_true(p.end <= s.len && p.begin <= p.end && p.what.len < 200);
		assert_false(grammar_job_id(&arena, s, &p));
		assert_true(p.end <= s.len && p.begin <= p.end && p.what.len < 200);
	}
}

static void test_ports(void **state)
{
	(void)state;
	static const struct {
		const char *text;
		uint32_t first, last, published, published_last;
		enum port_protocol protocol;
		bool is_mapped;
	} good[] = {
		{"80", 80, 80, 0, 0, PORT_PROTOCOL_TCP, false},
		{" 65535 ", 65535, 65535, 0, 0, PORT_PROTOCOL_TCP, false},
		{"3000-3005", 3000, 3005, 0, 0, PORT_PROTOCOL_TCP, false},
		{"22:22", 22, 22, 22, 22, PORT_PROTOCOL_TCP, true},
		{"49100:22/udp", 22, 22, 49100, 49100, PORT_PROTOCOL_UDP, true},
		{"8000-9000:80", 80, 80, 8000, 9000, PORT_PROTOCOL_TCP, true},
		{"9090-9091:8080-8081", 8080, 8081, 9090, 9091, PORT_PROTOCOL_TCP, true},
		{"127.0.0.1:5000-5010:5000-5010", 5000, 5010, 5000, 5010, PORT_PROTOCOL_TCP, true},
		{"127.0.0.1::22", 22, 22, 0, 0, PORT_PROTOCOL_TCP, true},
		{"::1:6000:6001/sctp", 6001, 6001, 6000, 6000, PORT_PROTOCOL_SCTP, true},
		{"[2001:db8::1]:6000:6001", 6001, 6001, 6000, 6000, PORT_PROTOCOL_TCP, true},
	};
	static const struct refusal bad[] = {
		{"", "R097", 0, 0, "a port is missing here", NULL, NULL},
		{"0", "R097", 0, 1, "ports go from 1 to 65535, not 0", NULL, NULL},
		{"65536", "R097", 0, 5, "ports go from 1 to 65535, not 65536", NULL, NULL},
		{"99999999999999999999", "R097", 0, 20, NULL, NULL, NULL},
		{"http", "R097", 0, 4, "'http' is no port", NULL, NULL},
		{"80:http", "R097", 3, 7, "'http' is no port", NULL, NULL},
		{"80:", "R097", 3, 3, "a port is missing here", NULL, NULL},
		{":80", "R097", 0, 0, "a port is missing here", NULL, NULL},
		{"90-80", "R097", 0, 5, "the range goes down", "write 80-90", NULL},
		{"90-", "R097", 3, 3, "a port is missing here", NULL, NULL},
		{"80/http", "R097", 3, 7, "a port's protocol is tcp, udp or sctp, not 'http'", NULL,
		 NULL},
		{"80/", "R097", 3, 3, NULL, NULL, NULL},
		{"localhost:80:80", "R097", 0, 9, "'localhost' is no IP address", NULL, NULL},
		{"1-2:3-5", "R097", 0, 7, "2 published ports can't stand for 3 ports", NULL, NULL},
		{"1:3-5", "R097", 0, 5, "1 published port can't stand for 3 ports", NULL, NULL},
	};
	for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++) {
		struct port_text p;
		struct problem problem = {0};
		if (!grammar_ports(&arena, str_c(good[i].text), &p, &problem))
			fail_msg("'%s' is refused: %.*s", good[i].text, STR_ARG(problem.what));
		assert_int_equal(p.port.first, good[i].first);
		assert_int_equal(p.port.last, good[i].last);
		assert_int_equal(p.published.first, good[i].published);
		assert_int_equal(p.published.last, good[i].published_last);
		assert_int_equal(p.protocol, good[i].protocol);
		assert_int_equal(p.is_mapped, good[i].is_mapped);
	}
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		struct port_text p;
		struct problem problem = {0};
		check_refusal(&bad[i], grammar_ports(&arena, str_c(bad[i].text), &p, &problem),
			      &problem);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_walltime), cmocka_unit_test(test_duration),
		cmocka_unit_test(test_memory),   cmocka_unit_test(test_array),
		cmocka_unit_test(test_nodeset),  cmocka_unit_test(test_job_id),
		cmocka_unit_test(test_mount),    cmocka_unit_test(test_signal),
		cmocka_unit_test(test_gres),     cmocka_unit_test(test_image),
		cmocka_unit_test(test_paths),    cmocka_unit_test(test_names),
		cmocka_unit_test(test_hostile),  cmocka_unit_test(test_ports),
		cmocka_unit_test(test_tokens),   cmocka_unit_test(test_tokens_differ),
	};
	return cmocka_run_group_tests(tests, set_up, tear_down);
}
