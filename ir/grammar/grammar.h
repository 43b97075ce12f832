/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Grammars of values. Each takes the text of one scalar; a wrong text gives a problem with the
 * bytes to blame, and the caller, who knows field and span, makes the diagnostic of it. None
 * allocates beyond the arena, none prints.
 */
#ifndef HPCC_IR_GRAMMAR_GRAMMAR_H
#define HPCC_IR_GRAMMAR_GRAMMAR_H

#include "ir/rule_id.gen.h"
#include "ir/plan.h"

/* What is wrong with a text, and the edit that would mend it when that is certain. */
struct problem {
	enum rule_id rule;
	size_t begin, end; /* bytes of the text to blame; begin == end: a place between */
	struct str what;   /* "hours must be below 24 after a day count": completes the message */
	struct str help;   /* what to write instead; empty when unknown */
	struct str fix;    /* replacement of the whole text; empty when not certain */
};

/* The same of a secret: what may quote a part of it, which no search for the whole would find, is
   <redacted>; a fix, and the help beside it, would tell the value. */
struct problem problem_shown(struct arena *a, const struct problem *p, bool is_secret);

/* Seconds; 0 means no limit. */
bool grammar_walltime(struct arena *a, struct str text, uint64_t *seconds, struct problem *p);
bool grammar_duration(struct arena *a, struct str text, uint64_t *seconds, struct problem *p);

/* Bytes, floored, at most UINT64_MAX. *is_known is false for empty text and `unknown`;
 * *has_unit is false for a bare number. */
bool grammar_memory(struct arena *a, struct str text, uint64_t *bytes, bool *is_known,
		    bool *has_unit, struct problem *p);

/* The same as whole MiB, a bare number being megabytes, as Slurm reads and writes it: false for what is no
   certain amount. */
bool grammar_mib(struct arena *a, struct str text, uint64_t *mib);

/* A time limit as Slurm shows it; 0 for "infinite" and "unlimited". */
bool grammar_limit(struct arena *a, struct str text, uint64_t *seconds);

/* A version as major * 100 + minor: 2205 of "22.05", 2205 of "22.05.8", 15 of "0.15". */
bool grammar_release(struct str text, uint32_t *version);

/* A set with more members than this is refused, so that a range of 32 bits takes no memory. */
enum {
	GRAMMAR_MAX_NODES = 1 << 18
};

bool grammar_array(struct arena *a, struct str text, struct problem *p);
bool grammar_nodeset(struct arena *a, struct str text, struct v_nodeset *set, struct problem *p);
bool grammar_job_id(struct arena *a, struct str text, struct problem *p);
bool grammar_mount(struct arena *a, struct str text, struct v_mount *mount, struct problem *p);

struct port_range {
	uint32_t first, last; /* 0: none */
};

/* What a text of `ports` or `expose` says (E12): R097. */
struct port_text {
	struct port_range port, published;
	enum port_protocol protocol;
	bool has_protocol;
	bool is_mapped; /* a published side is written, perhaps an address alone */
};

bool grammar_ports(struct arena *a, struct str text, struct port_text *ports, struct problem *p);
bool grammar_port_range(struct arena *a, struct str text, struct port_range *range,
			struct problem *p);

/* Host and port of a URL, the port empty when it isn't written. False when there is no host to be
   read; `http://:80/` has an empty one. */
bool grammar_url_host(struct str url, struct str *host, struct str *port);

/* The signal's name in capitals, without SIG. */
bool grammar_signal(struct arena *a, struct str text, struct str *name, struct problem *p);

/* The next word of a command line by the quotes of a shell, nothing replaced; takes it from *rest. False at the
   end, where p->what is empty, and for what only a shell can carry out (E11). */
bool grammar_word(struct arena *a, struct str *rest, struct str *word, struct problem *p);

/* A value of an option that Slurm parses itself (E18), by the name of its grammar in the schema's
   rows; true of a name that is none of Slurm's. */
bool grammar_slurm(struct arena *a, const char *name, struct str text, struct problem *p);

/* KIND:NUMBER, from 1 on (E18). */
bool grammar_gpus(struct str text, struct str *type, uint64_t *count);

/* A date or time as --begin takes it (E18). */
bool grammar_moment(struct arena *a, struct str text, struct problem *p);

/* GPUs per node that a gres text asks for; *has_gpu is false without a GPU entry. */
void grammar_gres_gpus(struct str text, bool *has_gpu, uint64_t *count);

/* `.` and `..` folded, doubled slashes dropped. False when a path climbs above `/` (absolute) --
   a relative one keeps its leading `..`. */
bool path_fold(struct arena *a, struct str path, struct str *folded);
bool path_is_below(struct str path, struct str folder); /* at or below; both folded */

struct image_ref {
	enum image_form form;
	struct str reference; /* remote: with its scheme; local: as written */
	struct str registry;  /* remote */
	struct str tag;       /* remote: behind the last ':' of the last part; empty without */
	bool has_digest;
};

/* Language 2.4: R121 to R124 by the container runtime. */
bool grammar_image(struct arena *a, struct str text, enum runtime_backend backend,
		   struct image_ref *image, struct problem *p);

bool name_is_variable(struct str name);
/* Of a variable of a service: with dots as well, which no shell knows, but programs do. */
bool name_is_of_environment(struct str name);
bool name_is_bundle(struct str name); /* `default` included; the caller refuses it */
bool name_is_rendezvous(struct str name);
bool name_is_port(struct str name);
/* Letters, digits, '_', '-' and dots between its parts, and no address. */
bool name_is_host(struct str name);
bool name_is_protocol(struct str name);
bool name_is_module(struct str name);
bool name_is_mpi_type(struct str name);
bool name_is_hf_repo(struct str name);
bool name_is_hf_revision(struct str name);
enum {
	NAME_TOKEN_MOST = 200
};
/* Where a service's name is to stand. */
enum name_use {
	NAME_OF_FUNCTION,    /* letters and digits; the shell may be in its POSIX mode */
	NAME_OF_FILE,        /* also '.', '-' and '_', where they can't be misread */
	NAME_OF_FILE_NO_CASE /* the same, of one that differs from another by its capitals alone */
};
/* The name with all other bytes as _x2d_, so that no two names become one. */
struct str name_service_token(struct arena *a, struct str name, enum name_use use);
struct str name_rendezvous_token(struct arena *a, struct str name);

#endif
