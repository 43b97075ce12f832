/* SPDX-License-Identifier: Apache-2.0 */
/*
 * `hpcc-rt supervise`: the world round the pure core. One thread, one epoll loop;
 * what happens becomes an event for the core, what the core answers is carried
 * out. Files: supervise.c (set-up and loop), clock.c (time), perform.c (actions), children.c
 * (processes), peers*.c (the wire), probe*.c (readiness), report.c (what people read), state.c
 * (state.json), facts.c (allocation and environment).
 */
#ifndef HPCC_RUNTIME_LOOP_SUP_H
#define HPCC_RUNTIME_LOOP_SUP_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "runtime/core/core.h"
#include "runtime/probe/answer.h"
#include "runtime/probe/lines.h"
#include "runtime/probe/pattern.h"
#include "runtime/step/marks.h"
#include "runtime/step/measure.h"
#include "runtime/wire/look.h"
#include "runtime/out.h"

struct rt_sup;

/* Something epoll waits for. */
struct rt_source {
	void (*ready)(struct rt_sup *sup, struct rt_source *source, uint32_t events);
	uint32_t service;
};

/* Where a probe is between two looks at its target. */
enum rt_attempt {
	RT_AT_IDLE,    /* no probe is wanted */
	RT_AT_PAUSE,   /* until `next` */
	RT_AT_RESOLVE, /* a child looks the host name up */
	RT_AT_CONNECT,
	RT_AT_ANSWER, /* http: asked, no answer yet */
	RT_AT_CURL,   /* https: curl runs */
	RT_AT_SHIM,   /* the service's shim looks, or is awaited until `next` */
	RT_AT_LOG,    /* log: waiting for output */
	RT_AT_LINES,  /* log: waiting for each task to tell of its own */
};

enum {
	RT_ADDRESSES = 4,
	RT_SEEN_ROOM = 120
};

struct rt_probe {
	struct rt_source source; /* first: the socket */
	enum rt_look_use use;
	const struct rt_ready *target;
	enum rt_attempt at;
	uint32_t run;
	int fd;
	int64_t next, attempt_until, deadline;
	int64_t attempt_at;             /* of the last connection, or when the probe began */
	int64_t begun_at, listening_at; /* of this probe; since when somebody listens, or 0 */
	unsigned long looks;  /* that shims were asked for: the number of the present one */
	uint32_t passed;      /* tasks whose look has */
	uint32_t *misses;     /* live, of every task: failed looks in a row */
	bool is_unseen;       /* live: told that nobody can look */
	uint8_t *has_passed;  /* which, a bit each; NULL: the first one alone counts */
	int64_t awaited_from; /* since when a shim is, that will look */
	pid_t helper;
	bool polled;   /* log: inotify cannot be trusted on its file system */
	bool by_lines; /* log: the shim of each task looks at what its command puts out */
	unsigned address, address_count;
	struct rt_address {
		_Alignas(8) unsigned char bytes[32]; /* read as a struct sockaddr */
		unsigned char len;
	} addresses[RT_ADDRESSES];
	bool is_elsewhere; /* one of them is no address of this node */
	char *request;     /* http */
	const char *host, *port;
	struct rt_pattern pattern; /* log */
	char seen[RT_SEEN_ROOM];   /* what the last look saw, in words; empty before it */
	bool matched;              /* log: a line of this launch has matched */
	int64_t from; /* log: its size when the launch began; lines from there on count */
	int64_t offset;
	bool behind;             /* log: there is more of it than the last look has read */
	bool streams;            /* log: it grows without a pause, and the clock is enough */
	int64_t grew_at;         /* log: when a look last found more of it */
	uint64_t inode;          /* log: the file that `offset` is of */
	struct rt_lines lines;   /* log */
	struct rt_answer answer; /* http */
};

/* What belongs to one service in the world. */
struct rt_proc {
	pid_t pid, hook, publish;
	enum rt_hook hook_kind;
	uint32_t hook_run;
	pid_t last_pid;
	bool log_begun, log_refused;
	bool unmarkable;  /* no start mark can come: where it would lie nothing can be written */
	int64_t log_from; /* where in its log the present launch begins */
	bool sweeping;    /* what it left behind is being ended */
	pid_t session;
	char prefix[300]; /* of its marks: token.launch */
	char step[RT_MARK_STEP_ROOM];
	int late_status; /* of a process that ended without any mark, while marks may still come */
	int64_t late_until;
	int scancel_status; /* of the last scancel that failed during the stop */
	bool is_launching;  /* under Slurm: launched, and no task has begun */
	bool is_refused;    /* its step is about to be tried again */
	unsigned refusals;  /* so often the present launch was */
	int kill_stage;
	int64_t poll_pause; /* looking for start marks where inotify is blind */
	int64_t started_wall, launched_wall, ready_wall, ended_wall; /* first launch, last launch */
	struct rt_probe probe;
	struct rt_probe *live;             /* looks from ready on; NULL: none */
	struct rt_usage used, used_in_all; /* by the last launch that ended, by all of them */
	bool is_used_known;                /* of that launch some task has told */
	bool is_measured;                  /* from here, since no shim could be asked */
	struct rt_measure measure;
	const char *log_path;
	const char *function, *publish_function; /* texts */
	const char *job_id;                      /* of the allocation that it runs in */
	bool is_part_gone;                       /* which has ended before the job */
	int asked_status;                        /* of its process, while that is asked */
	const char *nodes;                       /* its node names, blank-separated */
	uint32_t node_count;
	const char *first_node;
	const char *nproc;
	const char *master_port;
	/* The wire (peers.h). */
	uint32_t peers;          /* the first of its shims, or RT_NO_PEER */
	struct rt_mark_sum told; /* what they, or marks, have said of the present launch */
	uint8_t *told_tasks;     /* of which tasks (rt_told_first) */
	bool is_unwired;         /* its shim was awaited in vain, and hasn't come since */
	int order_number;        /* the signal that they were told of last */
};

/* What a service may be due for (rt_due_at). */
enum rt_due {
	RT_DUE_PROBE,
	RT_DUE_KILL, /* the next stage of its kill under Slurm */
	RT_DUE_MARKS,
	RT_DUE_ORDER, /* one that went over the wire isn't answered: another way */
	RT_DUE_LATE,  /* marks that come after its end */
	RT_DUE_AGAIN, /* a step that Slurm could not create */
	RT_DUE_KINDS
};

enum rt_child_kind {
	RT_CHILD_SERVICE,
	RT_CHILD_HOOK,
	RT_CHILD_PUBLISH,
	RT_CHILD_PROBE,
	RT_CHILD_TOOL,
	RT_CHILD_STATE,
	RT_CHILD_LIMIT,
	RT_CHILD_PART, /* asks whether the service's component has ended */
};

struct rt_child {
	pid_t pid; /* 0: a free entry of the table, which is hashed by pid */
	enum rt_child_kind kind;
	uint32_t service, run;
	int64_t until; /* killed then; RT_NEVER */
};

struct rt_exit {
	struct rt_event event;
	int64_t at; /* for the order of exits that are noticed together */
	uint32_t order;
};

enum {
	RT_ORDERS_KNOWN = 16
};

struct rt_sup {
	struct rt_pool pool;
	struct rt_table table;
	struct rt_core core;
	struct rt_proc *proc;
	const char *dir; /* job dir, absolute */
	const char *prelude;
	const char *job_id, *job_name;
	uint32_t attempt;
	const char *nodes; /* of the job, blank-separated */
	int epoll, timer, signals, inotify;
	struct rt_source signal_source, timer_source, inotify_source;
	int64_t now; /* the job's clock (clock.c), in which all times here are kept */
	int64_t wall, timer_set;
	int64_t stood_still; /* so much the monotonic clock is ahead of it */
	int64_t seen,
		waited_at; /* monotonic: the last look at it, the end of the work after that */
	int schedstat;
	int64_t queued; /* so long it had waited for a core when the clock was looked at */
	int64_t stop_near_until;
	bool continued, children_stopped;
	bool signals_ready, stepping, ended;
	int folder;          /* the job's (dir) */
	int events;          /* events.jsonl, -1: not written */
	int64_t events_size; /* so long is it, or has it become since it last couldn't be changed */
	bool warned_state, warned_events, warned_watch;
	int listening;        /* to ask the kernel who listens (listening.h) */
	uint32_t probing;     /* probes under way */
	int descriptor_limit; /* probes leave those from here on to others */
	bool state_dirty;
	pid_t state_writer; /* the child that writes the state file, or 0 */
	int64_t state_next, state_begun;
	int marks_watch;      /* -1: none */
	int *watch;           /* of each service's log, or -1 */
	uint32_t *token_hash; /* of each service, to find whose a mark is */
	bool on_network; /* the job folder: other nodes write there, and inotify does not see it */
	bool marks_polled;
	struct rt_dues dues; /* RT_DUE_KINDS for each service */
	struct rt_child *child;
	uint32_t child_room, child_count, child_slots;
	int64_t child_first;  /* none has to be killed before that */
	uint32_t launching;   /* services that are */
	uint32_t refused;     /* those of them whose step is about to be tried again */
	uint32_t launch_room; /* so many may be */
	uint32_t *waiting;    /* those whose turn to be launched will come, a ring */
	uint32_t waiting_first, waiting_count;
	uint32_t sweeping; /* services some of whose leavings are being ended */
	struct rt_exit *exits;
	uint32_t exit_count;
	int64_t held_until; /* exits wait for a signal that may explain them; RT_NEVER */
	struct rt_event *queue;
	uint32_t queue_head, queue_len, queue_room;
	const char *begun_at; /* the job, as `begin` wrote it; NULL: that isn't known */
	int64_t started_wall, ended_wall;
	int64_t measured_wall; /* what the services use is known since; 0 */
	enum rt_reply answer;  /* to the last order by hand */
	uint32_t orders_known[RT_ORDERS_KNOWN], orders_taken;
	const char *status_word;
	pid_t limit_asked; /* the child that asks whether the time is up, 0: nobody asked */
	bool limit_answered, is_timeout;
	int status;
	struct rt_peers *peers;   /* NULL: there is no wire */
	struct rt_times *times;   /* of the lines of logs (times.h); NULL: none are kept */
	bool slurm_signals_all;   /* not the shims alone: no order goes over the wire */
	struct rt_claims *claims; /* what became of the asserts, per service */
};

/* supervise.c */
void rt_sup_event(struct rt_sup *sup, const struct rt_event *event);
/* RT_NEVER: not any more. */
void rt_due_at(struct rt_sup *sup, uint32_t service, enum rt_due kind, int64_t when);
/* The supervision table, from standard input; what is wrong with it is said. */
bool rt_read_table(struct rt_sup *sup);
/* The stream: the prelude, then one function each, every record ended by a NUL. Needs the table. */
bool rt_read_functions(struct rt_sup *sup, const char *path);
bool rt_sup_watch(struct rt_sup *sup, int fd, uint32_t events, struct rt_source *source);

/* Takes in the events that actions have been answered with. */
void rt_sup_answers(struct rt_sup *sup);

/* pacing.c */
void rt_pacing_setup(struct rt_sup *sup);
/* Puts a launch off when enough are under way. */
bool rt_launch_has_to_wait(struct rt_sup *sup, uint32_t service);
/* Something has happened to a service: if it has begun, or ended, its launch is over. */
void rt_launch_settled(struct rt_sup *sup, uint32_t service);
/* Launches those whose turn has come. */
void rt_launches_go_on(struct rt_sup *sup);
/* A launcher has ended: true if that was a refusal of the moment, and its step will be tried again. */
bool rt_step_is_tried_again(struct rt_sup *sup, uint32_t service, int wait_status);
void rt_try_step_again(struct rt_sup *sup, uint32_t service);

/* clock.c */
void rt_clock_open(struct rt_sup *sup);
/* Sets the time; `interrupted`: waiting has ended without an event. */
void rt_clock_look(struct rt_sup *sup, bool interrupted);
/* TSTP has come. */
void rt_clock_stop_is_near(struct rt_sup *sup);
/* Takes note of children that were stopped or went on; true if there was one. */
bool rt_clock_child_stopped(void);
/* When to look at the clock again although nothing is due. */
int64_t rt_clock_beat(struct rt_sup *sup);

/* perform.c */
void rt_perform(struct rt_sup *sup, const struct rt_action *action);
/* Tells that a signal may not have reached a service. */
void rt_say_scancel(const struct rt_sup *sup, uint32_t service, int status);
/* The next stage of a kill under Slurm: the step was killed, the launcher has not ended. */
void rt_kill_launcher(struct rt_sup *sup, uint32_t service);
/* Starts the process of a service for its present launch; false with errno. */
bool rt_start_process(struct rt_sup *sup, uint32_t service);
void rt_signal_otherwise(struct rt_sup *sup, uint32_t service);
int rt_open_log(struct rt_sup *sup, uint32_t service);
/* Tells the core which tasks have begun. */
void rt_look_for_marks(struct rt_sup *sup, uint32_t service);
/* Has the kernel tell of marks from here on. Only where steps tell nothing by the wire, since it lets nobody end
   for some 15 ms who has watched a folder a moment ago. */
void rt_marks_watch(struct rt_sup *sup);
/* The same without looking: goes by what has been told so far. */
void rt_act_on_marks(struct rt_sup *sup, uint32_t service);

/* children.c */
void rt_child_add(struct rt_sup *sup, pid_t pid, enum rt_child_kind kind, uint32_t service,
		  uint32_t run, int64_t until);
void rt_children_reap(struct rt_sup *sup);
int64_t rt_children_next(const struct rt_sup *sup);
void rt_children_due(struct rt_sup *sup);
/* The core is to hear of the end of a service's process. */
void rt_tell_exit(struct rt_sup *sup, uint32_t service, uint32_t run, int wait_status);
/* A service ended some time ago, and marks that say how may have come. */
void rt_look_for_late_marks(struct rt_sup *sup, uint32_t service);
/* Could a mark be written? On a full disk a missing one means nothing. */
bool rt_marks_can_be_written(const struct rt_sup *sup);
/* Ends all that is left of the job on this node. */
void rt_children_end(struct rt_sup *sup);
/* A process that was started as `pid` and has not been reaped: its number is no other's. */
void rt_signal_group(pid_t pid, int number);

/* verdict.c */
/* Slurm says that it could not create the step at the moment; none of its tasks has begun. */
bool rt_step_was_refused(struct rt_sup *sup, uint32_t service);
/* Status, signal and verdict of a service that has ended. */
void rt_judge_exit(struct rt_sup *sup, struct rt_exit *x, int wait_status);

/* probe.c */
void rt_probe_setup(struct rt_sup *sup);
/* A launch whose log is open as `log` is about to begin: what is there already is not its. */
void rt_probe_launch(struct rt_sup *sup, uint32_t service, int log);
void rt_probe_begin(struct rt_sup *sup, uint32_t service, uint32_t run);
void rt_probe_end(struct rt_sup *sup, uint32_t service);
void rt_probe_due(struct rt_sup *sup, uint32_t service);
/* The one that is under way: that of liveness begins when the other one has ended. */
struct rt_probe *rt_probe_of(const struct rt_sup *sup, uint32_t service);
/* Sets when the probe is due, after whatever has happened to it. */
void rt_probe_plan(struct rt_sup *sup, const struct rt_probe *probe);
void rt_probe_passed(struct rt_sup *sup, struct rt_probe *probe);
/* What a look saw, for people. */
void rt_probe_saw(struct rt_sup *sup, struct rt_probe *probe, const char *format, ...)
	__attribute__((format(printf, 3, 4)));
/* The same, of a failed call: "connection refused". */
void rt_probe_saw_error(struct rt_sup *sup, struct rt_probe *probe, int error);
/* The table of descriptors is nearly full: others need the rest more than a probe does. */
bool rt_is_scarce(const struct rt_sup *sup, int fd);
/* How long to wait till the next look: one `share`th of the time since then, at least `least`. */
int64_t rt_probe_pause(const struct rt_sup *sup, int64_t since, int64_t share, int64_t least);
/* This look at the target did not succeed; the next one comes after a pause. */
void rt_probe_missed(struct rt_sup *sup, struct rt_probe *probe);
/* None was taken, and that is no fault of the service. */
void rt_probe_put_off(struct rt_sup *sup, struct rt_probe *probe);
void rt_probe_helper_ended(struct rt_sup *sup, uint32_t service, pid_t pid, int status);
/* Lets the probe see what was written before the service ended. */
void rt_probe_last_look(struct rt_sup *sup, uint32_t service);

/* probe_live.c */
void rt_live_setup(struct rt_sup *sup, uint32_t service);
void rt_live_begin(struct rt_sup *sup, uint32_t service, uint32_t run);
void rt_live_end(struct rt_sup *sup, uint32_t service);
/* A look has passed or not: the next one comes after the interval. */
void rt_live_looked(struct rt_sup *sup, struct rt_probe *probe, bool passed);
/* What the shim of a task has seen. */
void rt_live_told(struct rt_sup *sup, struct rt_probe *probe, uint32_t task,
		  const struct rt_looked *looked);
/* Only its shim could look, and isn't there. */
void rt_live_unseen(struct rt_sup *sup, struct rt_probe *probe);

/* probe_net.c */
void rt_net_setup(struct rt_sup *sup, struct rt_probe *probe);
void rt_net_attempt(struct rt_sup *sup, struct rt_probe *probe);
/* Whether its addresses mean the service's own node, whichever that is. */
bool rt_net_is_own_node(const struct rt_probe *probe);
/* Nobody listens at any of its addresses, which are all of this node. */
bool rt_net_is_quiet(const struct rt_sup *sup, const struct rt_probe *probe);
/* Before a launch: does somebody already answer at the service's own port? Then says so. */
void rt_net_look_for_listener(struct rt_sup *sup, uint32_t service);
void rt_net_helper_ended(struct rt_sup *sup, struct rt_probe *probe, int status);

/* probe_shim.c */
/* Whether the service lives where this supervisor does, as far as the first of its nodes goes. */
bool rt_net_is_here(const struct rt_sup *sup, uint32_t service);
/* Has the service's shim look, or waits for it to connect; false if the supervisor has to. */
bool rt_shim_takes(struct rt_sup *sup, struct rt_probe *probe);
void rt_shim_setup(struct rt_sup *sup, struct rt_probe *probe);
/* Another probe: what was looked for is over. */
void rt_shim_begin(struct rt_sup *sup, struct rt_probe *probe);
/* A task has connected, or is lost, or tells what it has seen. */
void rt_shim_came(struct rt_sup *sup, uint32_t service, uint32_t task);
void rt_shim_lost(struct rt_sup *sup, uint32_t service, uint32_t task);
void rt_shim_looked(struct rt_sup *sup, uint32_t service, uint32_t task, const char *text);
/* The look isn't wanted any more. */
void rt_shim_end(struct rt_sup *sup, const struct rt_probe *probe);

/* probe_lines.c */
void rt_lines_begin(struct rt_sup *sup, struct rt_probe *probe);
void rt_lines_look(struct rt_sup *sup, struct rt_probe *probe);
/* Some task may have told that it is ready. */
void rt_lines_told(struct rt_sup *sup, uint32_t service);

/* probe_log.c */
void rt_log_setup(struct rt_sup *sup, uint32_t service);
void rt_log_begin(struct rt_sup *sup, struct rt_probe *probe);
void rt_log_look(struct rt_sup *sup, struct rt_probe *probe);
void rt_log_end(struct rt_sup *sup, struct rt_probe *probe);
void rt_inotify_ready(struct rt_sup *sup, struct rt_source *source, uint32_t events);
/* True where other nodes may write without inotify noticing. */
bool rt_is_network_file_system(const char *path);

/* report.c */
void rt_report(struct rt_sup *sup, const struct rt_action *note);
void rt_report_job(struct rt_sup *sup, const char *event);

/* state.c */
void rt_state_changed(struct rt_sup *sup);
/* What the last look of its probe saw; NULL: there was none, or it passed. */
const char *rt_state_last_look(const struct rt_sup *sup, uint32_t service);
int64_t rt_state_next(const struct rt_sup *sup);
void rt_state_due(struct rt_sup *sup);
void rt_state_child_ended(struct rt_sup *sup, int status);
void rt_state_final(struct rt_sup *sup);

/* "usage": {"cpu_seconds": 1.5, …} */
void rt_state_usage(struct rt_out *out, const struct rt_usage *usage);

/* measure.c */
/* Somebody wants to know what the services use at this moment. */
void rt_measure_all(struct rt_sup *sup);
/* Those who were asked have answered, are gone, or are waited for no longer. */
void rt_measured_all(struct rt_sup *sup);
/* What a service used when it was last asked for; false if that isn't known. */
bool rt_measure_of(const struct rt_sup *sup, uint32_t service, struct rt_measure *measure);

/* orders.c */
/* Makes the folder of orders, by which is seen that they are heard. */
void rt_orders_open(struct rt_sup *sup);
/* Does what waits there. */
void rt_orders_look(struct rt_sup *sup);

/* limit.c */
/* The job was told to end: asks Slurm whether that is for its time. */
void rt_limit_ask(struct rt_sup *sup);
void rt_limit_answered(struct rt_sup *sup, int status);
/* Waits for the answer, for some seconds at most. */
void rt_limit_wait(struct rt_sup *sup);
/* Asks whether the service's component has ended: the process that does, or 0 where it can't have. */
pid_t rt_part_ask(struct rt_sup *sup, uint32_t service);
void rt_part_answered(struct rt_sup *sup, uint32_t service, int status);

/* facts.c */
bool rt_facts_read(struct rt_sup *sup);
/* Sets the variables of one launch in the child. */
struct rt_launch_facts {
	const struct rt_sup *sup;
	uint32_t service;
	const struct rt_action *hook; /* NULL: the service itself */
};
struct rt_variables;
void rt_facts_variables(struct rt_variables *v, const void *launch_facts);

/* claims.c */
struct rt_claims {
	bool failed;
	const char *status; /* none, pending, passed, failed, skipped */
	const char *failure[3];
	uint32_t failures;
};
/* Looks at the asserts when the job has ended; true if none failed. */
bool rt_claims_check(struct rt_sup *sup);

#endif
