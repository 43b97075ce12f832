# SPDX-License-Identifier: Apache-2.0
"""Stand-ins of databases, queues and what works on data."""
import collections
import os
import re
import socket
import sys
import threading

from standins import ends_by_term, join, options, program, refuse, say, serve_lines, serve_members


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
    config = {}
    if "-" in words:  # a configuration by standard input
        words.remove("-")
        config = dict(line.split(None, 1) for line in sys.stdin.read().splitlines() if line.strip())
        if set(config) - {"requirepass", "maxmemory"}:
            refuse("redis-server", "*** FATAL CONFIG FILE ERROR ***")
    args = options("redis-server", "[--port]:int [--bind+] [--dir] [--save+] [--appendonly] [--requirepass] "
                   "[--maxmemory] [--maxmemory-policy] [--protected-mode] [--loglevel]", [w or " " for w in words])
    if args.dir and not os.path.isdir(args.dir):
        refuse("redis-server", f"can't chdir to '{args.dir}': No such file or directory")
    if args.appendonly not in (None, "yes", "no"):
        refuse("redis-server", "argument must be 'yes' or 'no'")
    password = args.requirepass or config.get("requirepass")
    store = Lists()

    def answer(client):
        allowed = not password
        while (command := read_command(client.rfile)) is not None:
            if command[0].upper() == "AUTH":
                allowed = command[-1] == password
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


def broker(url):
    """Host, port and password of redis://:PASSWORD@HOST:PORT/N."""
    parts = re.fullmatch(r"redis://(?::([^@]+)@)?([^:]+):(\d+)/\d+", url)
    if not parts:
        raise SystemExit(f"Cannot connect to {url}: No such transport")
    return parts[2], parts[3], parts[1]


@program("celery")
def celery(words):
    if words[:1] == ["worker"] or "worker" not in words:
        refuse("celery", "-A comes before the command 'worker'")
    at = words.index("worker")
    app = options("celery", "-A", words[:at])
    args = options("celery worker", """[--loglevel] [--concurrency]:int [--without-mingle!] [--without-gossip!] [--pool]
        [-n] [-Q]""", words[at + 1:])
    if not os.path.exists(app.A + ".py"):
        refuse("celery", f"Invalid value for '-A' / '--app': The module {app.A} was not found.")
    if args.loglevel not in (None, "DEBUG", "INFO", "WARNING", "ERROR"):
        refuse("celery worker", "Invalid value for '-l' / '--loglevel'")
    place = broker(os.environ["CELERY_BROKER_URL"])
    redis_ask(*place, ["PING"])
    ends_by_term("worker: Warm shutdown (MainProcess)")
    say(f"[INFO/MainProcess] celery@{os.uname().nodename} ready.")
    while True:
        _, task = redis_ask(*place, ["BLPOP", "celery", "0"])[0]
        say(f"Task {app.A}.{task} succeeded")
        redis_ask(*place, ["RPUSH", "results", task])


@program("spark-class")
def spark_class(words):
    kind = words[0].rpartition(".")[2]
    if words[0] == "org.apache.spark.deploy.master.Master":
        args = options(kind, "[--host] [--port]:int [--webui-port]:int [--properties-file]", words[1:])
        serve_members("0.0.0.0", args.port or 7077, "INFO Master: I have been elected leader! New state: ALIVE")
    elif words[0] == "org.apache.spark.deploy.worker.Worker":
        args = options(kind, "master [--cores]:int [--memory] [--work-dir] [--port]:int [--webui-port]:int", words[1:])
        if not re.fullmatch(r"\d+[kmgt]?", args.memory or "1g", re.I):
            refuse(kind, f"invalid memory size {args.memory}")
        join(*spark_master(args.master), f"INFO Worker: Successfully registered with master {args.master}")
    else:
        refuse("spark-class", f"Could not find or load main class {words[0]}")


def spark_master(url):
    if not re.fullmatch(r"spark://[^:]+:\d+", url or ""):
        raise SystemExit(f"Master must either be yarn or start with spark, k8s, or local: {url}")
    return url[8:].split(":")


@program("spark-submit")
def spark_submit(words):
    at = next((i for i, word in enumerate(words) if word.endswith(".py")), len(words))
    args = options("spark-submit", """--master [--conf+] [--driver-memory] [--executor-memory] [--executor-cores]:int
        [--total-executor-cores]:int [--py-files] [--name] [--packages]""", words[:at])
    if at == len(words):
        refuse("spark-submit", "Missing application resource.")
    if any("=" not in conf[0] for conf in args.conf or []):
        refuse("spark-submit", "Spark config without '='")
    spark_master(args.master)
    os.environ["MASTER"] = args.master[8:]
    os.execv(sys.executable, [sys.executable, *words[at:]])
