#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Talks to `hpcc lsp`: diagnostics while typing, hover, quick fixes, an orderly end."""
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
assert ask(5, "no/such", {})["error"]["code"] == -32601
send({"method": "textDocument/didClose", "params": {"textDocument": {"uri": uri}}})
assert receive()["params"]["diagnostics"] == []
assert ask(6, "shutdown", {})["result"] is None
send({"method": "exit"})
assert server.wait(timeout=20) == 0
print("ok")
