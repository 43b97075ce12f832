# SPDX-License-Identifier: Apache-2.0
"""Stand-ins of what serves, trains and measures models."""
import json
import os
import subprocess
import sys
import urllib.request

from standins import join, options, program, refuse, say, serve, serve_members


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


@program("deepspeed")
def deepspeed(words):
    split = next((i for i, word in enumerate(words) if word.endswith(".py")), len(words))
    args = options("deepspeed", """[--hostfile] [--include] [--num_nodes]:int [--num_gpus]:int [--no_ssh!]
        [--node_rank]:int [--master_addr] [--master_port]:int [--launcher] [--module!]""", words[:split])
    if split == len(words):
        refuse("deepspeed", "the following arguments are required: user_script")
    with open(args.hostfile, encoding="utf-8") as file:
        slots = [line.split() for line in file if line.strip()]
    if any(len(line) != 2 or not line[1].startswith("slots=") for line in slots):
        refuse("deepspeed", "Hostfile contains a bad entry")
    if args.no_ssh and (args.node_rank is None or not args.master_addr):
        refuse("deepspeed", "node_rank and master_addr are required without ssh")
    rest = options("train.py", "[--deepspeed!] --deepspeed_config", words[split + 1:])
    with open(rest.deepspeed_config, encoding="utf-8") as file:
        json.load(file)
    launch(words[split:], len(slots), int(slots[args.node_rank or 0][1][6:]), args.node_rank or 0,
           args.master_addr, str(args.master_port or 29500))


@program("sglang.launch_server")
def sglang(words):
    args = options("launch_server.py", """--model-path [--host] [--port]:int [--tp-size]:int [--disaggregation-mode]
        [--disaggregation-bootstrap-port]:int [--disaggregation-transfer-backend] [--disaggregation-ib-device]
        [--mem-fraction-static]:float [--trust-remote-code!]""", words)
    if args.disaggregation_mode not in (None, "null", "prefill", "decode"):
        refuse("launch_server.py", f"argument --disaggregation-mode: invalid choice: '{args.disaggregation_mode}'")
    if args.disaggregation_transfer_backend not in (None, "mooncake", "nixl", "ascend", "fake"):
        refuse("launch_server.py", "argument --disaggregation-transfer-backend: invalid choice")

    def answer(_, path, body, __):
        if path == "/health":
            return 200, ""
        if path == "/generate":
            asked = json.loads(body)
            return 200, {"text": f"{asked['text']} {args.disaggregation_mode} at {asked.get('bootstrap_port')}"}
        return 404, ""

    serve(os.environ["SLURMD_NODENAME"] if args.disaggregation_mode else args.host or "127.0.0.1", args.port or 30000,
          answer, "The server is fired up and ready to roll!")


@program("sglang_router.launch_router")
def sglang_router(words):
    args = options("launch_router.py", """[--host] [--port]:int [--pd-disaggregation!] [--prefill+] [--decode+]
        [--policy] [--worker-urls+]""", words)
    if not args.pd_disaggregation or not args.prefill or not args.decode:
        refuse("launch_router.py", "PD disaggregation mode requires --prefill and --decode")
    if any(len(server) > 2 for server in args.prefill) or any(len(server) != 1 for server in args.decode):
        refuse("launch_router.py", "--prefill takes URL and bootstrap port, --decode a URL")
    for server in args.prefill + args.decode:
        with urllib.request.urlopen(server[0] + "/health", timeout=20):
            pass

    def answer(_, path, body, __):
        if path == "/health":
            return 200, "OK"
        text = []
        for url, port in ((args.prefill[0][0], int(args.prefill[0][1])), (args.decode[0][0], None)):
            asked = dict(json.loads(body), bootstrap_port=port)
            request = urllib.request.Request(url + path, json.dumps(asked).encode())
            with urllib.request.urlopen(request, timeout=20) as got:
                text.append(json.load(got)["text"])
        return 200, {"text": "; ".join(text)}

    serve(args.host or "127.0.0.1", args.port or 30000, answer, "Starting server")


@program("lm_eval")
def lm_eval(words):
    args = options("lm_eval", """--model --model_args --tasks [--output_path] [--log_samples!] [--batch_size]
        [--num_fewshot]:int [--limit]:float""", words)
    if args.model not in ("local-completions", "local-chat-completions", "hf", "vllm"):
        refuse("lm_eval", f"Attempted to load model '{args.model}', but no model for this name found!")
    given = dict(item.split("=", 1) for item in args.model_args.split(","))
    question = json.dumps({"model": given["model"], "prompt": "1 + 1 ="}).encode()
    with urllib.request.urlopen(urllib.request.Request(given["base_url"], question), timeout=20) as answer:
        assert json.load(answer)["choices"]
    folder = os.path.join(args.output_path, given["model"].replace("/", "__"))
    os.makedirs(folder)
    with open(os.path.join(folder, "results_2026-01-01.json"), "w", encoding="utf-8") as file:
        json.dump({"results": {task: {"acc": 1.0} for task in args.tasks.split(",")}}, file)
    for task in args.tasks.split(","):
        say(f"|{task}|      3|acc|1.0|")


@program("ray")
def ray(words):
    if words[:1] != ["start"]:
        refuse("ray", f"No such command '{words[0]}'")
    args = options("ray start", """[--head!] [--block!] [--address] [--node-ip-address] [--port]:int [--dashboard-host]
        [--dashboard-port]:int [--num-cpus]:int [--num-gpus]:int [--temp-dir] [--disable-usage-stats!]""", words[1:])
    if args.head == bool(args.address):
        refuse("ray start", "`ray start` should specify either `--head` or `--address`")
    if not args.block:
        refuse("ray start", "a step ends with its first process: --block")
    if args.head:
        if args.temp_dir and not args.temp_dir.startswith("/"):
            refuse("ray start", "temp_dir must be absolute path")
        serve_members("0.0.0.0", args.port or 6379, "Ray runtime started.")
    join(*args.address.split(":"), "Ray runtime started.")


@program("dask")
def dask(words):
    if words[:1] == ["scheduler"]:
        args = options("dask scheduler", "[--host] [--port]:int [--dashboard-address] [--scheduler-file]", words[1:])
        serve_members(args.host or "0.0.0.0", args.port or 8786, "distributed.scheduler - INFO -   Scheduler at:")
    elif words[:1] == ["worker"]:
        args = options("dask worker", """scheduler [--nworkers] [--nthreads]:int [--memory-limit] [--local-directory]
            [--death-timeout] [--scheduler-file] [--name] [--interface]""", words[1:])
        scheme, _, place = args.scheduler.partition("://")
        if scheme not in ("tcp", "tls"):
            refuse("dask worker", f"unknown address scheme '{scheme}'")
        join(*place.split(":"), "distributed.worker - INFO -         Registered to:  " + args.scheduler)
    else:
        refuse("dask", "No such command")
