# SPDX-License-Identifier: Apache-2.0
"""Stand-ins of what serves, trains and measures models."""
import json
import os
import subprocess
import sys
import urllib.request

from standins import options, program, refuse, say, serve


def completion(key, model):
    """The part of OpenAI's API that clients of the recipes use."""

    def answer(method, path, body, headers):
        if path == "/health":
            return 200, ""
        if key and headers.get("Authorization") != "Bearer " + key:
            return 401, {"error": "Unauthorized"}
        if path == "/v1/models":
            return 200, {"object": "list", "data": [{"id": model, "object": "model"}]}
        if method == "POST" and path in ("/v1/chat/completions", "/v1/completions"):
            asked = json.loads(body)
            if asked.get("model") != model:
                return 404, {"error": f"The model `{asked.get('model')}` does not exist."}
            text = f"an answer by {os.environ.get('HPC_COMPOSE_SERVICE_NAME')}"
            return 200, {"choices": [{"message": {"role": "assistant", "content": text}, "text": text}]}
        return 404, {"detail": "Not Found"}

    return answer


@program("vllm")
def vllm(words):
    if words[:1] != ["serve"]:
        refuse("vllm", "argument subparser: invalid choice")
    args = options("vllm serve", """model [--host] [--port]:int [--tensor-parallel-size]:int [--pipeline-parallel-size]:int
        [--max-model-len]:int [--gpu-memory-utilization]:float [--served-model-name] [--api-key] [--dtype]
        [--download-dir] [--enable-prefix-caching!] [--trust-remote-code!] [--max-num-seqs]:int""", words[1:])
    gpus = (args.tensor_parallel_size or 1) * (args.pipeline_parallel_size or 1)
    if "GPUS" in os.environ and gpus > int(os.environ["GPUS"]):
        refuse("vllm", "World size is larger than the number of available GPUs")
    key = args.api_key or os.environ.get("VLLM_API_KEY")
    serve(args.host or "0.0.0.0", args.port or 8000, completion(key, args.served_model_name or args.model),
          "INFO:     Application startup complete.")


@program("torchrun")
def torchrun(words):
    split = next((i for i, word in enumerate(words) if word.endswith(".py")), len(words))
    args = options("torchrun", """[--nnodes] [--nproc-per-node] [--node-rank]:int [--rdzv-id] [--rdzv-backend]
        [--rdzv-endpoint] [--master-addr] [--master-port]:int [--max-restarts]:int [--standalone!] [-m!]""", words[:split])
    if split == len(words):
        refuse("torchrun", "the following arguments are required: training_script")
    if not os.path.exists(words[split]):
        refuse("torchrun", f"can't open file '{words[split]}'")
    if args.rdzv_backend and args.rdzv_backend not in ("c10d", "etcd", "static"):
        refuse("torchrun", f"unknown rendezvous backend {args.rdzv_backend}")
    nodes, here, rank = int(args.nnodes or 1), int(args.nproc_per_node or 1), args.node_rank or 0
    address, _, port = (args.rdzv_endpoint or "localhost:29500").rpartition(":")
    launch(words[split:], nodes, here, rank, address, port)


def launch(script, nodes, here, rank, address, port):
    """One process for each GPU, as torchrun and deepspeed start them."""
    started = []
    for local in range(here):
        env = dict(os.environ, RANK=str(rank * here + local), LOCAL_RANK=str(local), WORLD_SIZE=str(nodes * here),
                   LOCAL_WORLD_SIZE=str(here), MASTER_ADDR=address, MASTER_PORT=port)
        started.append(subprocess.Popen([sys.executable, *script], env=env))
    sys.exit(max(process.wait() for process in started))
