# SPDX-License-Identifier: Apache-2.0
"""Runs of jobs that never were: services with lengths for each thing that they do are played forward in time, and the
files of a job are written as if a supervisor had seen them. Used by the tests of timeline and report.

    run = Run([Service("store", probe=1.0, life=9.0, lifetime=True),
               Service("worker", needs=[("store", "healthy")], lives=[(2.0, 0)])])
    run.play()
    run.write("/tmp/here", "4711")
"""
import datetime
import heapq
import json
import os

ZERO = datetime.datetime(2026, 1, 31, 12, 0, 0, tzinfo=datetime.timezone.utc)


def wall(seconds):
    at = ZERO + datetime.timedelta(seconds=round(seconds, 3))
    return at.strftime("%Y-%m-%dT%H:%M:%S.") + f"{at.microsecond // 1000:03d}Z"


class Service:
    """lives: (seconds, status) of each launch, from ready on; status None: it goes on until it is stopped."""

    def __init__(self, name, needs=(), prologue=None, start=0.01, probe=None, lives=((1.0, 0),), backoff=0.5, epilogue=None,
                 stop=0.1, lifetime=False, ignores=False, copy_of=None, window=None):
        self.name, self.needs, self.prologue, self.start, self.probe = name, list(needs), prologue, start, probe
        self.lives, self.backoff, self.epilogue, self.stop = list(lives), backoff, epilogue, stop
        self.lifetime, self.ignores, self.copy_of = lifetime, ignores, copy_of
        self.window = window  # seconds of its on-window-exhausted hooks
        self.starts = [start] * len(self.lives)
        self.probes = [probe] * len(self.lives)
        self.backoffs = [backoff] * len(self.lives)

    def lengths(self):
        """Everything of it that takes time: (kind, launch, place to change it)."""
        if self.prologue is not None:
            yield "prologue", 1, (self, "prologue", None)
        for k in range(len(self.lives)):
            yield "starting", k + 1, (self, "starts", k)
            if self.probe is not None:
                yield "getting ready", k + 1, (self, "probes", k)
            if self.lives[k][1] is not None:
                yield "ready" if self.probe is not None else "running", k + 1, (self, "lives", k)
            if k + 1 < len(self.lives):
                yield "backoff", k + 1, (self, "backoffs", k)
        if self.epilogue is not None:
            yield "epilogue", len(self.lives), (self, "epilogue", None)
        if self.window is not None:
            yield "window", len(self.lives), (self, "window", None)
        yield "stopping", 0, (self, "stop", None)


class Run:
    def __init__(self, services, setup=0.0, closing=0.0, job="4711", name="t"):
        self.services, self.setup, self.closing, self.job, self.name = services, setup, closing, job, name
        self.by_name = {s.name: s for s in services}

    def play(self, until=None):
        """Plays the run, or its first seconds; its events are self.events, its length self.end."""
        self.events, self.queue, self.order, self.fails, self.end = [], [], 0, None, None
        for s in self.services:
            s.state, s.launch, s.status, s.verdict, s.restarts = "waiting", 0, None, None, 0
            s.asked, s.in_hook, s.launched, s.was_ready, s.generation = False, False, False, False, 0
        self.now = self.setup
        self.say(None, "begin", state="RUNNING", status=0)
        self.settle()
        while self.queue and self.end is None:
            at, _, what, service, generation = heapq.heappop(self.queue)
            if until is not None and at > until:
                break
            if service.generation == generation:
                self.now = at
                what(service)
                self.settle()
        return self

    # What happens.

    def say(self, service, event, **more):
        line = {"t_wall": wall(self.now), "t_mono": round(1000 + self.now, 6),
                "service": service.name if service else None, "event": event}
        if service:
            line.update(state=service.state, verdict=service.verdict, status=service.status, launch=service.launch,
                        restart_count=service.restarts, restart_failures_in_window=service.restarts, text=event)
        line.update(more)
        self.events.append(line)

    def later(self, seconds, what, service):
        self.order += 1
        heapq.heappush(self.queue, (self.now + seconds, self.order, what, service, service.generation))

    def turn(self, service, state, event, **more):
        service.state = state
        self.say(service, event, **more)

    def holds(self, need):
        other, condition = self.by_name[need[0]], need[1]
        is_over = other.state == "exited" and not other.in_hook
        if is_over and other.status == 0:
            return True
        if condition == "started":
            return other.state in ("starting", "running", "ready") and other.launched
        return condition == "healthy" and other.state == "ready"

    def is_broken(self, need):
        other, condition = self.by_name[need[0]], need[1]
        is_over = other.state == "exited" and not other.in_hook
        return is_over and (other.status != 0 or (condition == "healthy" and not other.was_ready))

    def dependents(self, service):
        return [s for s in self.services if any(n == service.name for n, _ in s.needs)]

    def is_over(self, service):
        return service.state in ("exited", "skipped") and not service.in_hook

    def settle(self):
        if self.fails is None:
            for s in self.services:
                if s.state == "waiting" and any(self.is_broken(n) for n in s.needs):
                    self.say(s, "condition-broken", text="waits in vain: job fails")
                    self.fail(1)
                    break
        if self.fails is None:
            while starts := [s for s in self.services if s.state == "waiting" and all(self.holds(n) for n in s.needs)]:
                for s in starts:
                    self.begin(s)
            for s in self.services:
                if s.lifetime and not s.asked and s.state in ("starting", "running", "ready") and self.dependents(s) and all(
                        self.is_over(d) for d in self.dependents(s)):
                    self.say(s, "dependents-done")
                    self.ask(s)
        else:
            for s in self.services:
                if s.state in ("starting", "running", "ready") and s.launched and not s.asked and all(
                        self.is_over(d) for d in self.dependents(s)):
                    self.ask(s)
        if self.end is None and all(self.is_over(s) for s in self.services):
            status = self.fails or 0
            self.say(None, "end", state="FAILED" if status else "COMPLETED", status=status)
            self.end = self.now + self.closing

    def begin(self, s):
        s.in_hook = s.launched = s.was_ready = False
        s.generation += 1
        self.turn(s, "starting", "starting")
        if s.prologue is not None and s.launch == 0:
            s.in_hook = True
            self.later(s.prologue, self.launch, s)
        else:
            self.launch(s)

    def launch(self, s):
        s.in_hook = False
        if self.fails is not None and not s.launched:
            s.launch = 0
            self.turn(s, "skipped", "skipped")
            return
        s.launch += 1
        s.launched = True
        self.turn(s, "starting", "launched")
        self.later(s.starts[s.launch - 1], self.up, s)

    def up(self, s):
        self.turn(s, "running", "running")
        k = s.launch - 1
        if s.probes[k] is not None:
            self.later(s.probes[k], self.is_ready, s)
        elif s.lives[k][1] is not None:
            self.later(s.lives[k][0], self.exit, s)

    def is_ready(self, s):
        s.was_ready = True
        self.turn(s, "ready", "ready")
        if s.lives[s.launch - 1][1] is not None:
            self.later(s.lives[s.launch - 1][0], self.exit, s)

    def exit(self, s):
        s.status = 0 if s.asked else s.lives[s.launch - 1][1]
        s.verdict = "stopped" if s.asked else "completed" if s.status == 0 else f"app-exit {s.status}"
        s.generation += 1
        self.turn(s, "exited", "exit")
        if s.epilogue is not None and (s.asked or s.launch == len(s.lives)):
            s.in_hook = True
            self.later(s.epilogue, self.judge, s)
        else:
            self.judge(s)

    def judge(self, s):
        s.in_hook = False
        if s.asked:
            self.say(s, "stopped")
        elif s.status == 0:
            self.say(s, "completed")
        elif s.launch < len(s.lives) and self.fails is None:
            s.restarts += 1
            self.turn(s, "backoff", "restarting", text=f"exited with status {s.status}; restarting")
            self.later(s.backoffs[s.launch - 1], self.begin, s)
        elif s.ignores:
            self.say(s, "ignored")
        elif self.fails is not None:
            self.say(s, "stopped")
        elif s.window is not None:
            s.in_hook = True
            self.say(s, "window-cap", text=f"exited with status {s.status}; window cap reached: job fails")
            self.later(s.window, self.after_window, s)
        else:
            self.say(s, "job-fails", text=f"exited with status {s.status}: job fails")
            self.fail(s.status)

    def after_window(self, s):
        s.in_hook = False
        if self.fails is None:
            self.fail(s.status)

    def fail(self, status):
        self.fails = status
        for s in self.services:
            if s.state == "waiting":
                self.turn(s, "skipped", "skipped")
            elif s.state == "backoff":
                s.generation += 1
                s.state = "exited"
                self.say(s, "stopped")
        self.say(None, "teardown", status=status, text="teardown begins")

    def ask(self, s):
        s.asked = True
        s.generation += 1
        self.turn(s, "stopping", "stopping", signal="TERM")
        self.later(s.stop, self.exit, s)

    # The files.

    def table(self):
        lines = ["hpcc-table 1", "job grace 20s"]
        for s in self.services:
            lines.append(f"service {quoted(s.name)}")
            lines.append("  run service_x")
            lines += [f"  after {quoted(n)} {c}" for n, c in s.needs]
            if s.probe is not None:
                lines.append("  ready sleep 1s")
            if len(s.lives) > 1 or s.window is not None:
                lines.append("  on-failure restart max 9 window 9 in 60s backoff 1s")
                if s.window is not None:
                    lines.append("  on window-exhausted hooks/x.window.sh")
            if s.prologue is not None:
                lines.append("  prologue hooks/x.prologue.sh")
            if s.epilogue is not None:
                lines.append("  epilogue hooks/x.epilogue.sh")
        return "\n".join(lines)

    def state(self):
        over = self.end is not None
        services = []
        for s in self.services:
            last = s.verdict
            services.append({
                "name": s.name, "token": "x", "state": s.state, "verdict": last,
                "waiting_for": [{"service": n, "condition": c} for n, c in s.needs if s.state == "waiting"],
                "readiness": None if s.probe is None else "passed", "nodes": ["node1"], "launches": s.launch,
                "last_exit_code": s.status, "restart_count": s.restarts, "max_restarts": 9,
                "usage": {"cpu_seconds": 1.5, "max_memory_bytes": 104857600, "read_bytes": 0, "written_bytes": 4096}})
        return {"schema_version": 1, "job_id": self.job, "name": self.name,
                "status": "RUNNING" if not over else "FAILED" if self.fails else "COMPLETED",
                "exit_code": (self.fails or 0) if over else None, "started_at": wall(0),
                "ended_at": wall(self.end) if over else None, "updated_at": wall(self.end or self.now), "attempt": 0,
                "nodes": ["node1"], "services": services}

    def write(self, folder, job=None):
        """The record and the root of the job, below folder/.hpc-compose."""
        self.job = job or self.job
        base = os.path.join(os.path.abspath(folder), ".hpc-compose")
        root = os.path.join(base, self.job)
        os.makedirs(root, mode=0o755)
        os.makedirs(os.path.join(base, "jobs"), exist_ok=True)
        services = [{"name": s.name, "token": "x", **({"copy_of": s.copy_of} if s.copy_of else {})} for s in self.services]
        record = {"schema_version": 1, "job_id": self.job, "scheduler": "local", "name": self.name, "job_root": root,
                  "submitted_at": 1769860800, "services": services}
        put(os.path.join(base, "jobs", self.job + ".json"), json.dumps(record))
        put(os.path.join(root, "state.json"), json.dumps(self.state()))
        put(os.path.join(root, "events.jsonl"), "".join(json.dumps(e) + "\n" for e in self.events))
        put(os.path.join(root, "job.sbatch"),
            "#!/bin/bash\n\"$HPCC_RT\" supervise --dir \"$JOB_DIR\" --functions <(records) <<'HPCC_TABLE' &\n"
            + self.table() + "\nHPCC_TABLE\nsupervisor=$!\n")
        return root


def quoted(word):
    return "'" + word.replace("'", "'\\''") + "'"


def put(path, text):
    with open(path, "w", encoding="utf-8", opener=lambda p, flags: os.open(p, flags, 0o600)) as f:
        f.write(text)
