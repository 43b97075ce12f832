#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""browser.py HPCC [FOLDER]: reports in a real browser (Chromium), for 3, 50 and 1,000 services, light and dark.

Nothing is asked of a network and no script runs; the page is as wide as its window; drawings have their size, and no
text of one lies upon another; a screen reader is told of headings, drawings and tables by name; dark is dark; it can be
printed. With a folder pictures of the pages are left there, to be looked at. Skipped (77) where no Chromium is
installed."""
import base64
import json
import os
import shutil
import subprocess
import sys
import tempfile

import scenes

SCENES = {"three": 3, "fifty": 50, "thousand": 1000, "hostile": 2}
TEXTS = """[...document.querySelectorAll('main > article > section > figure > svg')].flatMap(svg =>
  [...svg.querySelectorAll('text')].map(t => { const b = t.getBoundingClientRect();
    return [t.firstChild.textContent, b.left, b.top, b.right, b.bottom] }))"""


class Browser:
    """Chromium by its debugging pipe: messages end with a zero byte."""

    def __init__(self, program, folder):
        ours_in, theirs_out = os.pipe()
        theirs_in, ours_out = os.pipe()
        # Its commands come on descriptor 3, its answers go to 4.
        starter = f"exec 3<&{theirs_in} 4>&{theirs_out}; exec \"$@\""
        self.process = subprocess.Popen(
            ["sh", "-c", starter, "sh", program, "--headless", "--no-sandbox", "--disable-gpu", "--no-first-run",
             "--remote-debugging-pipe", f"--user-data-dir={folder}/profile", "about:blank"],
            pass_fds=(theirs_in, theirs_out), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        os.close(theirs_in)
        os.close(theirs_out)
        self.answers, self.commands = os.fdopen(ours_in, "rb", buffering=0), ours_out
        self.rest, self.number, self.events, self.session = b"", 0, [], None
        target = self.ask("Target.createTarget", url="about:blank")["targetId"]
        self.session = self.ask("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
        for domain in ("Page", "Network", "Runtime", "Log", "Accessibility"):
            self.ask(domain + ".enable")

    def next(self):
        while b"\0" not in self.rest:
            got = self.answers.read(1 << 20)
            if not got:
                raise RuntimeError("the browser is gone")
            self.rest += got
        message, _, self.rest = self.rest.partition(b"\0")
        return json.loads(message)

    def ask(self, method, **params):
        self.number += 1
        message = {"id": self.number, "method": method, "params": params}
        if self.session:
            message["sessionId"] = self.session
        os.write(self.commands, json.dumps(message).encode() + b"\0")
        while True:
            answer = self.next()
            if answer.get("id") == self.number:
                if "error" in answer:
                    raise RuntimeError(f"{method}: {answer['error']}")
                return answer["result"]
            self.events.append(answer)

    def open(self, path):
        self.events = []
        self.ask("Page.navigate", url="file://" + path)
        while not any(e.get("method") == "Page.loadEventFired" for e in self.events):
            self.events.append(self.next())

    def value(self, expression):
        got = self.ask("Runtime.evaluate", expression=expression, returnByValue=True)
        return got["result"].get("value")

    def window(self, width, height):
        self.ask("Emulation.setDeviceMetricsOverride", width=width, height=height, deviceScaleFactor=1, mobile=False)

    def scheme(self, name):
        self.ask("Emulation.setEmulatedMedia", features=[{"name": "prefers-color-scheme", "value": name}])

    def picture(self, path):
        with open(path, "wb") as file:
            file.write(base64.b64decode(self.ask("Page.captureScreenshot", format="png")["data"]))

    def close(self):
        self.process.kill()
        self.process.wait()


def overlaps(texts):
    """Pairs of texts that lie upon each other by more than a hair."""
    by_line = {}
    for text, left, top, right, bottom in texts:
        by_line.setdefault(round(top / 4), []).append((left, top, right, bottom, text))
    for line in by_line.values():
        line.sort()
        for one, other in zip(line, line[1:]):
            if one[2] - other[0] > 2 and min(one[3], other[3]) - max(one[1], other[1]) > 3:
                yield one[4], other[4]


def tree_of(browser):
    nodes = browser.ask("Accessibility.getFullAXTree")["nodes"]
    return [(n.get("role", {}).get("value"), n.get("name", {}).get("value", "")) for n in nodes if not n.get("ignored")]


def check(browser, scene, page, pictures):
    browser.window(1280, 1600)
    browser.scheme("light")
    browser.open(page)
    asked = [e["params"]["request"]["url"] for e in browser.events if e.get("method") == "Network.requestWillBeSent"]
    assert asked == ["file://" + page], (scene, "asks for more", asked)
    said = [e["params"] for e in browser.events if e.get("method") in ("Log.entryAdded", "Runtime.exceptionThrown")]
    assert not said, (scene, "the browser complains", said)
    assert browser.value("document.compatMode") == "CSS1Compat" and browser.value("document.scripts.length") == 0, scene
    for width in (1280, 700, 360):
        browser.window(width, 1600)
        wide = browser.value("document.documentElement.scrollWidth")
        assert wide <= width, (scene, f"{wide} wide in a window of {width}")
    browser.window(1280, 1600)
    boxes = browser.value("[...document.querySelectorAll('section > figure > svg')].map(s => {"
                          "const b = s.getBoundingClientRect(); return [b.width, b.height] })")
    assert boxes and all(w > 900 and h > 60 for w, h in boxes), (scene, boxes)
    texts = browser.value(TEXTS)
    assert len(texts) > 10 and not list(overlaps(texts)), (scene, list(overlaps(texts))[:5])
    colors = {}
    for scheme in ("light", "dark"):
        browser.scheme(scheme)
        colors[scheme] = [browser.value(f"getComputedStyle(document.querySelector('{what}')).{which}") for what, which in (
            ("body", "backgroundColor"), ("body", "color"), ("svg text", "fill"), ("svg rect", "fill"))]
        if pictures:
            browser.picture(os.path.join(pictures, f"{scene}-{scheme}.png"))
    assert colors["light"][0] == "rgb(255, 255, 255)" and colors["dark"][0] == "rgb(13, 17, 23)", (scene, colors)
    assert all(a != b for a, b in zip(colors["light"], colors["dark"])), (scene, colors)
    tree = tree_of(browser)
    names = [name for role, name in tree if role == "heading"]
    wanted = ["Timeline", "Critical chain", "CPU, memory, GPU, disk", "Services", "Failures", "Spec", "Script", "Environment"]
    assert [n for n in names if n in wanted] == wanted, (scene, names)
    drawings = [name for role, name in tree if role in ("image", "img")]
    assert drawings and all(d.startswith(("Timeline of job local-", "CPU", "Memory", "GPU", "Disk")) for d in drawings), (
        scene, drawings)
    assert sum(role == "table" for role, _ in tree) >= 2 and sum(role == "main" for role, _ in tree) == 1, scene
    assert sum(role == "rowheader" for role, _ in tree) >= SCENES[scene], scene
    assert sum(role == "columnheader" for role, _ in tree) >= 10, scene
    paper = base64.b64decode(browser.ask("Page.printToPDF")["data"])
    assert paper.startswith(b"%PDF"), scene
    return len(tree)


def main():
    program = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if not program:
        print("skipped: no Chromium is installed here")
        sys.exit(77)
    pictures = sys.argv[2] if len(sys.argv) > 2 else None
    if pictures:
        os.makedirs(pictures, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        browser = Browser(program, folder)
        try:
            for number, scene in enumerate(SCENES, 1):
                scenes.write(folder, scene, f"local-{number}")
                metrics(os.path.join(folder, ".hpc-compose", f"local-{number}"))
                page = os.path.join(folder, scene + ".html")
                subprocess.run([os.path.abspath(sys.argv[1]), "report", f"local-{number}", "-o", page], cwd=folder, check=True,
                               timeout=60)
                print(f"{scene}: {check(browser, scene, page, pictures)} things are told to a screen reader", flush=True)
        finally:
            browser.close()


def metrics(root):
    """Samples of ten nodes, whose lines are told by mean and highest, and of two GPUs."""
    os.mkdir(os.path.join(root, "metrics"))
    put = scenes.put
    put(os.path.join(root, "metrics/meta.json"), '{"interval_seconds": 5, "degraded": false}')
    cpu, gpu, steps = [], [], []
    for i in range(12):
        at = f"2026-01-31T12:00:{i:02d}.000Z"
        for node in range(10):
            cpu.append({"at": at, "node": f"node{node}", "utilization_pct": (i * 7 + node * 9) % 100,
                        "memory_total_mib": 64000, "memory_available_mib": 60000 - 1000 * node - 500 * i})
        for index in range(2):
            gpu.append({"at": at, "node": "node0", "index": index, "utilization_pct": 50 + 20 * index,
                        "memory_used_mib": 1000 * i})
        steps.append({"at": at, "node": "node0", "step_id": "1.0", "read_mib": i * 3, "written_mib": i})
    for name, rows in (("cpu", cpu), ("gpu", gpu), ("steps", steps)):
        put(os.path.join(root, f"metrics/{name}.jsonl"), "".join(json.dumps(r) + "\n" for r in rows))


main()
