# SPDX-License-Identifier: Apache-2.0
"""Stand-ins of solvers, work flows and what watches machines."""
import itertools
import os
import re
import urllib.error
import urllib.request

from standins import options, program, refuse, serve


@program("nginx")
def nginx(words):
    args = options("nginx", "[-c] [-e] [-g] [-t!]", words)
    if args.g != "daemon off;":
        refuse("nginx", "a step ends with its first process: daemon off;")
    with open(args.c, encoding="utf-8") as file:
        text = file.read()
    if text.count("{") != text.count("}"):
        refuse("nginx", "unexpected end of file, expecting \"}\"")
    servers = re.findall(r"^\s*server (\S+:\d+);$", text, re.M)
    listen = re.search(r"^\s*listen (\d+);$", text, re.M)
    if not servers or not listen:
        refuse("nginx", 'no servers are inside upstream')
    for path in re.findall(r"_temp_path (\S+);", text):
        os.makedirs(path, exist_ok=True)  # as the real one does, which needs the folder above
    turn = itertools.cycle(servers)

    def answer(method, path, body, headers):
        asked = urllib.request.Request(f"http://{next(turn)}{path}", body or None, method=method)
        if headers.get("Authorization"):
            asked.add_header("Authorization", headers["Authorization"])
        try:
            with urllib.request.urlopen(asked, timeout=20) as got:
                return got.status, got.read().decode()
        except urllib.error.HTTPError as error:
            return error.code, ""

    serve("0.0.0.0", int(listen[1]), answer, "start worker processes")


@program("jupyter")
def jupyter(words):
    if words[:1] != ["lab"]:
        refuse("jupyter", "Jupyter command not found")
    args = options("jupyter lab", "[--no-browser!] [--ip] [--port]:int [--ServerApp.port_retries]:int [--notebook-dir]", words[1:])
    token = os.environ["JUPYTER_TOKEN"]

    def answer(_, path, __, headers):
        if path == "/api":
            return 200, {"version": "2.14.2"}
        if path.startswith("/lab"):
            good = path == "/lab?token=" + token or headers.get("Authorization") == "token " + token
            return (200, "JupyterLab") if good else (403, "Forbidden")
        return 404, ""

    serve(args.ip or "localhost", args.port or 8888, answer, f"Jupyter Server is running at: http://127.0.0.1:{args.port}/lab")


@program("node_exporter")
def node_exporter(words):
    flags = [word for word in words if word.startswith("--collector.")]
    known = {"disable-defaults", "cpu", "meminfo", "loadavg", "netdev", "infiniband", "diskstats", "filesystem"}
    for flag in flags:
        if flag[12:] not in known:
            refuse("node_exporter", f"unknown long flag '{flag}'")
    args = options("node_exporter", "[--web.listen-address]", [word for word in words if word not in flags])
    port = int(getattr(args, "web.listen_address").rpartition(":")[2])
    serve(os.environ["SLURMD_NODENAME"], port, lambda *_: (200, "node_load1 0.5\n"), f'msg="Listening on" address=[::]:{port}')


@program("prometheus")
def prometheus(words):
    args = vars(options("prometheus", """--config.file [--storage.tsdb.path] [--web.listen-address]
        [--storage.tsdb.retention.time] [--web.enable-lifecycle!]""", words))
    with open(args["config.file"], encoding="utf-8") as file:
        text = file.read()
    targets = re.findall(r"^ {10}- '([^':]+:\d+)'$", text, re.M)
    if not text.startswith("global: {scrape_interval: 15s}\nscrape_configs:\n  - job_name: ") or not targets:
        refuse("prometheus", "couldn't load configuration")
    for target in targets:
        with urllib.request.urlopen(f"http://{target}/metrics", timeout=20) as got:
            print(target, got.read().decode().strip(), flush=True)
    host, _, port = args["web.listen_address"].rpartition(":")
    serve(host, int(port), lambda _, path, *__: (200 if path == "/-/ready" else 404, "Ready"), "Server is ready to receive web requests.")


@program("all_reduce_perf_mpi")
def all_reduce_perf(words):
    args = options("all_reduce_perf", "[-b] [-e] [-f]:int [-g]:int [-c]:int [-n]:int [-w]:int [-i]", words)
    size = {"K": 1 << 10, "M": 1 << 20, "G": 1 << 30}
    first, last = (int(text.rstrip("KMG")) * size.get(text[-1], 1) for text in (args.b, args.e))
    if first > last:
        refuse("all_reduce_perf", "invalid option: minbytes > maxbytes")
    rank, ranks = int(os.environ["SLURM_PROCID"]), int(os.environ["SLURM_NTASKS"])
    print(f"#  Rank {rank:2} Group  0 Pid {os.getpid()} on {os.environ['SLURMD_NODENAME']} device {rank}", flush=True)
    while rank == 0 and first <= last:
        print(f"{first:12} ranks {ranks}", flush=True)
        first *= args.f
    if rank == 0:
        print("# Avg bus bandwidth    : 1.0", flush=True)


def foam(name, text):
    """A program of OpenFOAM, in a folder that is a case."""

    def add(function):
        def run(words):
            args = options(name, text, words)
            if not os.path.exists("system/controlDict"):
                refuse(name, "FOAM FATAL IO ERROR: cannot find file \"system/controlDict\"")
            function(name, args)
            print("End\n", flush=True)

        program(name)(run)
        return function

    return add


@foam("blockMesh", "[-case] [-dict]")
def block_mesh(*_):
    os.makedirs("constant/polyMesh", exist_ok=True)


@foam("decomposePar", "[-force!] [-case] [-latestTime!]")
def decompose(name, _):
    with open("system/decomposeParDict", encoding="utf-8") as file:
        number = re.search(r"numberOfSubdomains\s+(\d+);", file.read())
    if not number or not os.path.isdir("constant/polyMesh"):
        refuse(name, "FOAM FATAL ERROR")
    for part in range(int(number[1])):
        os.makedirs(f"processor{part}/0", exist_ok=True)


@foam("simpleFoam", "[-parallel!] [-case]")
def solve(name, args):
    parts = sum(entry.startswith("processor") for entry in os.listdir("."))
    if not args.parallel or parts != int(os.environ["SLURM_NTASKS"]):
        refuse(name, f"number of processor directories = {parts} is not equal to the number of processors")
    os.makedirs(f"processor{os.environ['SLURM_PROCID']}/100", exist_ok=True)


@foam("reconstructPar", "[-latestTime!] [-case]")
def reconstruct(name, _):
    parts = [entry for entry in os.listdir(".") if entry.startswith("processor")]
    if not all(os.path.isdir(entry + "/100") for entry in parts):
        refuse(name, "FOAM FATAL ERROR: processors disagree on times")
    os.makedirs("100")
    print(f"Time = 100, of {len(parts)} parts", flush=True)


@program("gnuplot")
def gnuplot(words):
    args = options("gnuplot", "[-e] [-p!]", words)
    output = re.search(r"set output '([^']+)'", args.e)[1]
    with open(re.search(r"plot '([^']+)'", args.e)[1], encoding="utf-8") as data, open(output, "w", encoding="utf-8") as plot:
        plot.write(data.read())


@program("snakemake")
def snakemake(words):
    args = options("snakemake", """[--cores]:int [--resources+] [--rerun-incomplete!] [--keep-going!] [--printshellcmds!]
        [--snakefile] [--dry-run!] [--use-conda!] [--jobs]:int""", words)
    if not args.cores:
        refuse("snakemake", "you have to specify the maximum number of CPU cores to be used at the same time")
    with open(args.snakefile or "Snakefile", encoding="utf-8") as file:
        rules = re.findall(r"^rule (\w+):", file.read(), re.M)
    print(f"Provided cores: {args.cores}", *(f"rule {rule}" for rule in rules), f"{len(rules)} of {len(rules)} steps (100%) done",
          sep="\n", flush=True)


@program("nextflow")
def nextflow(words):
    if words[:1] != ["run"]:
        refuse("nextflow", f"Unknown command: {words[0]}")
    for i, word in enumerate(words):  # -work-dir DIR, with one dash
        if word.startswith("-") and word not in ("-resume", "-work-dir", "-w", "-with-report", "-with-trace", "-profile", "-params-file", "-c"):
            refuse("nextflow", f"Unknown option: {word}")
        if word == "-work-dir":
            os.makedirs(words[i + 1], exist_ok=True)
        if word == "-with-report":
            open(words[i + 1], "w", encoding="utf-8").close()
    with open(words[1], encoding="utf-8") as file:
        processes = re.findall(r"^process (\w+)", file.read(), re.M)
    for number, name in enumerate(processes):
        print(f"[{number:02}] process > {name} (1) [100%]", flush=True)
    print("executor >", os.environ["NXF_EXECUTOR"], flush=True)


@program("nvidia-smi")
def nvidia_smi(words):
    args = options("nvidia-smi", "[-L!] [--query-gpu] [--format]", words)
    if args.format not in ("csv", "csv,noheader"):
        refuse("nvidia-smi", "--format= is required with --query-gpu=")
    print(args.query_gpu, "NVIDIA A100-SXM4-80GB", sep="\n", flush=True)
