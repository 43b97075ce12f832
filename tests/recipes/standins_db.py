# SPDX-License-Identifier: Apache-2.0
"""Postgres by SQLite, and what keeps its things there: MLflow, Optuna."""
import csv
import json
import os
import re
import socket
import sqlite3
import sys
import threading

from standins import options, program, refuse, say, serve, serve_lines


@program("docker-entrypoint.sh")
def entrypoint(words):
    if words[:1] != ["postgres"]:
        refuse("docker-entrypoint.sh", f"{words[0]}: not found")
    words = [word for pair in zip(words[1::2], words[2::2]) for word in pair if pair[0] != "-c" or "=" in pair[1]]
    args = options("postgres", "[-p]:int [-c+] [-D]", words)
    password = os.environ.get("POSTGRES_PASSWORD")
    if not password:
        refuse("docker-entrypoint.sh", "Database is uninitialized and superuser password is not specified.")
    if not os.environ.get("PGDATA", "/").startswith("/"):
        refuse("initdb", "PGDATA is no absolute path")
    base = sqlite3.connect(":memory:", check_same_thread=False, isolation_level=None)
    lock = threading.Lock()

    def answer(client):
        asked = json.loads(client.rfile.readline() or b"{}")
        if "ready" in asked:
            client.wfile.write(b'"accepting connections"\n')
        elif asked.get("password") != password or asked.get("user") != os.environ.get("POSTGRES_USER", "postgres"):
            client.wfile.write(b'{"error": "FATAL:  password authentication failed"}\n')
        else:
            reply = {"rows": [], "names": []}
            try:
                with lock:
                    for statement in asked["sql"]:
                        found = base.execute(*statement)
                        reply = {"rows": found.fetchall(), "names": [name[0] for name in found.description or ()]}
            except sqlite3.Error as error:
                reply = {"error": f"ERROR:  {error}"}
            client.wfile.write((json.dumps(reply) + "\n").encode())

    serve_lines("0.0.0.0", args.p or 5432, answer, "database system is ready to accept connections")


def ask(host, port, question):
    with socket.create_connection((host, int(port)), 20) as connection:
        connection.sendall((json.dumps(question) + "\n").encode())
        reply = json.loads(connection.makefile("rb").readline())
    if "error" in reply:
        raise SystemExit(reply["error"])
    return reply


def query(url, *sql):
    """Rows; url as SQLAlchemy takes it."""
    parts = re.fullmatch(r"postgresql(?:\+psycopg2)?://(\w+):([^@]+)@([^:]+):(\d+)/\w+", url or "")
    if not parts:
        raise SystemExit(f"Could not parse SQLAlchemy URL from string '{url}'")
    user, password, host, port = parts.groups()
    return ask(host, port, {"user": user, "password": password, "sql": [[text] for text in sql]})["rows"]


@program("pg_isready")
def pg_isready(words):
    args = options("pg_isready", "[-h] [-p]:int [-U] [-d] [-t]:int [-q!]", words)
    try:
        ask(args.h or "127.0.0.1", args.p or 5432, {"ready": True})
    except OSError:
        say("no response")
        sys.exit(2)


@program("psql")
def psql(words):
    args = options("psql", "[-v+] [-f] [-c] [--csv!] [-o] [-q!]", words)
    if args.f:
        with open(args.f, encoding="utf-8") as file:
            sql = [[text] for text in file.read().split(";") if text.strip()]
    elif args.c.startswith("\\copy "):
        parts = re.fullmatch(r"\\copy (\w+) from '([^']+)' csv header", args.c)
        if not parts:
            refuse("psql", "\\copy: parse error")
        with open(parts[2], encoding="utf-8", newline="") as file:
            _, *rows = csv.reader(file)
        sql = [[f"insert into {parts[1]} values ({','.join('?' * len(row))})", row] for row in rows]
    else:
        sql = [[args.c]]
    env = os.environ
    reply = ask(env["PGHOST"], env["PGPORT"], {"user": env["PGUSER"], "password": env["PGPASSWORD"], "sql": sql})
    with open(args.o, "w", encoding="utf-8") if args.o else sys.stdout as out:
        for row in ([reply["names"]] if args.csv else []) + reply["rows"]:
            out.write(("," if args.csv else "|").join(str(word) for word in row) + "\n")


@program("mlflow")
def mlflow(words):
    if words[:1] != ["server"]:
        refuse("mlflow", "No such command")
    args = options("mlflow server", """[--backend-store-uri] [--artifacts-destination] [--default-artifact-root] [--host]
        [--port]:int [--workers]:int [--serve-artifacts!]""", words[1:])
    url = args.backend_store_uri or os.environ.get("MLFLOW_BACKEND_STORE_URI")
    query(url, "create table runs (name text)")

    def answer(method, path, body, _):
        if path == "/health":
            return 200, "OK"
        if method == "POST" and path == "/api/2.0/mlflow/runs/create":
            query(url, f"insert into runs values ('{json.loads(body)['experiment_id']}')")
            return 200, {"runs": query(url, "select count(*) from runs")[0][0]}
        return 404, ""

    serve(args.host or "127.0.0.1", args.port or 5000, answer, "Listening at: http://0.0.0.0")


@program("optuna")
def optuna(words):
    if words[:1] == ["create-study"]:
        args = options("optuna create-study", """[--study-name] [--storage] [--direction] [--skip-if-exists!]
            [--directions+]""", words[1:])
        if args.direction not in (None, "minimize", "maximize"):
            refuse("optuna create-study", f"argument --direction: invalid choice: '{args.direction}'")
        query(args.storage or os.environ.get("OPTUNA_STORAGE"), "create table if not exists trials (study text, value real)")
        say(args.study_name)
    elif words[:1] == ["best-trial"]:
        args = options("optuna best-trial", "--study-name [--storage] [--format] [--flatten!]", words[1:])
        if args.format not in (None, "value", "json", "table", "yaml"):
            refuse("optuna best-trial", f"argument -f/--format: invalid choice: '{args.format}'")
        rows = query(args.storage or os.environ.get("OPTUNA_STORAGE"),
                     f"select count(*), min(value) from trials where study = '{args.study_name}'")
        say(json.dumps({"trials": rows[0][0], "values": [rows[0][1]]}))
    else:
        refuse("optuna", "invalid command")
