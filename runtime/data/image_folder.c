/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The verb `image-folder`: prints the WORKDIR of a SIF image, which the tool keeps in a part of the file that
 * no container sees. Nothing is printed where there is none: the command then begins where the tool puts it.
 *
 * A SIF file has a head of 128 bytes, and descriptors of 585 bytes, packed, little endian (version 01 of the
 * format, the only one there is).
 */
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "runtime/data/image_config.h"
#include "runtime/files.h"
#include "runtime/verbs.h"

enum {
	MAGIC_AT = 32,
	TOTAL_AT = 88,
	DESCRIPTORS_AT = 96,
	HEAD = 128,
	USED_AT = 4,
	OFFSET_AT = 17,
	SIZE_AT = 25,
	NAME_AT = 73,
	DESCRIPTOR = 585,
	MAX_DESCRIPTORS = 4096,
	ROOM = 256 << 10
};

static uint64_t number_at(const unsigned char *bytes)
{
	uint64_t n = 0;

	for (int i = 7; i >= 0; i--)
		n = n << 8 | bytes[i];
	return n;
}

static bool read_at(int fd, void *to, size_t n, uint64_t offset)
{
	return offset < INT64_MAX && pread(fd, to, n, (off_t)offset) == (ssize_t)n;
}

/* The text of the part that holds the image's configuration, or NULL. */
static char *find_config(int fd)
{
	static char text[ROOM + 1];
	unsigned char head[HEAD], part[DESCRIPTOR];

	if (!read_at(fd, head, sizeof(head), 0) || memcmp(head + MAGIC_AT, "SIF_MAGIC", 10) != 0)
		return NULL;
	uint64_t n = number_at(head + TOTAL_AT), at = number_at(head + DESCRIPTORS_AT);
	for (uint64_t i = 0; i < n && i < MAX_DESCRIPTORS; i++, at += DESCRIPTOR) {
		if (!read_at(fd, part, sizeof(part), at))
			return NULL;
		uint64_t size = number_at(part + SIZE_AT);
		if (!part[USED_AT] || size > ROOM ||
		    strncmp((const char *)part + NAME_AT, "oci-config.json", 128) != 0)
			continue;
		if (!read_at(fd, text, (size_t)size, number_at(part + OFFSET_AT)))
			return NULL;
		text[size] = '\0';
		return text;
	}
	return NULL;
}

int rt_verb_image_folder(int argc, char **argv)
{
	static struct rt_image_config image;
	const struct rt_option options[] = {{.name = NULL}};
	char **words = rt_read_command(options, false, argc, argv);

	if (!words)
		return RT_USAGE;
	int fd = rt_open_plain(AT_FDCWD, words[0], O_RDONLY, 0);
	char *text = fd < 0 ? NULL : find_config(fd);
	if (text && rt_image_config_read(&image, text) && image.folder)
		fputs(image.folder, stdout);
	if (fd >= 0)
		close(fd);
	return 0;
}
