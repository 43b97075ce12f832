#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Talks to `hpcc lsp`: diagnostics while typing, hover, completion, quick fixes, an orderly end."""
import json
import subprocess
import sys

server = subprocess.Popen([sys.argv[1], "lsp"], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
uri = "file:///tmp/with%20blank/compose.yaml"


def send(message):
    text = json.dumps({"jsonrpc": "2.0", **message}).encode()
    server.stdin.write(b"Content-Length: %d\r\n\r\n%s" % (len(text), text))
    server.stdin.flush()


def receive():
    length = 0
    while (line := server.stdout.readline()) not in (b"\r\n", b""):
        if line.startswith(b"Content-Length:"):
            length = int(line.split(b":")[1])
    return json.loads(server.stdout.read(length))


def ask(number, method, params):
    send({"id": number, "method": method, "params": params})
    reply = receive()
    assert reply["id"] == number, reply
    return reply


reply = ask(1, "initialize", {})
assert reply["result"]["capabilities"]["hoverProvider"] is True, reply
send({"method": "initialized", "params": {}})
text = 'runtime: {backend: host}\nname: "\U0001F600"\nservices:\n  one: {commnd: ["true"]}\n'
send({"method": "textDocument/didOpen", "params": {"textDocument": {"uri": uri, "text": text}}})
note = receive()
found = note["params"]["diagnostics"]
assert note["method"] == "textDocument/publishDiagnostics" and note["params"]["uri"] == uri, note
wrong = [d for d in found if d["code"] == "R005"]
assert wrong and wrong[0]["range"]["start"] == {"line": 3, "character": 8}, found
assert "did you mean 'command'" in wrong[0]["message"], wrong

where = {"textDocument": {"uri": uri}, "range": wrong[0]["range"], "context": {"diagnostics": []}}
actions = ask(2, "textDocument/codeAction", where)["result"]
assert actions[0]["edit"]["changes"][uri][0]["newText"] == "command", actions

good = text.replace("commnd", "command")
send({"method": "textDocument/didChange", "params": {
    "textDocument": {"uri": uri, "version": 2}, "contentChanges": [{"text": good}]}})
assert receive()["params"]["diagnostics"] == []
hover = ask(3, "textDocument/hover", {"textDocument": {"uri": uri},
                                      "position": {"line": 3, "character": 9}})["result"]
assert "services.<name>.command" in hover["contents"]["value"], hover
nothing = ask(4, "textDocument/hover", {"textDocument": {"uri": uri},
                                        "position": {"line": 900, "character": 9}})["result"]
assert nothing is None, nothing


def complete(number, lines):
    """Labels of what may stand at the | in the lines."""
    typed = "\n".join(lines)
    line = next(i for i, text in enumerate(lines) if "|" in text)
    send({"method": "textDocument/didChange", "params": {
        "textDocument": {"uri": uri, "version": 3}, "contentChanges": [{"text": typed.replace("|", "")}]}})
    receive()
    items = ask(number, "textDocument/completion", {"textDocument": {"uri": uri}, "position": {
        "line": line, "character": lines[line].index("|")}})["result"]
    return [item["label"] for item in items]


def hover_at(number, lines):
    """First line of what is said of the key at the |."""
    complete(number, lines)
    line = next(i for i, text in enumerate(lines) if "|" in text)
    reply = ask(number + 1, "textDocument/hover", {"textDocument": {"uri": uri}, "position": {
        "line": line, "character": lines[line].index("|")}})
    return reply["result"]["contents"]["value"].split("\n")[0]


assert hover_at(30, ["|extends: nothere.yaml", "services: {}"]) == "extends"
assert hover_at(32, ["|steps: {a: {image: x, command: y}}"]) == "steps"
assert hover_at(34, ["services:", "  a: {|extends: {service: b}}"]) == "services.<name>.extends"
assert hover_at(36, ["services:", "  a: {extends: {|service: b}}"]) == "services.<name>.extends.service"
service = ["x-slurm:", "  nodes: 2", "services:", "  one: {command: x}", "  two:", "    image: x", ""]
assert "services" in complete(10, ["|"]), "root"
assert "partition" in complete(11, ["x-slurm:", "  nodes: 1", "  |", "services: {}"]), "x-slurm"
assert complete(12, ["x-slurm:", "  signal:", "    shell: |"]) == ["step", "batch"], "words"
assert "volumes" in complete(13, service[:-1] + ["    vol|"]), "service"
assert "node_count" in complete(14, service + ["    x-slurm:", "      placement:", "        |"]), "step"
assert complete(15, service[:-1] + ["    x-runtime:", "      prepare:", "        root: |"]) == ["true", "false"]
assert set(complete(16, service[:-1] + ["    depends_on:", "      - |"])) >= {"one", "two"}, "services"
assert "repo" in complete(17, ["x-slurm:", "  stage_in:", "    - to: /x", "      hf:", "        |"]), "list"
assert "mode" in complete(18, ["x-slurm:", "  stage_in:", "  - to: /x", "    |"]), "item"
assert "from" in complete(19, ["x-slurm:", "  stage_in:", "  - |"]), "first key of an item"
assert complete(20, ["services:", "  |"]) == [], "names are the author's own"
assert complete(21, ["x-slurm:", "  time: |"]) == [], "any time"
assert "gpu" in complete(22, ["x-slurm:", "  metrics:", "    collectors:", "      - |"]), "items"
assert ask(5, "no/such", {})["error"]["code"] == -32601
send({"method": "textDocument/didClose", "params": {"textDocument": {"uri": uri}}})
assert receive()["params"]["diagnostics"] == []
assert ask(6, "shutdown", {})["result"] is None
send({"method": "exit"})
assert server.wait(timeout=20) == 0


# Odd input costs one message: the server answers, and goes on.
class Stream:
    """A server of its own; bytes as they are."""

    def __init__(self, initialize=True):
        self.server = subprocess.Popen([sys.argv[1], "lsp"], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        if initialize:
            self.send({"id": "first", "method": "initialize", "params": {}})
            assert "capabilities" in self.receive()["result"]

    def raw(self, text):
        self.server.stdin.write(text)
        self.server.stdin.flush()

    def send(self, message, name=b"Content-Length"):
        text = message if isinstance(message, bytes) else json.dumps(
            message if isinstance(message, list) else {"jsonrpc": "2.0", **message}).encode()
        self.raw(b"%s: %d\r\n\r\n%s" % (name, len(text), text))

    def receive(self):
        length = 0
        while (line := self.server.stdout.readline()) not in (b"\r\n", b""):
            if line.startswith(b"Content-Length:"):
                length = int(line.split(b":")[1])
        return json.loads(self.server.stdout.read(length))

    def open(self, text):
        self.send({"method": "textDocument/didOpen", "params": {"textDocument": {"uri": uri, "text": text}}})
        return self.receive()["params"]["diagnostics"]

    def hover(self, line=0, column=1):
        self.send({"id": 99, "method": "textDocument/hover", "params": {
            "textDocument": {"uri": uri}, "position": {"line": line, "character": column}}})
        reply = self.receive()
        assert reply["id"] == 99, reply
        return reply["result"]

    def error(self, code, number=None):
        reply = self.receive()
        assert reply["error"]["code"] == code and reply["id"] == number, reply

    def end(self, status=0):
        self.server.stdin.close()
        assert self.server.wait(timeout=20) == status
        assert self.server.stdout.read() == b""


def goes_on(stream):
    """The documents are there, and asked about as before."""
    stream.open("name: t\n")
    assert "name" in stream.hover()["contents"]["value"]


early = Stream(initialize=False)
early.send({"method": "textDocument/didOpen", "params": {"textDocument": {"uri": uri, "text": "a"}}})
early.send({"id": 7, "method": "textDocument/hover", "params": {}})
early.error(-32002, 7)
early.send({"id": 8, "method": "initialize", "params": {}})
assert early.receive()["id"] == 8
goes_on(early)
early.end()

odd = Stream()
assert odd.open("name: t\0\n"), "a NUL is an error in the document"
goes_on(odd)
half = b'{"jsonrpc":"2.0","method":"textDocument/didOpen","params":{"textDocument":{"uri":"%s","text":"name: \\ud83d\\n"}}}'
odd.send(half % uri.encode())
odd.receive()
odd.send((half % uri.encode()).replace(b"\\ud83d", b"\\udc00\\ud83d\\ude00"))
odd.receive()
odd.send((half % uri.encode()).replace(b"\\ud83d", b"\xff\xc3"))
odd.receive()
goes_on(odd)
for broken in b'{"jsonrpc":', b"", b"\xff", b"nothing", b'{"a":"\\', b"[" * 100000:
    odd.send(broken)
    odd.error(-32700)
for strange in b"7", b"null", b'"x"', b"{}", b'{"method":5}', b"[]", b'{"jsonrpc":"2.0","id":{},"method":"x"}':
    odd.send(strange)
    odd.error(-32600)
odd.send(b'{"jsonrpc":"2.0","id":5,"result":null}')
goes_on(odd)
for base in "/dev/stdin", "/dev/tty", "/proc/self/fd/0", "/", "/dev/zero":
    assert odd.open(f"extends: {base}\nservices: {{}}\n"), base
goes_on(odd)
long = 'name: "' + "x" * 1000000 + '"\n'
odd.open(long)
assert len(odd.hover(0, 999999)["contents"]["value"]) < 1000
odd.open("name: " + "\U0001F600" * 200000 + "\n")
odd.hover(0, 300001)
for line, column in (2**40, 2**60), (-1, -1), (0, 2**62), (2**63 - 1, 0), (2**32, 0), ("x", None), (1.5, {}):
    odd.open("name: t\n")
    odd.hover(line, column)
# In the middle of a pair of units is the start of its character.
odd.open('"\U0001F600x": 1\nname: t\n')
odd.hover(0, 2)
goes_on(odd)
where = {"textDocument": {"uri": uri}, "position": {"line": 0, "character": 1}}
odd.send([{"jsonrpc": "2.0", "id": n, "method": "textDocument/hover", "params": where} for n in (1, 2)] +
         [{"jsonrpc": "2.0", "method": "$/cancelRequest", "params": {"id": 1}}, 5])
batch = odd.receive()
assert [one["id"] for one in batch] == [1, 2, None] and batch[2]["error"]["code"] == -32600, batch
odd.send([{"jsonrpc": "2.0", "method": "$/setTrace"}])
other = uri.replace("compose", "other")
change = {"contentChanges": [{"text": "x"}]}
odd.send({"method": "textDocument/didChange", "params": {"textDocument": {"uri": other}, **change}})
for method in "didClose", "didSave":
    odd.send({"method": "textDocument/" + method, "params": {"textDocument": {"uri": other}}})
    assert odd.receive()["params"] == {"uri": other, "diagnostics": []}
for _ in range(2):
    odd.send({"method": "textDocument/didClose", "params": {"textDocument": {"uri": uri}}})
    assert odd.receive()["params"]["diagnostics"] == []
assert odd.hover() is None
for strange in ({}, {"textDocument": 5}, {"textDocument": {"uri": 5}}, {"textDocument": {"uri": "untitled:1"}},
                {"textDocument": {"uri": "file:///a%00b.yaml"}}, {"textDocument": {"uri": "file://"}}, [], 7):
    odd.send({"method": "textDocument/didOpen", "params": strange})
    odd.send({"id": 99, "method": "textDocument/hover", "params": strange})
    reply = odd.receive()
    assert (reply if "id" in reply else odd.receive())["id"] == 99
goes_on(odd)
for changes in [], [5], 5, [{"text": 5}]:
    odd.send({"method": "textDocument/didChange", "params": {
        "textDocument": {"uri": uri}, "contentChanges": changes}})
    odd.receive()
goes_on(odd)
# Headers.
odd.send({"id": 9, "method": "no/such"}, b"content-LENGTH")
odd.error(-32601, 9)
odd.raw(b'Content-Type: utf-8\r\nX: y\r\nContent-Length: 38\r\n\r\n{"jsonrpc":"2.0","id":9,"method":"no"}')
odd.error(-32601, 9)
for header in b"Content-Type: x", b"Content-Length: x", b"Content-Length: -5", b"Content-Length:", \
        b"Content-Length: 99999999999", b"Content-Length: 18446744073709551617", b"X" * 100000:
    odd.raw(header + b"\r\n\r\n" + b'{"lost": true}' * 3)
    odd.error(-32700)
    goes_on(odd)
odd.raw(b"Content-Length: %d\r\n\r\n" % (65 << 20) + b" " * (65 << 20))
odd.error(-32600)
goes_on(odd)
odd.send({"id": 10, "method": "shutdown"})
assert odd.receive()["result"] is None
odd.send({"id": 11, "method": "textDocument/hover", "params": where})
odd.error(-32600, 11)
odd.raw(b"Content-Length: 50\r\n")
odd.end()
cut = Stream()
cut.raw(b'Content-Length: 500\r\n\r\n{"jsonrpc":')
cut.end()
gone = Stream()
gone.send({"method": "exit"})
gone.end(1)
print("ok")
