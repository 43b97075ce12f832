# SPDX-License-Identifier: Apache-2.0
"""An editor for tests: documents by name in one folder, cursors written as | in their text."""
import json
import os
import subprocess
import urllib.parse

TOP = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
HPCC = os.path.join(os.environ.get("HPCC_BUILD", os.path.join(TOP, "build")), "hpcc")

CAPABILITIES = {
    "workspace": {"workspaceEdit": {"documentChanges": True}},
    "textDocument": {"documentSymbol": {"hierarchicalDocumentSymbolSupport": True}},
}


class Refused(Exception):
    """The answer to a request was an error."""


class Editor:
    def __init__(self, folder, capabilities=None, environment=None):
        self.folder, self.number, self.texts = folder, 0, {}
        self.server = subprocess.Popen([HPCC, "lsp"], cwd=folder, env={**os.environ, **(environment or {})},
                                       stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        self.published = {}
        self.says = self.ask("initialize", {"capabilities": CAPABILITIES if capabilities is None else capabilities})
        self.is_utf8 = self.says["capabilities"]["positionEncoding"] == "utf-8"

    def send(self, message):
        text = json.dumps({"jsonrpc": "2.0", **message}).encode()
        self.server.stdin.write(b"Content-Length: %d\r\n\r\n%s" % (len(text), text))
        self.server.stdin.flush()

    def receive(self):
        length = 0
        while (line := self.server.stdout.readline()) not in (b"\r\n", b""):
            if line.startswith(b"Content-Length:"):
                length = int(line.split(b":")[1])
        assert length, "the server has ended"
        return json.loads(self.server.stdout.read(length))

    def ask(self, method, params):
        """The result; what is published meanwhile is kept by the name of its document."""
        self.number += 1
        self.send({"id": self.number, "method": method, "params": params})
        while "method" in (reply := self.receive()):
            self.published[self.name(reply["params"]["uri"])] = reply["params"]
        assert reply["id"] == self.number, reply
        if "error" in reply:
            raise Refused(reply["error"]["message"])
        return reply["result"]

    def uri(self, name):
        return "file://" + urllib.parse.quote(os.path.join(self.folder, name))

    def name(self, uri):
        return os.path.relpath(urllib.parse.unquote(uri[len("file://"):]), self.folder)

    def put(self, name, text, version=1):
        """Opens a document, or changes it."""
        document = {"uri": self.uri(name), "version": version}
        if name in self.texts:
            self.send({"method": "textDocument/didChange",
                       "params": {"textDocument": document, "contentChanges": [{"text": text}]}})
        else:
            self.send({"method": "textDocument/didOpen",
                       "params": {"textDocument": {**document, "languageId": "yaml", "text": text}}})
        self.texts[name] = text

    def diagnostics(self, name):
        self.ask("textDocument/foldingRange", self.document(name))  # behind what was published
        return self.published[name]

    def document(self, name, **more):
        return {"textDocument": {"uri": self.uri(name)}, **more}

    def units(self, text):
        return len(text.encode("utf-8")) if self.is_utf8 else len(text.encode("utf-16-le")) // 2

    def at(self, name, mark, method, **more):
        """Asks about the place of | in `mark`, which the document has without it."""
        offset = self.texts[name].index(mark.replace("|", "")) + mark.index("|")
        before = self.texts[name][:offset]
        line, column = before.count("\n"), before[before.rfind("\n") + 1:]
        return self.ask("textDocument/" + method, self.document(
            name, position={"line": line, "character": self.units(column)}, **more))

    def offset(self, text, position):
        line = text.split("\n")[position["line"]]
        begin = sum(len(one) + 1 for one in text.split("\n")[:position["line"]])
        for length in range(len(line) + 1):
            if self.units(line[:length]) >= position["character"]:
                return begin + length
        raise AssertionError(f"no such place: {position} in {line!r}")

    def apply(self, text, edits):
        """The text with the edits, which don't overlap."""
        places = sorted((self.offset(text, e["range"]["start"]), self.offset(text, e["range"]["end"]), e["newText"])
                        for e in edits)
        for (_, end, _), (begin, _, _) in zip(places, places[1:]):
            assert end <= begin, edits
        for begin, end, new in reversed(places):
            text = text[:begin] + new + text[end:]
        return text

    def texts_after(self, edit):
        """Texts of documents, and of files that aren't open, after a workspace edit."""
        changes = {self.name(c["textDocument"]["uri"]): c["edits"] for c in edit["documentChanges"]} \
            if "documentChanges" in edit else {self.name(uri): edits for uri, edits in edit["changes"].items()}
        return {name: self.apply(self.text_of(name), edits) for name, edits in changes.items()}

    def text_of(self, name):
        if name in self.texts:
            return self.texts[name]
        with open(os.path.join(self.folder, name), encoding="utf-8", newline="") as file:
            return file.read()

    def place(self, location):
        """"name:line:column text" of a location."""
        name, at = self.name(location["uri"]), location["range"]
        text = self.text_of(name)
        begin, end = self.offset(text, at["start"]), self.offset(text, at["end"])
        return f"{name}:{at['start']['line'] + 1}:{at['start']['character'] + 1} {text[begin:end]}"

    def end(self):
        self.ask("shutdown", None)
        self.send({"method": "exit"})
        self.server.stdin.close()
        assert self.server.wait(timeout=60) == 0
