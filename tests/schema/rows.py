# SPDX-License-Identifier: Apache-2.0
"""The rows of fields.rows, those of Slurm's options, and a folder in which hpcc compiles them."""
import json
import os
import re
import subprocess

TOP = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
HPCC = os.path.join(os.environ.get("HPCC_BUILD", os.path.join(TOP, "build")), "hpcc")

BASE = """services:
  a: {image: "app:1", command: serve}
  b: {image: "app:1", command: serve}
"""
FILES = {
    "base.yaml": BASE,
    "four.yaml": BASE + "x-slurm: {nodes: 4}\n",
    "one.yaml": "services:\n  s: {image: image-one}\n",
    "two.yaml": "services:\n  s: {image: image-two}\n  t: {image: image-of-t}\n",
    "one.env": "FILE=one\n",
    "two.env": "FILE=two\n",
    ".hpc-compose/settings.toml": '[resources.small]\npartition = "of-small"\n'
    '[resources.large]\npartition = "of-large"\n',
}


class Row:
    def __init__(self, line):
        self.path, rest = line.split(": ", 1)
        cells = [cell.strip() for cell in re.split(r" \|(?: |$)", rest)]
        self.text, self.first, self.second = cells[:3]
        self.shown = cells[3] if len(cells) > 3 else self.second
        self.without = set()

    def key(self):
        return self.path.replace("[]", "").split(".")[-1]


# Two values by what an option takes (docs/slurm-options.md).
SAMPLES = {
    "text": ("one", "two"),
    "features": ("one", "two"),
    "number": ("2", "3"),
    "number, or kind:number": ("1", "a100:2"),
    "memory": ("1G", "2G"),
    "time": ("10", "20:00"),
    "date or time": ("noon", "teatime"),
    "resources": ("nvme:1", "nvme:2"),
    "layout": ("block", "cyclic"),
}
OPTION = re.compile(r"^\| `--([\w-]+)`.* \| ([^|]+) \| (.*) \|$")


def component_rows(rows):
    """Options that a component of a heterogeneous job has of its own, as the whole job has them."""
    schema = json.loads(subprocess.run([HPCC, "schema"], capture_output=True, check=True, text=True).stdout)
    options = schema["definitions"]["component"]["properties"]
    taken = {row.path for row in rows}
    for row in rows:
        head, _, rest = row.path.partition(".")
        path = f"x-slurm.components.<name>.{rest}"
        whole = re.fullmatch(r"(?:four )?\{x-slurm: (\{.*\})\}", row.text)
        if head == "x-slurm" and rest.split(".")[0] in options and path not in taken and whole:
            yield Row(f"{path}: {{x-slurm: {{components: {{one: {whole[1]}}}}}}} | {row.first} | {row.second} | {row.shown}")


def option_rows(taken):
    """Rows of options whose fields have none: the text and both values follow from the row of the option."""
    with open(os.path.join(TOP, "docs/slurm-options.md"), encoding="utf-8") as page:
        for found in filter(None, map(OPTION.match, page)):
            key = found[1].replace("-", "_")
            if found[2] not in SAMPLES:
                continue
            first, second = SAMPLES[found[2]]
            for prefix, path, text in (
                ("", f"x-slurm.{key}", f"{{x-slurm: {{{key}: @}}}}"),
                ("of a service: ", f"services.<name>.x-slurm.{key}", f"{{services: {{a: {{x-slurm: {{{key}: @}}}}}}}}"),
            ):
                if f"{prefix}`x-slurm.{key}`" in found[3].split("; ") and path not in taken:
                    yield Row(f"{path}: {text} | {first} | {second} | {key} {second}")


def read_rows():
    rows = []
    with open(os.path.join(TOP, "tests/schema/fields.rows"), encoding="utf-8") as file:
        for line in file:
            if line.startswith("without "):
                rows[-1].without = set(line.split(":")[0].split()[1:])
            elif line.strip() and not line.startswith("#"):
                rows.append(Row(line))
    rows.extend(option_rows({row.path for row in rows}))
    rows.extend(list(component_rows(rows)))
    return rows


class Bench:
    def __init__(self, folder):
        self.folder = folder
        self.environment = {"HOME": "/home/user", "PATH": os.environ["PATH"], "ONE": "x", "TWO": "y"}
        self.failures = 0
        os.makedirs(os.path.join(folder, ".hpc-compose"))
        for name, text in FILES.items():
            self.write(name, text)

    def write(self, name, text):
        with open(os.path.join(self.folder, name), "w", encoding="utf-8") as file:
            file.write(text)

    def hpcc(self, *arguments):
        return subprocess.run([HPCC, *arguments], cwd=self.folder, env=self.environment,
                              stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, errors="replace", check=False)

    @staticmethod
    def spec(row, value):
        """The row's spec with this value; None: without its key."""
        base, text = "base.yaml", row.text
        if text.startswith("four "):
            base, text = "four.yaml", text[len("four "):]
        if value is None:
            text, n = re.subn(rf"(?<![\w-]){re.escape(row.key())}: \[?@\]?(, )?", "", text)
            assert n == 1, f"{row.path}: its key is not in {row.text}"
        else:
            text = text.replace("@", value)
        return text + "\n" if row.path == "extends" else "{extends: " + base + ", " + text[1:] + "\n"

    def complain(self, row, text):
        self.failures += 1
        print(f"{row.path}: {text}")


class Editor(Bench):
    """Talks to one `hpcc lsp`, which is much faster than a process for each spec."""

    def __init__(self, folder):
        super().__init__(folder)
        self.uri = f"file://{folder}/job.yaml"
        self.n = 0
        self.server = subprocess.Popen([HPCC, "lsp"], cwd=folder, env=self.environment,
                                       stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        self.ask("initialize", {})

    def send(self, message):
        text = json.dumps({"jsonrpc": "2.0", **message}).encode()
        self.server.stdin.write(b"Content-Length: %d\r\n\r\n%s" % (len(text), text))
        self.server.stdin.flush()

    def receive(self):
        length = 0
        while (line := self.server.stdout.readline()) not in (b"\r\n", b""):
            if line.startswith(b"Content-Length:"):
                length = int(line.split(b":")[1])
        return json.loads(self.server.stdout.read(length))

    def ask(self, method, params):
        self.n += 1
        self.send({"id": self.n, "method": method, "params": params})
        return self.receive()["result"]

    def open(self, spec):
        """The diagnostics of job.yaml with this text."""
        self.send({"method": "textDocument/didOpen",
                   "params": {"textDocument": {"uri": self.uri, "text": spec}}})
        return self.receive()["params"]["diagnostics"]

    def close(self):
        self.server.stdin.close()
        return self.server.wait(timeout=60)
