/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A stand-in for Pyxis, for hpcc's own tests. It is a SPANK plugin that takes Pyxis's documented
 * options and behaves as Pyxis 0.24 with Enroot 4.1 was seen to, as far as jobs written by hpcc can
 * tell: what is refused, which environment wins, what is mounted, what is read-only. It starts
 * squashfs files and folders only, works as root where Enroot uses a user namespace, and is never
 * installed.
 */
#ifndef HPCC_TESTS_PYXIS_STANDIN_H
#define HPCC_TESTS_PYXIS_STANDIN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <sys/types.h>

enum choice {
	CHOICE_UNSET = -1,
	CHOICE_NO = 0,
	CHOICE_YES = 1
};

struct mount_entry {
	char *source; /* a path, "tmpfs" or "umount" */
	char *target;
	char *flags;   /* comma-separated */
	int source_fd; /* while the container is built; -1 otherwise */
};

/* How a site has set up Pyxis and Enroot: words of the plugin's line in plugstack.conf, and of the
   file /etc/standin in an image, for containers of that image alone. */
struct site {
	bool uses_squashfuse; /* "squashfuse": a process holds the image's file system */
	bool has_login_shell; /* unless "no-login-shell" */
	unsigned version;     /* "version=24": the minor number of Pyxis's version */
};

struct options {
	char *image;
	char *name;
	char *name_flag; /* auto, create or no_exec */
	char *workdir;
	char *env_names; /* the host's value of these wins: NAME[,NAME...] */
	struct mount_entry *mounts;
	size_t mount_count;
	enum choice mount_home, remap_root, entrypoint, writable;
};

/* What the parts that run in the node's slurmstepd know of the step. */
struct step {
	const struct options *options;
	const char *cache; /* folder for file systems of containers, owned by root */
	const char *node;
	uid_t uid;
	gid_t gid;
	uint32_t job_id, step_id;
	char **host_env; /* what the step would see without a container */
	struct site site;
	const char *home, *user; /* as the node's user database has them */
};

/* options.c: one set per process, filled in by Slurm's option callbacks. */
struct options *options_get(void);
struct spank_option *options_table(void);
/* An image or a name was given; anything else means nothing without one of them. */
bool options_want_container(void);
/* Says which options are ignored for lack of an image. */
void options_warn_ignored(void);

/* The value of a variable that the step would see without a container, or NULL. */
const char *host_value(const struct step *step, const char *name);
/* The name is one of a list NAME[,NAME...]. */
bool is_listed(const char *list, const char *name, size_t length);
void read_site_word(struct site *site, const char *word);

/* mounts.c */
/* Turns the mounts that were asked for into those that the shell makes of them. */
bool mounts_evaluate(const struct step *step, struct options *options, FILE *log);

/* rootfs.c */
/* Makes the container's file system as the user. NULL, and lines on log, on failure. */
char *rootfs_create(const struct step *step, FILE *log);
/* Removes an unnamed container's file system. */
void rootfs_remove(const struct step *step);
/* Where it is; to be freed. */
char *rootfs_path(const struct step *step);
/* Reads the words of the image's /etc/standin. */
void rootfs_read_site(const char *rootfs, struct site *site);

/* enter.c */
/* Moves the calling process into a mount namespace whose root is the container. */
bool container_enter(const struct step *step, const char *rootfs, FILE *log);

/* holder.c */
/* Leaves a stopped child to the caller, whose end takes the file system away; its id, or -1. */
pid_t holder_start(const struct step *step);

/* environment.c */
/*
 * Called inside the container, as root. Starts the image's shell as the user, and writes where that
 * stands and the variables that it has, each string ended by a NUL.
 */
bool environment_write(const struct step *step, int fd, FILE *log);

/* In a child: becomes the step's user, with its output in log. */
bool become_user(const struct step *step, FILE *log);
/* Runs a program as the step's user, output to log; true when it ended with status 0. */
bool run_as_user(const struct step *step, const char *const argv[], FILE *log);

#endif
