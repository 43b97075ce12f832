# SPDX-License-Identifier: Apache-2.0
"""Small programs in the place of heavy ones.

A stand-in takes the options that the real program has and a recipe may use, and refuses others, as the real one does.
It listens where it is told to, prints the line by which the real one is known to be ready, answers what clients of the
recipe ask, and ends well by TERM. It is found by its name on PATH, or as a module of Python that `python -m` runs.
"""
import argparse
import http.server
import json
import os
import signal
import socket
import socketserver
import stat
import sys
import threading

PROGRAMS = {}


def program(name):
    def add(function):
        PROGRAMS[name] = function
        return function

    return add


def options(name, text, words):
    """Options in a row: --port:int takes a number, --lr:float one with a point, --block! stands alone, --url+ takes
    several words, --host one; a word without dashes is an argument, word* any number of them. [...] isn't needed."""
    parser = argparse.ArgumentParser(prog=name, allow_abbrev=False, add_help=False)
    for word in text.split():
        kind = {"int": int, "float": float}.get(word.partition(":")[2], str)
        word = word.partition(":")[0]
        optional = word.startswith("[")
        word = word.strip("[]")
        extra = {"required": True} if word.startswith("-") and not optional else {}
        if word.endswith("!"):
            parser.add_argument(word[:-1], action="store_true")
        elif word.endswith("+"):
            parser.add_argument(word[:-1], nargs="+", action="append", **extra)
        elif word.endswith("*"):
            parser.add_argument(word[:-1], nargs="*")
        else:
            parser.add_argument(word, type=kind, **extra)
    return parser.parse_args(words)


def refuse(name, why):
    print(f"{name}: error: {why}", file=sys.stderr)
    sys.exit(2)


def say(text):
    print(text, flush=True)


def ends_by_term(message=None):
    def end(*_):
        if message:
            os.write(1, (message + "\n").encode())
        os._exit(0)

    signal.signal(signal.SIGTERM, end)
    signal.signal(signal.SIGINT, end)


class Server(http.server.ThreadingHTTPServer):
    allow_reuse_address = True
    daemon_threads = True

    def server_bind(self):
        socketserver.TCPServer.server_bind(self)  # without a question for the machine's full name
        self.server_name, self.server_port = self.server_address[:2]


def serve(host, port, answer, ready):
    """HTTP: answer(method, path, body, headers) gives a status and a text, or what JSON is made of."""

    class Handler(http.server.BaseHTTPRequestHandler):
        def reply(self):
            body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            status, text = answer(self.command, self.path, body, self.headers)
            data = (text if isinstance(text, str) else json.dumps(text)).encode()
            self.send_response(status)
            self.send_header("Content-Length", str(len(data)))
            self.end_headers()
            self.wfile.write(data)

        do_GET = do_POST = reply

        def log_message(self, *_):
            pass

    server = Server((host, port), Handler)
    ends_by_term()
    say(ready)
    server.serve_forever()


def serve_lines(host, port, answer, ready, also=None):
    """TCP: answer(file) speaks with one client."""

    class Handler(socketserver.StreamRequestHandler):
        def handle(self):
            try:
                answer(self)
            except (BrokenPipeError, ConnectionResetError):
                pass

    class Lines(socketserver.ThreadingTCPServer):
        allow_reuse_address = True
        daemon_threads = True
        request_queue_size = 64

    server = Lines((host, port), Handler)
    ends_by_term()
    if also:
        threading.Thread(target=also, daemon=True).start()
    say(ready)
    server.serve_forever()


def serve_members(host, port, ready):
    """What a scheduler knows: who has joined. 'join NAME' keeps its connection open, 'count' tells how many there are."""
    members, lock = set(), threading.Lock()

    def answer(client):
        words = client.rfile.readline().decode().split()
        if words[:1] == ["count"]:
            client.wfile.write(b"%d\n" % len(members))
        elif words[:1] == ["join"]:
            with lock:
                members.add(words[1])
            client.wfile.write(b"welcome\n")
            client.rfile.read()
            with lock:
                members.discard(words[1])

    serve_lines(host, port, answer, ready)


def join(host, port, ready):
    """A member of it, until TERM."""
    with socket.create_connection((host, int(port)), 20) as connection:
        connection.settimeout(None)
        connection.sendall(f"join {os.getpid()}\n".encode())
        if connection.recv(100) != b"welcome\n":
            raise SystemExit("not accepted")
        ends_by_term()
        say(ready)
        connection.recv(1)
    raise SystemExit("the scheduler has gone")


def install(folder):
    """Puts the stand-ins below FOLDER: bin/NAME, and modules/PACKAGE/NAME.py for modules of Python."""
    from_here = os.path.dirname(os.path.abspath(__file__))
    bin_dir = os.path.join(folder, "bin")
    os.makedirs(bin_dir)
    for name in PROGRAMS:
        text = f"import sys\nsys.path.insert(0, {from_here!r})\nimport standins\nstandins.main({name!r})\n"
        if "." in name and not name.endswith(".sh"):
            path = os.path.join(folder, "modules", *name.split(".")) + ".py"
            os.makedirs(os.path.dirname(path), exist_ok=True)
        else:
            path = os.path.join(bin_dir, name)
            text = f"#!{sys.executable} -S\n" + text
        with open(path, "w", encoding="utf-8") as file:
            file.write(text)
        os.chmod(path, os.stat(path).st_mode | stat.S_IXUSR)
    os.symlink(sys.executable, os.path.join(bin_dir, "python"))
    modules = os.path.join(from_here, "modules")
    if os.path.isdir(modules):
        for name in os.listdir(modules):
            os.symlink(os.path.join(modules, name), os.path.join(folder, "modules", name))
    return bin_dir


def main(name):
    PROGRAMS[name](sys.argv[1:])


sys.modules.setdefault("standins", sys.modules[__name__])
import standins_ai  # noqa: E402
import standins_data  # noqa: E402
import standins_db  # noqa: E402
import standins_hpc  # noqa: E402
