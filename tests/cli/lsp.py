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
print("ok")
