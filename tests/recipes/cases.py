# SPDX-License-Identifier: Apache-2.0
"""What each recipe needs to run here, and what it says then.

by      local: hpcc up --local; slurm: the fake Slurm
env     variables of the user's; @ is the folder of the run
files   what the user has beside the spec
says    service, and a pattern that its log has a line for
leaves  files that are there afterwards
ask     service, path, and what the answer holds, of a server that a person looks at
"""

TRAIN = """\
import os
print("rank", os.environ["RANK"], "of", os.environ["WORLD_SIZE"], "at", os.environ["MASTER_ADDR"], flush=True)
"""

CASES = {
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
