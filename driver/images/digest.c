/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The digest of a local image: of a file its bytes, of a folder all that is in it, by name: kinds,
 * what may be executed, bytes of files and targets of links. Owners and times don't count. What
 * can't be read counts by its name.
 */
#include "driver/images/digest.h"

#include <fcntl.h>
#include <fts.h>
#include <limits.h>
#include <sha2.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static int by_name(const FTSENT **a, const FTSENT **b)
{
	return strcmp((*a)->fts_name, (*b)->fts_name);
}

/* With its length, so that no two folders look alike. */
static void add(SHA2_CTX *hash, const char *bytes, size_t len)
{
	uint8_t length[8];

	for (unsigned i = 0; i < sizeof(length); i++)
		length[i] = (uint8_t)((uint64_t)len >> (8 * i));
	SHA256Update(hash, length, sizeof(length));
	SHA256Update(hash, (const uint8_t *)bytes, len);
}

/* Of a regular file; false when it is none, or can't be read. */
static bool hash_file(const char *path, char hex[DIGEST_ROOM])
{
	int fd = open(path, O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
	ssize_t n = -1;
	SHA2_CTX hash;
	SHA256Init(&hash);
	uint8_t block[1 << 15];
	struct stat st;
	if (fd >= 0 && fstat(fd, &st) == 0 && S_ISREG(st.st_mode))
		while ((n = read(fd, block, sizeof(block))) > 0)
			SHA256Update(&hash, block, (size_t)n);
	if (fd >= 0)
		close(fd);
	if (n == 0)
		SHA256End(&hash, hex);
	return n == 0;
}

static void add_entry(SHA2_CTX *hash, const FTSENT *e, size_t root_length)
{
	char kind = e->fts_info == FTS_D ? 'd' : 'o';
	ssize_t n = 0;
	char text[PATH_MAX];
	if (e->fts_info == FTS_F) {
		kind = e->fts_statp->st_mode & 0111 ? 'x' : 'f';
		n = hash_file(e->fts_accpath, text) ? (ssize_t)strlen(text) : 0;
	} else if (e->fts_info == FTS_SL || e->fts_info == FTS_SLNONE) {
		kind = 'l';
		n = readlink(e->fts_accpath, text, sizeof(text));
	}
	add(hash, e->fts_path + root_length, e->fts_pathlen - root_length);
	add(hash, &kind, 1);
	add(hash, text, n > 0 ? (size_t)n : 0);
}

static bool digest_folder(char *path, char hex[DIGEST_ROOM])
{
	char *roots[] = {path, NULL};
	FTS *tree = fts_open(roots, FTS_PHYSICAL | FTS_NOCHDIR | FTS_XDEV, by_name);

	if (!tree)
		return false;
	SHA2_CTX hash;
	SHA256Init(&hash);
	FTSENT *e;
	while ((e = fts_read(tree)))
		if (e->fts_info != FTS_DP)
			add_entry(&hash, e, strlen(path));
	fts_close(tree);
	SHA256End(&hash, hex);
	return true;
}

bool digest_image(void *context, struct str path, char hex[DIGEST_ROOM])
{
	(void)context;
	char name[PATH_MAX];
	if (path.len >= sizeof(name))
		return false;
	snprintf(name, sizeof(name), "%.*s", STR_ARG(path));
	struct stat st;
	if (stat(name, &st) == 0 && S_ISDIR(st.st_mode))
		return digest_folder(name, hex);
	return hash_file(name, hex);
}
