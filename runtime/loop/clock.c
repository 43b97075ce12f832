/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The clock of the job: the monotonic clock less the time that the job stood still. `scontrol
 * suspend` and gang scheduling stop all its processes, this one included; a service that was
 * stopped can't become ready meanwhile, so no time-out, backoff, grace or window may run on.
 *
 * Slurm stops a job by TSTP and, a moment later, STOP, or (proctrack/cgroup) by the freezer, of
 * which no process hears anything. What shows it is that this process wakes up later than it
 * wanted, or that CONT has come. When it had stopped nobody tells; that is taken to be the moment
 * at which this process last ran. It wakes up only for events, so while a clock runs it also wakes
 * up now and then: every second, or every 64th of what the clock has left, if that is more. By so
 * much, at most, a clock may be wrong after each stop. While no clock runs, nothing ticks.
 *
 * On a busy machine a process that may run waits for a core, too, and the services run on
 * meanwhile. The kernel tells how long it waited (/proc/PID/schedstat); that is no stop.
 */
#include "runtime/loop/sup.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include "runtime/files.h"

/* Work between two looks at the clock takes less; more than that, and the process was stopped in
 * it. */
#define LONG_WORK (RT_SECOND / 5)
/* So much later than wanted a process to which the machine gave a core does not wake up. */
#define LATE (RT_SECOND / 2)
/* Shorter ones are not worth a line. */
#define TOLD (2 * RT_SECOND)
/* After TSTP the real stop is near. */
#define NEAR_FOR  (60 * RT_SECOND)
#define NEAR_BEAT (RT_SECOND / 20)
#define BEAT_PART 64

void rt_clock_open(struct rt_sup *sup)
{
	sup->schedstat = open("/proc/self/schedstat", O_RDONLY | O_CLOEXEC);
}

/* So long this process has waited for a core since it began; 0 where the kernel does not count it.
 */
static int64_t read_queued(const struct rt_sup *sup)
{
	char text[80]; /* "RAN WAITED SLICES\n" in nanoseconds */
	ssize_t n = sup->schedstat < 0 ? -1 : pread(sup->schedstat, text, sizeof(text) - 1, 0);

	if (n <= 0)
		return 0;
	text[n] = '\0';
	char *end;
	strtoull(text, &end, 10);
	return (int64_t)strtoull(end, NULL, 10);
}

/* True if CONT had come; it has not any more. */
static bool take_continue(void)
{
	static const struct timespec at_once;
	sigset_t set;

	sigemptyset(&set);
	sigaddset(&set, SIGCONT);
	return sigtimedwait(&set, NULL, &at_once) == SIGCONT;
}

bool rt_clock_child_stopped(void)
{
	bool any = false;
	siginfo_t info;

	do {
		info.si_pid = 0;
		if (waitid(P_ALL, 0, &info, WSTOPPED | WCONTINUED | WNOHANG))
			break;
		any = any || info.si_pid;
	} while (info.si_pid);
	return any;
}

/*
 * CONT has come: since when has it stood still? It also comes to who runs, beside a TERM for one.
 * `queued`: so long it has waited for a core since the last look.
 */
static int64_t stopped_since(struct rt_sup *sup, bool interrupted, int64_t queued)
{
	bool children = rt_clock_child_stopped() || sup->children_stopped;

	sup->children_stopped = false;
	sup->stop_near_until = 0;
	if (sup->waited_at - sup->seen - queued > LONG_WORK)
		return sup->seen;
	return interrupted || children ? sup->waited_at : RT_NEVER;
}

void rt_clock_look(struct rt_sup *sup, bool interrupted)
{
	int64_t real = rt_now(), since = RT_NEVER, wanted = sup->timer_set;
	bool continued = take_continue() || sup->continued;
	int64_t queued_before = sup->queued;

	sup->continued = false;
	sup->queued = read_queued(sup);
	int64_t queued = sup->queued - queued_before;
	if (continued) {
		since = stopped_since(sup, interrupted, queued);
		real = rt_now(); /* the stop was over before CONT was seen */
	}
	if (wanted < sup->waited_at)
		wanted = sup->waited_at;
	if (since == RT_NEVER && real > wanted && real - wanted - queued > LATE)
		since = sup->waited_at;
	if (since != RT_NEVER) {
		sup->stood_still += real - since;
		if (real - since >= TOLD)
			rt_say("the job stood still for %llds; its clocks did, too",
			       (long long)((real - since) / RT_SECOND));
	}
	sup->seen = real;
	sup->now = real - sup->stood_still;
	sup->wall = rt_wall();
}

/* Slurm warns of a stop. What TSTP does by itself it still does. */
void rt_clock_stop_is_near(struct rt_sup *sup)
{
	sup->stop_near_until = sup->now + NEAR_FOR;
	sigset_t set;
	sigemptyset(&set);
	sigaddset(&set, SIGTSTP);
	kill(getpid(), SIGTSTP);
	sigprocmask(SIG_UNBLOCK, &set, NULL);
	sigprocmask(SIG_BLOCK, &set, NULL);
}

int64_t rt_clock_beat(struct rt_sup *sup)
{
	int64_t end = rt_core_deadline(&sup->core);
	int64_t silent = rt_core_silent_deadline(&sup->core, sup->now);

	if (sup->stop_near_until > sup->now)
		return sup->now + NEAR_BEAT;
	end = silent < end ? silent : end;
	if (end == RT_NEVER || end <= sup->now)
		return RT_NEVER;
	int64_t pause = (end - sup->now) / BEAT_PART;
	return sup->now + (pause > RT_SECOND ? pause : RT_SECOND);
}
