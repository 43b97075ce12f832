/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The run of a job as spans of time: what each service did from when to when, and what the job's end waited for.
 * Text, SVG, HTML, Markdown and JSON are drawn from it. It is made from the job's events, its state and the
 * supervision table of its script alone, so the same job gives the same tale.
 *
 *	struct tale t;
 *	tale_open(&t, arena, &source);
 *	tale_take(&t, event, place);	each event, oldest first
 *	tale_close(&t);
 */
#ifndef HPCC_DRIVER_TALE_TALE_H
#define HPCC_DRIVER_TALE_TALE_H

#include "driver/story/history.h"
#include "ir/support/map.h"

enum tale_kind {
	TALE_SETUP,    /* of the job: its script, before services can start */
	TALE_WAITING,  /* for other services, or for its turn */
	TALE_STARTING, /* asked for, and not all of its tasks have begun */
	TALE_PROBING,  /* it runs, and isn't ready yet */
	TALE_RUNNING,  /* it runs, and nothing says when it is ready */
	TALE_READY,
	TALE_HOOK, /* a prologue, an epilogue, or a hook of its policy */
	TALE_BACKOFF,
	TALE_STOPPING,
	TALE_OVER, /* it has ended; only between two launches */
	TALE_END,  /* of the job: its script, when all services are over */
	TALE_KINDS
};

/* Of a kind: its word, and what it means. */
struct tale_word {
	const char *word, *meaning;
};
extern const struct tale_word tale_words[TALE_KINDS];

/* Times are seconds since the job's begin. */
struct tale_span {
	enum tale_kind kind;
	uint32_t launch; /* 0: before the first one */
	double from, to;
};

/* Something that happened to a service, in the supervisor's words. */
struct tale_mark {
	double at;
	bool is_failure; /* a failed launch, look or job; else something to know, such as a failed hook */
	struct str word, text;
};

enum tale_condition {
	TALE_STARTED,
	TALE_HEALTHY,
	TALE_COMPLETED
};

struct tale_need {
	uint32_t service;
	enum tale_condition condition;
};

/* When a condition on a service began to hold, or its process was gone, with which all but one end. */
struct tale_moment {
	double at;
	bool is_gone;
	enum tale_condition condition;
};

struct tale_service {
	struct str name, family; /* family: what it is a copy of, or empty */
	struct str nodes;
	LIST(struct tale_span) spans; /* without a gap, from the beginning of services on */
	LIST(struct tale_mark) marks;
	LIST(struct tale_moment) moments;
	LIST(struct tale_need) needs; /* what it waits for */
	LIST(uint32_t) dependents;
	struct str state, verdict, remark; /* at the end of the tale */
	int status;                        /* of its last end; -1: none */
	uint32_t launches, restarts;
	double over_at;          /* when it was over, or below 0 */
	double not_needed_at;    /* its dependents were done, or below 0 */
	double cpu_seconds;      /* below 0: not known; so the next */
	double max_memory_bytes; /* of its largest task */
	double read_bytes, written_bytes;
	/* what the table says of it */
	bool has_probe, has_prologue, has_epilogue, has_restart_hooks, has_window_hooks;
	double backoff_s;
	/* while events are taken */
	bool is_probe_over, is_in_window_hooks;
	enum tale_kind open;
	double open_from;
};

/* A link of the critical chain: what one service, or the job itself, did in that time. */
#define TALE_JOB UINT32_MAX
struct tale_link {
	uint32_t service; /* or TALE_JOB */
	double from, to;
	LIST(struct tale_span) spans; /* without a gap */
	struct str because;           /* why it could begin only then; empty of the first */
};

struct tale_source {
	const json_t *record, *state; /* the state may be NULL */
	struct str script;            /* of the run; a null string: not known */
	struct str id, word;          /* of the job, and what has become of it */
	bool is_over;
	double now; /* seconds since 1970; counts while the job isn't over */
};

struct tale {
	struct arena *arena;
	const struct tale_source *source;
	struct str name, nodes;
	uint64_t attempt;
	int exit_status;   /* below 0: none yet */
	double begin_wall; /* seconds since 1970 of time 0; 0: nothing has begun */
	double services_at, end;
	double teardown_at; /* services began to be stopped, or below 0 */
	double closed_at;   /* the supervisor's last word, or below 0 */
	bool has_events;
	bool has_table;   /* the script says what waits for what */
	bool is_cut_off;  /* it is over, and its supervisor couldn't say how */
	struct str ended; /* what ended the job, in a sentence; empty: it just ended */
	LIST(struct tale_service) services;
	struct tale_service
		job; /* set-up, services, teardown, and what the script does at its end */
	LIST(struct tale_link) chain; /* oldest first */
	/* while events are taken */
	struct map by_name;
	double mono_zero, last;
	uint32_t decider; /* the service that failed last before the teardown, or TALE_JOB */
	struct str decision, broken;
	bool is_asked_to_end;
};

void tale_open(struct tale *t, struct arena *a, const struct tale_source *source);
/* A history_taker, whose context is the tale. */
void tale_take(void *tale, const json_t *event, struct citation place);
void tale_close(struct tale *t);

/* What the supervision table says: needs and dependents, probes, hooks. (table.c) */
bool tale_read_table(struct tale *t, struct str script);

/* What bounded the job, from its end backward; docs/timeline-and-report.md defines it. (chain.c) */
void tale_find_chain(struct tale *t);

/* All of it, of one job or element. False with *why when there is nothing to tell. (read.c) */
struct job_view;
bool tale_read(struct invocation *inv, const struct job_view *view, struct tale *t,
	       struct str *why);

/* The number of a service, or TALE_JOB, which is MAP_NONE. */
static inline uint32_t tale_find(const struct tale *t, struct str name)
{
	return map_get(&t->by_name, name);
}

/* "completed", "app-exit 3, 2 restarts", "not started", "waits for store (healthy)": the end of its line. */
struct str tale_outcome(struct arena *a, const struct tale *t, const struct tale_service *s);

#endif
