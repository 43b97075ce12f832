# SPDX-License-Identifier: Apache-2.0
"""Stand-ins of databases, queues and what works on data."""
import collections
import os
import socket
import sys
import threading

from standins import options, program, refuse, say, serve_lines


class Lists:
    """What is in a Redis: lists and counters."""

    def __init__(self):
        self.lists = collections.defaultdict(collections.deque)
        self.numbers = collections.Counter()
        self.changed = threading.Condition()

    def do(self, words):
        """An answer in the words of the protocol."""
        verb, rest = words[0].upper(), words[1:]
        with self.changed:
            if verb == "PING":
                return "+PONG\r\n"
            if verb in ("RPUSH", "LPUSH") and len(rest) > 1:
                put = self.lists[rest[0]].append if verb == "RPUSH" else self.lists[rest[0]].appendleft
                for word in rest[1:]:
                    put(word)
                self.changed.notify_all()
                return f":{len(self.lists[rest[0]])}\r\n"
            if verb == "LPOP" and len(rest) == 1:
                return bulk(self.lists[rest[0]].popleft() if self.lists[rest[0]] else None)
            if verb in ("BLPOP", "BRPOP") and len(rest) == 2:
                end = float(rest[1]) or None
                if not self.changed.wait_for(lambda: self.lists[rest[0]], end):
                    return "*-1\r\n"
                item = self.lists[rest[0]].popleft() if verb == "BLPOP" else self.lists[rest[0]].pop()
                return "*2\r\n" + bulk(rest[0]) + bulk(item)
            if verb == "LLEN" and len(rest) == 1:
                return f":{len(self.lists[rest[0]])}\r\n"
            if verb == "INCR" and len(rest) == 1:
                self.numbers[rest[0]] += 1
                return f":{self.numbers[rest[0]]}\r\n"
        return f"-ERR unknown command '{words[0]}' or wrong number of arguments\r\n"


def bulk(text):
    return "$-1\r\n" if text is None else f"${len(text.encode())}\r\n{text}\r\n"


def read_command(file):
    """None at the end."""
    head = file.readline()
    if not head.startswith(b"*"):
        return None
    words = []
    for _ in range(int(head[1:])):
        length = int(file.readline()[1:])
        words.append(file.read(length + 2)[:-2].decode())
    return words


@program("redis-server")
def redis_server(words):
    args = options("redis-server", "[--port]:int [--bind+] [--dir] [--save+] [--appendonly] [--requirepass] "
                   "[--maxmemory] [--maxmemory-policy] [--protected-mode] [--loglevel]", [w or " " for w in words])
    if args.dir and not os.path.isdir(args.dir):
        refuse("redis-server", f"can't chdir to '{args.dir}': No such file or directory")
    if args.appendonly not in (None, "yes", "no"):
        refuse("redis-server", "argument must be 'yes' or 'no'")
    store = Lists()

    def answer(client):
        allowed = not args.requirepass
        while (command := read_command(client.rfile)) is not None:
            if command[0].upper() == "AUTH":
                allowed = command[-1] == args.requirepass
                reply = "+OK\r\n" if allowed else "-WRONGPASS invalid username-password pair\r\n"
            else:
                reply = store.do(command) if allowed else "-NOAUTH Authentication required.\r\n"
            client.wfile.write(reply.encode())

    bind = args.bind[0][0] if args.bind else "127.0.0.1"
    serve_lines(bind, args.port or 6379, answer, "Ready to accept connections tcp")


def redis_ask(host, port, password, *commands):
    """The answers, each a text, a list or None."""

    def read(file):
        line = file.readline().rstrip(b"\r\n").decode()
        if line[:1] == "$":
            return None if line == "$-1" else file.read(int(line[1:]) + 2)[:-2].decode()
        if line[:1] == "*":
            return None if line == "*-1" else [read(file) for _ in range(int(line[1:]))]
        if line[:1] == "-":
            raise SystemExit("(error) " + line[1:])
        return line[1:]

    with socket.create_connection((host, int(port)), 20) as connection:
        connection.settimeout(None)
        file = connection.makefile("rwb")
        replies = []
        for command in ([["AUTH", password]] if password else []) + list(commands):
            file.write((f"*{len(command)}\r\n" + "".join(bulk(word) for word in command)).encode())
            file.flush()
            replies.append(read(file))
    return replies[-len(commands):]


@program("redis-cli")
def redis_cli(words):
    where = {"-h": "127.0.0.1", "-p": "6379"}
    while words and words[0].startswith("-"):
        if words[0] == "--no-auth-warning":
            words = words[1:]
        elif words[0] in where and len(words) > 1:
            where[words[0]], words = words[1], words[2:]
        else:
            refuse("redis-cli", f"Unrecognized option or bad number of args for: '{words[0]}'")
    answer = redis_ask(where["-h"], where["-p"], os.environ.get("REDISCLI_AUTH"), words)[0]
    for line in answer if isinstance(answer, list) else [answer]:
        say(line or "")
    sys.exit(0)
