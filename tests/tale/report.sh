#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# hpcc report: of recorded runs in all forms, of elements of an array, of hostile texts, and of a job that runs here.
# HPCC_UPDATE=1 writes golden/*.md and golden/*.svg anew.
update=${HPCC_UPDATE:-}
tests=$(cd "$(dirname "$0")/.." && pwd)
# shellcheck source=tests/cli/lib.bash disable=SC1091
. "$tests/cli/lib.bash"
schemas=$tests/../docs/schema
scenes=(three failed fifty thousand hostile requeued cut-off damaged)
python3 "$tests/tale/scenes.py" . "${scenes[@]}"
page() { python3 "$tests/tale/page.py" "$@"; }
valid() { python3 "$tests/tale/valid.py" "$schemas/tale.schema.json" "$1"; }

# Each form of each run; the same again is the same.
for i in "${!scenes[@]}"; do
	id=local-$((i + 1)) scene=${scenes[i]}
	for form in html svg md json; do
		run 0 hpcc report "$id" -o "one.$form"
		quiet
	done
	run 0 hpcc report "$id" --format=html -o -
	that "$scene is the same again" cmp "$work/out" one.html
	that "$scene: a good page" page one.html "Timeline" "Critical chain"
	that "$scene: a good drawing" page one.svg
	that "$scene: good JSON" valid one.json
	for form in md svg; do
		case $scene.$form in thousand.* | fifty.*) continue ;; esac
		[ "$update" != 1 ] || cp one.$form "$tests/tale/golden/$scene.$form"
		that "$scene as drawn in $form" cmp one.$form "$tests/tale/golden/$scene.$form"
	done
done
run 0 hpcc report local-4 -o thousand.html
rows() { python3 -c 'import re, sys; print(len(re.findall("<tr[^>]*><th scope=\"row\">worker-", open(sys.argv[1]).read())))' "$1"; }
that 'each of a thousand has its row, and the one on the chain another' test "$(rows thousand.html)" = 999
that 'a page of a thousand has a size' test "$(stat -c %s thousand.html)" -lt 2000000

# Names, texts of events and samples are no markup, whatever they are.
python3 - <<'PYTHON'
import json
path = ".hpc-compose/local-5/events.jsonl"
events = [json.loads(line) for line in open(path, encoding="utf-8")]
for e in events:
    if e["event"] == "restarting":
        e["text"] = "<img src=x onerror=alert(1)> {{spec}} \ufffe\u0007 ``` | [a](javascript:b)"
open(path, "w", encoding="utf-8").writelines(json.dumps(e) + "\n" for e in events)
import os
os.mkdir(".hpc-compose/local-5/metrics")
with open(".hpc-compose/local-5/metrics/meta.json", "w") as f:
    json.dump({"interval_seconds": 1, "degraded": False}, f)
with open(".hpc-compose/local-5/metrics/cpu.jsonl", "w") as f:
    for i in range(7):
        for value in ("\"x\"", "1e400", "-5", "37.5"):
            f.write('{"at":"2026-01-31T12:00:0%d.000Z","node":"</svg><script>","utilization_pct":%s}\n' % (i, value))
run = {"schema_version": 1, "spec": "a: </pre><script>alert(1)</script>\n```\n````\n", "script": "\x1b[2J</details>\n",
       "environment": [{"service": "<i>", "names": ["<b>", "\"'"]}]}
with open(".hpc-compose/local-5/run.json", "w") as f:
    json.dump(run, f)
PYTHON
run 0 hpcc report local-5 -o hostile.html
that 'hostile texts are texts' page hostile.html '<img src=x onerror=alert(1)> {{spec}} \ufffe\x07' \
	'a: </pre><script>alert(1)</script>' '\x1b[2J</details>' '</svg><script>' '<i>' '[a](javascript:b)' '</script><b>&'
run 0 hpcc report local-5 -o hostile.svg
that 'in the drawing' page hostile.svg '</svg><script>' '[a](javascript:b)'
run 0 hpcc report local-5 -o hostile.md
that 'a fence that nothing ends' grep -qx '`````yaml' hostile.md
# shellcheck disable=SC2016 # code fences of Markdown
that 'no markup but the report itself' test -z "$(sed '/^`````yaml/,/^`````$/d; /^```/,/^```$/d' hostile.md | grep -E '(^|[^\\])[<|`]' | grep -v '^|')"
run 0 hpcc report local-5 -o hostile.json
that 'in JSON' valid hostile.json

# Slurm knows of no job.
mkdir bin
for program in squeue sacct scontrol; do printf '#!/bin/sh\n' >bin/$program; done
chmod +x bin/*
PATH=$PWD/bin:$PATH

# An array: its elements, those that are named, and where one file can't hold them.
python3 - "$tests/tale" <<'PYTHON'
import json, os, sys
sys.path.insert(0, sys.argv[1])
import scenes
base = os.path.abspath(".hpc-compose")
for number, index in ((901, 1), (902, 2)):
    scenes.SCENES["failed" if index == 1 else "three"]().play().write(".", f"local-{number}")
    os.rename(f"{base}/local-{number}", f"{base}/{number}")
    os.remove(f"{base}/jobs/local-{number}.json")
    os.symlink(str(number), f"{base}/900_{index}")
    os.makedirs(f"{base}/900", exist_ok=True)
    os.replace(f"{base}/{number}/job.sbatch", f"{base}/900/job.sbatch")
    with open(f"{base}/{number}/state.json") as f:
        state = json.load(f)
    with open(f"{base}/{number}/state.json", "w") as f:
        json.dump(dict(state, attempt=index), f)
with open(f"{base}/jobs/900.json", "w") as f:
    json.dump({"schema_version": 1, "job_id": "900", "scheduler": "slurm", "name": "many", "is_array": True, "array": "1-2",
               "job_root": f"{base}/900", "submitted_at": 1769860800, "services": []}, f)
PYTHON
run 0 hpcc report 900 -o array.html
that 'a page of two elements' page array.html 'job 900_1' 'job 900_2' 'attempt 1' 'attempt 2'
run 0 hpcc report 900_2 --format=json
that 'one element' python3 -c 'import json, sys; j = json.load(open(sys.argv[1])); assert [(t["job_id"], t["attempt"], t["knows_needs"]) for t in j] == [("900_2", 2, True)]' "$work/out"
run 2 hpcc report 900 --format=svg
err_has 'an SVG report holds 1'
err_has 'hpcc report 900_1'

# What can't be written leaves what was there.
echo before >kept.html
run 1 hpcc report local-1 -o nowhere/report.html
err_has "can't write 'nowhere/report.html'"
run 3 hpcc report local-77 -o kept.html
that 'it is kept' grep -qx before kept.html

# A job that runs here, with a secret, samples, and an end.
SECRET_WORD=xyzzy-plugh-4711
printf '%s\n' "$SECRET_WORD" >word.txt
cat >compose.yaml <<'SPEC'
name: real
runtime: {backend: host}
x-env: {env: {ROOT_PASSWORD: of-all-of-them-815}}
secrets: {SECRET_WORD: {file: word.txt}}
x-slurm: {time: 10, setup: ['export SETUP_TOKEN=in-a-shell-815'], metrics: {enabled: true, interval_seconds: 1, collectors: [cpu]}}
services:
  store:
    command: [sh, -c, 'until [ -e go ]; do sleep 0.05; done', "${SECRET_WORD}"]
    environment: {API_TOKEN: "${SECRET_WORD}", OTHER_TOKEN: plain-in-the-spec-815, PLAIN_NAME: visible-value}
    x-env: {env: {HOST_PASSWORD: "it's on the host-815"}}
  worker:
    script: |
      OWN_PASSWORD='of the service-815' sh -c 'exit 3'
    depends_on: {store: {condition: service_completed_successfully}}
SPEC
run 0 hpcc up --local --detach
id=$(hpcc jobs | awk 'NR == 1 {print $1}')
job=.hpc-compose/$id
samples() { [ -e "$job/metrics/cpu.jsonl" ] && [ "$(wc -l <"$job/metrics/cpu.jsonl")" -ge 2 ]; }
that 'it is sampled' within 20 samples
run 0 hpcc report -o now.html
that 'a page of a job that runs' page now.html 'up to this moment' 'CPU of nodes' 'API_TOKEN OTHER_TOKEN PLAIN_NAME' 'depends_on:' '<redacted>'
touch go
is_over() { hpcc report -o - >"$work/out" 2>/dev/null && grep -q 'It ended since' "$work/out"; }
that 'it ends' within 20 is_over
for form in html svg md json; do
	run 0 hpcc report "$id" -o "real.$form"
done
that 'a page' page real.html "It ended since 'worker' exited with status 3: job fails." 'CPU of nodes' 'Memory in use on nodes' 'A look every 1 s'
that 'JSON' valid real.json
that 'charts are in it' python3 -c 'import json, sys; c = json.load(open(sys.argv[1]))[0]["charts"]; assert [x["title"] for x in c] == ["CPU of nodes", "Memory in use on nodes"] and len(c[1]["lines"][0]["points"]) > 1, c' real.json
that 'the secret is nowhere' test -z "$(grep -l -e "$SECRET_WORD" -e '-815' real.* now.html "$job/run.json")"
that 'it is in the script' grep -q "$SECRET_WORD" "$job/job.sbatch"
that 'run.json is private' test "$(stat -c %a "$job/run.json")" = 600
that 'run.json as its schema says' python3 "$tests/tale/valid.py" "$schemas/run.schema.json" "$job/run.json"
cp real.html before.html
rm compose.yaml
run 0 hpcc report "$id" -o real.html
that 'the same without the spec' cmp real.html before.html
rm "$job/run.json"
run 0 hpcc report "$id" -o real.html
that 'what is not recorded is said' page real.html 'Not recorded for this job (run.json: no such file or directory).'
finish
