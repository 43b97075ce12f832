# SPDX-License-Identifier: Apache-2.0
"""What each recipe needs to run here, and what it says then.

by      local: hpcc up --local; slurm: the fake Slurm
env     variables of the user's; @ is the folder of the run
files   what the user has beside the spec
says    service, and a pattern that its log has a line for
functions of the shell's, such as module
leaves  files that are there afterwards
artifact  a file of the job, and what is in it
plays   scenarios of hpcc simulate, and the service that they restart
trials  of a sweep: how many there are; the best of them is a line of its results
times   how often it is run; the status it ends with is 0
ask     service, path, and what the answer holds, of a server that a person looks at
"""

TRAIN = """\
import os
print("rank", os.environ["RANK"], "of", os.environ["WORLD_SIZE"], "at", os.environ["MASTER_ADDR"], flush=True)
"""

# How many have joined the scheduler whose address is in the variable.
MEMBERS = """\
import os, socket
host, port = os.environ["%s"].replace("tcp://", "").split(":")
with socket.create_connection((host, int(port)), 20) as connection:
    connection.sendall(b"count\\n")
    print(connection.recv(100).decode().strip(), "workers are there", flush=True)
"""

MODULES = {
    "module": """() { case $1 in
 load) shift; for name; do export LOADEDMODULES="${LOADEDMODULES:+$LOADEDMODULES:}$name"; done ;;
 list) echo "$LOADEDMODULES" | tr : '\\n' >&2 ;;
 esac; }""",
}

CASES = {
    "mlflow": {
        "by": "local",
        "env": {"POSTGRES_PASSWORD": "no-secret", "STORE": "@"},
        "files": {"train.py": """\
import json, os, urllib.request
run = json.dumps({"experiment_id": os.environ["MLFLOW_EXPERIMENT_NAME"]}).encode()
with urllib.request.urlopen(os.environ["MLFLOW_TRACKING_URI"] + "/api/2.0/mlflow/runs/create", run) as answer:
    print(answer.read().decode())
"""},
        "says": [("train", '"runs": 1')],
    },
    "postgres-etl": {
        "by": "local",
        "env": {"POSTGRES_PASSWORD": "no-secret"},
        "files": {
            "data/a.csv": "place,degrees\nnorth,3\nsouth,20\n", "data/b.csv": "place,degrees\nnorth,5\n",
            "load.sql": "create table readings (place text, degrees real);",
            "summary.sql": "select place, avg(degrees) as mean from readings group by place order by place;"},
        "artifact": ("summary.csv", "place,mean\nnorth,4.0\nsouth,20.0\n"),
    },
    "celery": {
        "by": "local",
        "env": {"REDIS_PASSWORD": "no-secret"},
        "files": {"tasks.py": "", "send.py": """\
import os, re, subprocess
password, host, port = re.match(r"redis://:(.*)@(.*):(\\d+)/0", os.environ["CELERY_BROKER_URL"]).groups()
def redis(*words):
    os.environ["REDISCLI_AUTH"] = password
    return subprocess.run(["redis-cli", "-h", host, "-p", port, *words], check=True, stdout=subprocess.PIPE).stdout
redis("RPUSH", "celery", "add")
print("done:", redis("BLPOP", "results", "30").decode().split()[1])
"""},
        "says": [("worker", "^Task tasks.add succeeded$"), ("worker", "Warm shutdown"), ("send", "^done: add$")],
    },
    "optuna": {
        "by": "local",
        "env": {"POSTGRES_PASSWORD": "no-secret", "STORE": "@", "WORKERS": "2"},
        "files": {"objective.py": """\
import os, re, subprocess
url = re.match(r"postgresql.psycopg2://(.*):(.*)@(.*):(.*)/", os.environ["OPTUNA_STORAGE"]).groups()
os.environ.update(zip(("PGUSER", "PGPASSWORD", "PGHOST", "PGPORT"), url))
value = 1 + int(os.environ["HPC_COMPOSE_COPY_INDEX"])
subprocess.run(["psql", "-c", f"insert into trials values ('{os.environ['STUDY']}', {value})"], check=True)
"""},
        "says": [("best", r'^\{"trials": 2, "values": \[1.0\]\}$')],
    },
    "jupyter": {
        "by": "local",
        "env": {"JUPYTER_TOKEN": "no-secret"},
        "ask": ("lab", "/lab?token=no-secret", "JupyterLab"),
    },
    "monitoring": {
        "by": "slurm",
        "env": {"STORE": "@"},
        "files": {"train.py": "import os\nprint('training on', os.environ['SLURMD_NODENAME'], flush=True)\n"},
        "says": [("prometheus", r"^127.0.0.1:\d+ node_load1 0.5$"), ("prometheus", r"^127.0.0.2:\d+ node_load1 0.5$"),
                 ("train", "^training on 127.0.0.2$")],
    },
    "spark": {
        "by": "slurm",
        "files": {"app.py": MEMBERS % "MASTER"},
        "says": [("application", "^2 workers are there$")],
    },
    "hetjob": {
        "by": "compile", # the fake Slurm has no components
    },
    "mpi-helper": {
        "by": "slurm",
        "files": {"solver": "#!/bin/sh\necho \"rank $SLURM_PROCID of $SLURM_NTASKS\" | tee -a \"$2\"\n",
                  "helper.sh": "#!/bin/sh\nuntil [ -s \"$1\" ]; do sleep 0.1; done\necho 'there is progress'\n"},
        "says": [("solver", "^rank 0 of 6$"), ("solver", "^rank 5 of 6$"), ("helper", "^there is progress$")],
    },
    "nccl-test": {
        "by": "slurm",
        "says": [("all-reduce", "^ *8388608 ranks 8$"), ("all-reduce", "^ *8589934592 ranks 8$")],
    },
    "openfoam": {
        "by": "slurm",
        "env": {"CASE": "@/case"},
        "functions": MODULES,
        "files": {"case/system/controlDict": "", "case/system/decomposeParDict": "numberOfSubdomains 8;\n"},
        "says": [("reconstruct", "^Time = 100, of 8 parts$")],
    },
    "host-modules": {
        "by": "local",
        "functions": MODULES,
        "files": {"simulate.py": "import sys\nassert sys.argv[1] == '--output'\nopen(sys.argv[2], 'w').write('1 2\\n')\n"},
        "leaves": ["results/run.csv", "results/run.png"],
    },
    "snakemake": {
        "by": "local",
        "files": {"Snakefile": "rule all:\n    input: 'a.txt'\nrule one:\n    output: 'a.txt'\n    shell: 'touch {output}'\n"},
        "says": [("workflow", "^Provided cores: 32$"), ("workflow", "^2 of 2 steps")],
    },
    "nextflow": {
        "by": "local",
        "files": {"main.nf": "process ONE {\n}\nworkflow { ONE() }\n"},
        "says": [("workflow", "process > ONE"), ("workflow", "^executor > local$")],
        "leaves": ["report.html", "work"],
    },
    "staging": {
        "by": "local",
        "env": {"DATA": "@/in", "LOCAL": "@/local"},
        "files": {"in/dataset/a": "1\n", "in/results/README": "", "local/README": "", "train.py": """\
import os, sys
data, output = sys.argv[2], sys.argv[4]
print("sees", os.listdir(data), flush=True)
open(output + "/model", "w").close()
"""},
        "says": [("train", r"^sees \['a'\]$")],
    },
    "checkpoint": {
        "by": "local",
        "times": 2,
        "env": {"CHECKPOINTS": "@/saved"},
        "files": {"saved/README": "", "train.py": """\
import sys
path = sys.argv[2] + "/step"
step = int(open(path).read()) if "--resume" in sys.argv else 0
print("begins at step", step, flush=True)
open(path, "w").write(str(step + 10))
"""},
        "says": [("train", "^begins at step 0$"), ("train", "^begins at step 10$")],
    },
    "array": {
        "by": "slurm",
        "env": {"HF_HOME": "@", "PARTS": "0-1"},
        "files": {"parts/0.jsonl": "a\n", "parts/1.jsonl": "b\n", "ask.py": """\
import os, sys, urllib.request
with urllib.request.urlopen(os.environ["BASE_URL"] + "/models") as answer:
    open(sys.argv[2], "w").write(open(sys.argv[1]).read() + answer.read().decode())
"""},
        "leaves": ["answers-0.jsonl", "answers-1.jsonl"],
    },
    "apptainer-gpu": {
        "by": "local",
        "files": {"train.py": "print('trained')\n"},
        "says": [("check", "^NVIDIA A100"), ("train", "^trained$")],
    },
    "charliecloud": {
        "by": "local",
        "files": {"clean.py": "open('clean', 'w').close()\n", "fit.py": "print(open('clean').name)\n"},
        "says": [("fit", "^clean$")],
    },
    "sweep": {
        "by": "slurm",
        "files": {"train.py": "import sys\nprint('loss=%s' % (float(sys.argv[1].split('=')[1]) + 1))\n"},
        "trials": 6,
        "best": r"1  1\.001 .* batch=\d+;lr=0\.001$",
    },
    "simulate": {
        "by": "local",
        "says": [("worker", "^done$"), ("monitor", "^watching$")],
        "plays": [("server exits 137 at 2m; worker exits 0 after 10m", "server"), ("worker exits 1 after 5m every time", "worker")],
    },
    "vllm-router": {
        "by": "local",
        "env": {"VLLM_API_KEY": "no-secret", "HF_HOME": "@", "COPIES": "2", "REQUESTS": "6"},
        "says": [("server-2", "Application startup complete"), ("client", r"^6 answers, the first one: an answer by server-\d$")],
    },
    "sglang-disaggregated": {
        "by": "slurm",
        "env": {"HF_HOME": "@"},
        "says": [("client", r"is prefill at \d+; The capital of France is decode at None$")],
    },
    "evaluation": {
        "by": "local",
        "env": {"HF_HOME": "@", "TASKS": "gsm8k"},
        "says": [("harness", r"^\|gsm8k\|")],
    },
    "deepspeed": {
        "by": "slurm",
        "files": {"train.py": TRAIN, "ds_config.json": '{"train_batch_size": 64}'},
        "says": [("train", "^rank 0 of 8 at 127.0.0.1$"), ("train", "^rank 7 of 8 at 127.0.0.1$")],
    },
    "jax": {
        "by": "slurm",
        "says": [("train", "^process 0 of 2: 4 devices here, 8 in all$"), ("train", "^process 1 of 2: ")],
    },
    "ray": {
        "by": "slurm",
        "files": {"main.py": MEMBERS % "RAY_ADDRESS"},
        "env": {"NODES": "3"},
        "says": [("driver", "^2 workers are there$")],
    },
    "dask": {
        "by": "slurm",
        "files": {"main.py": MEMBERS % "DASK_SCHEDULER_ADDRESS"},
        "says": [("program", "^2 workers are there$")],
    },
    "vllm": {
        "by": "local",
        "env": {"VLLM_API_KEY": "no-secret", "HF_HOME": "@"},
        "says": [("server", "Application startup complete"), ("client", "^an answer by server$")],
    },
    "torchrun": {
        "by": "slurm",
        "files": {"train.py": TRAIN},
        "says": [("train", "^rank 0 of 8 at 127.0.0.1$"), ("train", "^rank 7 of 8 at 127.0.0.1$")],
    },
    "redis-workers": {
        "by": "local",
        "env": {"WORKERS": "2", "TASKS": "4"},
        "says": [("report", "^4 tasks are done$"), (r"worker-1", "^worker-1 takes task-")],
    },
}
