#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""scenes.py FOLDER SCENE...: writes the files of jobs that look like this one or that; the first is
job local-1."""
import json
import os
import sys

from runs import Run, Service, put

HOSTILE = "</script><b>&\"'\x1b[31m\u202e]]>-->"


def three():
    return Run([
        Service("store", probe=2.0, lives=[(0, None)], lifetime=True, stop=1.5, start=0.4),
        Service("data", prologue=0.7, lives=[(3.0, 0)], epilogue=0.6),
        Service("worker", needs=[("store", "healthy"), ("data", "completed")], lives=[(2.0, 3), (4.0, 0)], backoff=1.5),
    ], setup=1.2, closing=0.8, name="three")


def failed():
    run = Run([
        Service("store", probe=2.0, lives=[(0, None)], stop=3.0),
        Service("worker", needs=[("store", "healthy")], lives=[(2.0, 3), (1.0, 7)], backoff=2.0),
        Service("after", needs=[("worker", "completed")]),
        Service("beside", lives=[(1.0, 5)], ignores=True),
    ], name="failed")
    return run


def fifty():
    services = [Service("store", probe=3.0, lives=[(0, None)], lifetime=True, stop=2.0)]
    for i in range(48):
        lives = [(20.0 + i, 0)] if i % 7 else [(5.0, 1), (15.0 + i, 0)]
        services.append(Service(f"worker-{i:02d}", needs=[("store", "healthy")], lives=lives, backoff=3.0))
    services.append(Service("merge", needs=[(f"worker-{i:02d}", "completed") for i in range(48)], lives=[(12.0, 0)]))
    return Run(services, name="fifty")


def thousand():
    services = [Service("store", probe=3.0, lives=[(0, None)], lifetime=True, stop=2.0)]
    for i in range(998):
        lives = [(200.0 + i / 10, 0)]
        if i in (17, 500):
            lives = [(50.0, 9), (300.0 + i / 10, 0)]
        services.append(Service(f"worker-{i + 1}", needs=[("store", "healthy")], lives=lives, copy_of="worker", start=i / 50))
    services.append(Service("merge", needs=[(f"worker-{i + 1}", "completed") for i in range(998)], lives=[(60.0, 0)]))
    return Run(services, name="thousand")


def hostile():
    return Run([Service(HOSTILE, probe=1.0, lives=[(1.0, 4), (2.0, 0)]),
                Service("größe-日本語-" + "x" * 80, needs=[(HOSTILE, "completed")])], name=HOSTILE)


def requeued():
    """A run that was cut off, and the same job again in the same file."""
    first = three().play(until=4.0)
    run = three().play()
    for event in run.events:
        event["t_mono"] = round(event["t_mono"] + 5000, 3)
    run.events = first.events + run.events
    return run


def cut_off():
    """Whoever killed it killed its supervisor as well."""
    run = three().play(until=6.0)
    run.end = run.now
    return run


def damaged(root):
    """What no supervisor writes: times that go back, services and events that nobody knows, half a line."""
    path = os.path.join(root, "events.jsonl")
    with open(path, encoding="utf-8") as file:
        events = [json.loads(line) for line in file]
    events[5]["t_mono"] -= 500
    events[6]["t_mono"] = 1e300
    events[7]["service"] = "stranger"
    events[8]["event"] = "celebrated"
    events[9]["state"] = "dancing"
    events[10] = {"event": 7, "service": {}}
    events.append(dict(events[3], launch=-4, status=1e99, t_mono="soon"))
    put(path, "[1]\nnull\n\n" + "".join(json.dumps(e) + "\n" for e in events) + '{"t_mono":1,"serv')


SCENES = {"three": three, "failed": failed, "fifty": fifty, "thousand": thousand, "hostile": hostile,
          "requeued": requeued, "cut-off": cut_off, "damaged": three}


def write(folder, name, job):
    run = SCENES[name]()
    if not hasattr(run, "events"):
        run.play()
    root = run.write(folder, job)
    if name == "cut-off":
        put(os.path.join(root, "state.json"), json.dumps(dict(run.state(), status="RUNNING", exit_code=None, ended_at=None)))
    if name == "damaged":
        damaged(root)
    return root


if __name__ == "__main__":
    for number, scene in enumerate(sys.argv[2:], 1):
        write(sys.argv[1], scene, f"local-{number}")
