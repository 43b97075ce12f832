#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""oracle.py HPCC [RUNS [SEED]]: is the critical chain critical?

Random runs are played forward in time (runs.py), their events written, and hpcc is asked for the chain, which it
finds by going back in time. The chain has to be as long as the job without a gap. And it has to be what bounded the
job: each length that anything takes in the run is made a little longer in turn, and the run is played again. If
hpcc has that length on the chain, the job ends later by just as much; if not, it ends when it did."""
import json
import random
import subprocess
import sys
import tempfile

from runs import Run, Service

LONGER = 1e-5


def random_length(random_, most=3.0):
    return round(random_.uniform(0.02, most), 4)


def random_run(seed):
    r = random.Random(seed)
    services, may_fail, may_hook = [], r.random() < 0.5, True
    for i in range(r.randint(1, 7)):
        needs = []
        for other in r.sample(services, k=min(len(services), r.choice([0, 0, 1, 1, 2, 3]))):
            if len(other.lives) > 1 or other.lives[0][1] is not None and r.random() < 0.3:
                condition = "completed"
            else:
                condition = "healthy" if other.probe is not None else "started"
            needs.append((other.name, condition))
        lives = [(random_length(r), 0)]
        if r.random() < 0.25:
            lives = [(random_length(r, 1), r.randint(1, 9)) for _ in range(r.randint(1, 3))] + lives
        elif may_fail and r.random() < 0.25:
            lives = [(random_length(r), r.randint(1, 9))]
        forever = len(lives) == 1 and lives[0][1] == 0 and may_fail and r.random() < 0.4
        epilogue = random_length(r, 1) if r.random() < 0.25 else None
        services.append(Service(
            f"s{i}", needs, prologue=random_length(r, 1) if r.random() < 0.25 else None, start=random_length(r, 0.3),
            probe=random_length(r) if r.random() < 0.4 else None, lives=[(0, None)] if forever else lives,
            backoff=random_length(r, 1), epilogue=epilogue,
            stop=random_length(r, 1),
            window=random_length(r, 1) if may_hook and lives[-1][1] and epilogue is None and r.random() < 0.5 else None))
        # The end of these hooks has no event: of two services in them nobody knows which was first.
        may_hook = may_hook and services[-1].window is None
    # Helpers that end with those who need them.
    for s in services:
        if any(s.name == n and c != "completed" for o in services for n, c in o.needs) and not any(
                s.name == n and c == "completed" for o in services for n, c in o.needs) and r.random() < 0.4:
            s.lives, s.lifetime = [(0, None)], True
            s.starts, s.probes, s.backoffs = s.starts[:1], s.probes[:1], s.backoffs[:1]
    run = Run(services, setup=r.choice([0.0, random_length(r)]), closing=r.choice([0.0, random_length(r)]))
    run.play()
    if run.end is None:  # nothing fails, so who goes on for ever has to end
        for s in services:
            if s.lives[0][1] is None and not s.lifetime:
                s.lives = [(random_length(r), 0)]
        run.play()
    return run


def change(place, by):
    owner, field, index = place
    if index is None:
        setattr(owner, field, getattr(owner, field) + by)
    elif field == "lives":
        owner.lives[index] = (owner.lives[index][0] + by, owner.lives[index][1])
    else:
        getattr(owner, field)[index] += by


def chain_lengths(tale, with_window):
    """(service, kind, launch) of each span of the chain; spans of one service in time tell which launch it was."""
    found = set()
    spans_of = {s["name"]: s["spans"] for s in tale["services"]}
    for link in tale["critical_chain"]:
        for span in link["spans"]:
            if span["to"] - span["from"] < 0.002:
                continue
            if link["service"] is None:
                found.add((None, span["kind"], 0))
                continue
            middle = (span["from"] + span["to"]) / 2
            whole = next(s for s in spans_of[link["service"]] if s["from"] <= middle < s["to"])
            assert whole["kind"] == span["kind"], (whole, span)
            kind, launch = span["kind"], whole["launch"]
            if kind == "hook":
                kind, launch = ("prologue", 1) if launch == 0 else ("epilogue", None)
                if with_window[link["service"]] and kind == "epilogue":
                    kind = "window"
            found.add((link["service"], kind, 0 if kind == "stopping" else launch))
    return found


def check(run, tale, seed):
    where = f"run {seed}: "
    assert tale["knows_needs"] and tale["is_over"], where + "it is read whole"
    assert abs(tale["seconds"] - run.end) < 0.0021, f"{where}it takes {run.end}, not {tale['seconds']}"
    at = 0.0
    for link in tale["critical_chain"]:
        assert link["from"] == at, f"{where}a gap of the chain at {at}"
        for span in link["spans"]:
            assert abs(span["from"] - at) < 0.0011, f"{where}a gap of the chain at {at}"
            at = span["to"]
        at = link["to"]
    assert at == tale["seconds"], f"{where}the chain ends at {at}"
    on_chain, end, checked = chain_lengths(tale, {s.name: s.window is not None for s in run.services}), run.end, 0
    assert not any(kind == "waiting" for _, kind, _ in on_chain), where + "nothing waits without a reason"
    for s in run.services:
        for kind, launch, place in s.lengths():
            change(place, LONGER)
            longer = run.play().end - end
            change(place, -LONGER)
            is_on = (s.name, kind, launch) in on_chain or (kind in ("epilogue", "window") and (s.name, kind, None) in on_chain)
            assert abs(longer - (LONGER if is_on else 0)) < LONGER / 2, (
                f"{where}{s.name}'s {kind} of launch {launch} is {'on' if is_on else 'off'} the chain, "
                f"and the job ends {longer:.6f} s later when that is longer")
            checked += is_on
    run.play()
    return checked


def main():
    hpcc, runs, seed = sys.argv[1], int((sys.argv[2:] + ["150"])[0]), int((sys.argv[3:] + ["1"])[0])
    checked = fails = 0
    with tempfile.TemporaryDirectory() as folder:
        for i in range(seed, seed + runs):
            run = random_run(i)
            run.write(folder, f"local-{i}")
            out = subprocess.run([hpcc, "timeline", "--format=json", f"local-{i}"], cwd=folder, check=True,
                                 capture_output=True, timeout=60)
            checked += check(run, json.loads(out.stdout)[0], i)
            fails += run.fails is not None
    assert checked > runs and 0 < fails < runs, (checked, fails)
    print(f"{runs} runs, {fails} of them fail; {checked} lengths are critical, and no other is")


main()
