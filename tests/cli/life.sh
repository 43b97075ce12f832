#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# shellcheck disable=SC2016 # specs and patterns in single quotes
# What a job on this machine does besides its services: copies, artifacts and their export, asserts,
# records for other jobs, samples, and the files that it leaves.
files=$(realpath "$(dirname "$0")/../schema/job-files")
. "$(dirname "$0")/lib.bash"

# as_documented [OPTION...]: the files of the newest job.
as_documented() {
	local status=0
	id=$(hpcc jobs | awk 'NR == 1 {print $1}')
	dir=.hpc-compose/$id
	"$files" "$@" "$dir" >"$work/files" || status=$?
	[ "$status" = 0 ] || [ "$status" = 77 ] || { cat "$work/files" && return 1; }
}
the_same() {
	[ "$1" = "$2" ] || { echo "'$1' instead of '$2'" && return 1; }
}
# valid SCHEMA FILE: without python3-jsonschema anything is.
valid() {
	python3 -c 'import jsonschema' 2>/dev/null || return 0
	python3 - "${files%/tests/*}/docs/schema/$1.schema.json" "$2" <<-'PYTHON'
		import json, jsonschema, sys
		jsonschema.validate(json.load(open(sys.argv[2])), json.load(open(sys.argv[1])))
	PYTHON
}

# Copies in and out, by rsync, which keeps times, and by cp, which follows the mode alone.
mkdir -p in/deep
echo one >in/deep/file
touch -d 2001-02-03 in/deep/file
cat >copies.yaml <<'SPEC'
name: copies
runtime: {backend: host}
x-slurm:
  runtime_root: ./runs
  cache_dir: ./cache
  scratch: {base: ./scratch, mount: /scratch}
  stage_in:
    - {from: ./in, to: /scratch/rsync}
    - {from: ./in, to: /scratch/copy, mode: copy}
    - {from: ./in/deep/file, to: /scratch/renamed}
  stage_out:
    - {from: /scratch/rsync, to: ./out/rsync}
    - {from: /scratch/copy, to: ./out/copy, mode: copy}
    - {from: /scratch/renamed, to: "./out/${SLURM_JOB_ID}.txt"}
services:
  one: {script: 'cd "$HPC_COMPOSE_SCRATCH_DIR" && echo "$PWD" && find . -type f | sort'}
SPEC
sed -i "s|base: ./scratch|base: $PWD/scratch|" copies.yaml
run 0 hpcc up --local copies.yaml
# shows: x-slurm.runtime_root
id=$(basename runs/local-*) && that 'the root is elsewhere' test -e "runs/$id/state.json"
# shows: x-slurm.stage_in[].mode x-slurm.stage_out[].mode
that 'copies' the_same "$(paste -sd, "runs/$id/logs/one.log")" \
	"$PWD/scratch/$id,./copy/deep/file,./renamed,./rsync/deep/file"
that 'rsync keeps times' the_same "$(date -r out/rsync/deep/file +%Y-%m-%d)" 2001-02-03
that 'cp does not' test "$(date -r out/copy/deep/file +%Y)" -gt 2001
that 'a file becomes its target' the_same "$(cat "out/$id.txt")" one
that 'scratch is gone' test ! -e "scratch/$id"
that 'files' "$files" "runs/$id"
rm -rf runs

# What one cleans up, and what stays.
for policy in always on_success never; do
	for code in 0 3; do
		printf 'runtime: {backend: host}\nx-slurm: {scratch: {base: %s, mount: /s, cleanup: %s}}\nservices:\n  one: {script: "exit %s"}\n' \
			"$PWD/scratch" $policy $code >clean.yaml
		run $code hpcc up --local clean.yaml
		that 'files' as_documented
		kept=no
		[ ! -d "scratch/$id" ] || kept=yes
		# shows: x-slurm.scratch.cleanup
		case $policy-$code in never-* | on_success-3) that "$policy after $code" the_same $kept yes ;; *) that "$policy after $code" the_same $kept no ;; esac
	done
done
# Told to stop, and told again at the very moment when it begins to clean up: it still does.
cat >again.yaml <<SPEC
runtime: {backend: host}
x-slurm:
  scratch: {base: $PWD/scratch, mount: /s}
  setup:
    - trap() { [ "\$1" != - ] || kill -s TERM "\$\$"; builtin trap "\$@"; }
    - kill -s TERM "\$\$"
services:
  never: {command: "true"}
SPEC
run 143 hpcc up --local again.yaml
that 'files' as_documented
that 'no scratch is left' test ! -e "scratch/$id"
that 'cancelled' grep -q '"status":"CANCELLED"' "$dir/state.json"

# A copy out that fails: the job fails with 1, everywhere, and scratch stays; another failure keeps its code.
for code in 0 3; do
	printf 'runtime: {backend: host}\nx-slurm: {scratch: {base: %s, mount: /s}, stage_out: [{from: /s/none, to: ./o}]}\nservices:\n  one: {script: "exit %s"}\n' \
		"$PWD/scratch" $code >lost.yaml
	run $((code ? code : 1)) hpcc up --local lost.yaml
	that 'files' as_documented
	that 'the message' grep -q "^hpcc: copying results out failed; scratch stays: $PWD/scratch/$id\$" "$dir/batch.log"
	that 'scratch stays' test -d "scratch/$id"
	that 'the state' grep -q "\"status\":\"FAILED\",\"exit_code\":$((code ? code : 1))," "$dir/state.json"
	run 0 hpcc status
	out_has "FAILED with status $((code ? code : 1))"
done

# Downloads are shared: of two jobs at once each has a whole copy, the slower one's own is dropped, and
# nobody downloads what is there.
mkdir -p bin-hf
cat >bin-hf/huggingface-cli <<'FAKE'
#!/bin/bash
echo "$*" >>calls
while [ $# -gt 2 ]; do shift; done
echo half >"$2/data"
until [ "$(grep -c download calls)" = 2 ]; do sleep 0.02; done # both are at it
echo whole >"$2/data"
FAKE
chmod +x bin-hf/huggingface-cli
printf 'runtime: {backend: host}\nx-slurm: {cache_dir: ./cache-hf, scratch: {base: %s, mount: /s}, stage_in: [{hf: {repo: org/set, revision: v1, kind: dataset}, to: /s/set}]}\nservices:\n  one: {script: cat "$HPC_COMPOSE_SCRATCH_DIR/set/data"}\n' \
	"$PWD/scratch" >hf.yaml
PATH=$PWD/bin-hf:$PATH run 0 hpcc up --local --detach hf.yaml
other=$(hpcc jobs | awk 'NR == 1 {print $1}')
PATH=$PWD/bin-hf:$PATH run 0 hpcc up --local hf.yaml
that 'files' as_documented
that 'the other job ends' within 20 grep -q '"ended_at":"' ".hpc-compose/$other/state.json"
that 'both have it whole' the_same "$(cat ".hpc-compose/$other/logs/one.log" "$dir/logs/one.log" | paste -sd,)" whole,whole
# shows: x-slurm.stage_in[].hf.kind
that 'what was asked for' the_same "$(sed 's/ --local-dir.*//' calls | sort -u)" 'download org/set --revision v1 --repo-type dataset'
that 'one folder' the_same "$(cd cache-hf/datasets && echo *)" org--set@v1
PATH=$PWD/bin-hf:$PATH run 0 hpcc up --local hf.yaml
that 'no third download' the_same "$(wc -l <calls)" 2
run 0 hpcc clean --yes --all

# A source that goes away while it is copied.
mkdir gone && echo x >gone/file
printf 'runtime: {backend: host}\nx-slurm: {setup: ["rm -r %s"], scratch: {base: %s, mount: /s}, stage_in: [{from: ./gone, to: /s/in}]}\nservices:\n  one: {script: "echo never"}\n' \
	"$PWD/gone" "$PWD/scratch" >gone.yaml
run 23 hpcc up --local gone.yaml
that 'files' as_documented
that 'nothing was started' the_same "$(grep -c '"state":"skipped"' "$dir/state.json") $(cd "$dir/logs" && echo *)" '1 *'

# Told to end while it copies: it ends at once, and so does the copy.
mkdir -p bin && printf '#!/bin/sh\necho $$ >%s\nexec sleep 1000\n' "$PWD/copying" >bin/rsync && chmod +x bin/rsync
printf 'runtime: {backend: host}\nx-slurm: {scratch: {base: %s, mount: /s}, stage_in: [{from: ./in, to: /s/in}]}\nservices:\n  one: {script: "echo never"}\n' \
	"$PWD/scratch" >slow.yaml
PATH=$PWD/bin:$PATH run 0 hpcc up --local --detach slow.yaml
id=$(hpcc jobs | awk 'NR == 1 {print $1}')
that 'it copies' within 20 test -s copying
run 0 hpcc cancel "$id"
that 'it ends' within 20 grep -q '"status":"CANCELLED","exit_code":143,' ".hpc-compose/$id/state.json"
that 'the copy ends' within 20 test ! -e "/proc/$(cat copying)/exe"
that 'scratch goes' within 20 test ! -e "scratch/$id"
that 'files' within 20 as_documented

# Where scratch can't be made, or the cache is closed, the job says so and its record is closed.
echo >scratch-file
printf 'runtime: {backend: host}\nx-slurm: {scratch: {base: %s, mount: /s}}\nservices:\n  one: {script: "echo never"}\n' \
	"$PWD/scratch-file" >nowhere.yaml
run 1 hpcc up --local nowhere.yaml
that 'files' as_documented
that 'the reason' grep -q 'mkdir: .*Not a directory' "$dir/batch.log"
that 'the state' grep -q '"status":"FAILED","exit_code":1,' "$dir/state.json"
printf 'runtime: {backend: host}\nx-slurm: {cache_dir: %s}\nservices:\n  one:\n    script: sleep 100\n    x-slurm: {rendezvous: {register: {name: m, port: 1}}}\n' \
	"$PWD/scratch-file" >closed.yaml
run 3 hpcc up --local closed.yaml
that 'files' as_documented
out_has 'publishing failed with status'

# Artifacts: what is collected when, and exported where, with a word on where it comes from.
artifacts() { # artifacts POLICY CODE
	cat >artifacts.yaml <<-SPEC
		runtime: {backend: host}
		x-slurm:
		  artifacts:
		    collect: $1
		    export_dir: ./results/\${SLURM_JOB_ID}
		    paths: [/hpc-compose/job/model/*.bin]
		    bundles: {logs: {paths: [/hpc-compose/job/logs]}}
		services:
		  one:
		    script: |
		      cd "\$HPC_COMPOSE_JOB_DIR" && mkdir model && echo weights >"model/a b.bin"
		      exit $2
	SPEC
	run "$2" hpcc up --local artifacts.yaml
	that 'files' as_documented --extra 'model' --extra 'model/*'
}
for policy in always on_success on_failure; do
	for code in 0 5; do
		artifacts $policy $code
		wanted='"copied_relative_paths":["model/a b.bin","logs"]'
		case $policy-$code in on_success-5 | on_failure-0) wanted='"copied_relative_paths":[]' ;; esac
		# shows: x-slurm.artifacts.collect
		that "$policy after $code" grep -qF "$wanted" "$dir/artifacts/manifest.json"
		that "$policy after $code" grep -q "\"collect_policy\":\"$policy\"" "$dir/artifacts/manifest.json"
	done
done
artifacts always 0
run 0 hpcc artifacts
out_has 'model/a b.bin'
run 0 hpcc artifacts export
# shows: x-slurm.artifacts.{export_dir,paths} x-slurm.artifacts.bundles.<name>.paths
that 'the default bundle' the_same "$(cat "results/$id/model/a b.bin")" weights
that 'another bundle' test -e "results/$id/bundles/logs/logs/one.log"
for bundle in default logs; do
	that 'provenance' valid provenance "results/$id/_hpc-compose/bundles/$bundle.json"
	that 'of that job' grep -q "\"job_id\": \"$id\"" "results/$id/_hpc-compose/bundles/$bundle.json"
done
run 0 hpcc artifacts export --tarball --to packed
that 'packed' the_same "$(tar -tzf packed/default.tar.gz | paste -sd,)" 'model/a b.bin'
that 'packed logs' the_same "$(tar -tzf packed/logs.tar.gz | paste -sd,)" logs/,logs/one.log

# Asserts: each that does not hold fails a job that succeeded otherwise.
asserts() { # asserts ASSERT SCRIPT
	printf 'runtime: {backend: host}\nservices:\n  one:\n    script: %s\n    assert: %s\n    x-slurm: {failure_policy: {mode: ignore}}\n' "$2" "$1" >asserts.yaml
}
asserts '{exit_code: 3, artifacts_contain: /hpc-compose/job/o*, max_duration_seconds: 50}' \
	'touch "$HPC_COMPOSE_JOB_DIR/out"; exit 3'
run 0 hpcc up --local asserts.yaml
that 'files' as_documented --extra out
that 'passed' grep -q '"status":"passed"' "$dir/state.json"
asserts '{exit_code: 2}' 'exit 3'
run 1 hpcc up --local asserts.yaml
# shows: services.<name>.assert.exit_code
that 'the code' grep -q "assert of service 'one' failed: exit status 3, expected 2" "$dir/../"*/batch.log
asserts '{artifacts_contain: /hpc-compose/job/none}' 'true'
run 1 hpcc up --local asserts.yaml
that 'files' as_documented
# shows: services.<name>.assert.artifacts_contain
that 'the file' grep -q "assert of service 'one' failed: no file matches 'none'" "$dir/batch.log"
asserts '{max_duration_seconds: 1}' 'sleep 1.2'
run 1 hpcc up --local asserts.yaml
that 'files' as_documented
# shows: services.<name>.assert.max_duration_seconds
that 'the time' grep -q "assert of service 'one' failed: took 1\.[0-9]*s, at most 1" "$dir/batch.log"

# A record for other jobs: there while the service lives, of the documented form, found by another job.
cat >offer.yaml <<'SPEC'
runtime: {backend: host}
x-slurm: {cache_dir: ./cache}
services:
  model:
    script: |
      echo open
      until [ -e served ]; do sleep 0.05; done
    readiness: {type: log, pattern: open}
    x-slurm:
      rendezvous: {register: {name: m.1, port: 81, protocol: https, path: /v1, ttl_seconds: 77, metadata: {model: "a b"}}}
SPEC
cat >find.yaml <<'SPEC'
runtime: {backend: host}
x-slurm: {cache_dir: ./cache, rendezvous: {discover: [m.1, other], timeout_seconds: 1, require: false}}
services:
  one: {script: 'echo "$HPC_COMPOSE_RDZV_URL $HPC_COMPOSE_RDZV_M_1_PORT ${HPC_COMPOSE_RDZV_OTHER_URL-none}"; touch served'}
SPEC
run 0 hpcc up --local --detach offer.yaml
offer=$(hpcc jobs | awk 'NR == 1 {print $1}')
record=cache/rendezvous/m.1/latest.json
that 'it is published' within 20 test -e "$record"
that 'the record' valid rendezvous "$record"
# shows: services.<name>.x-slurm.rendezvous.register.{metadata,name,path,port,protocol,ttl_seconds}
that 'what it says' the_same "$(sed -E 's/.*"port":/"port":/; s/"url":"https:..[^:]*/URL/; s/"registered_at":[0-9]*/AT/; s/"cache_dir":"[^"]*"/DIR/' "$record")" \
	'"port":81,"protocol":"https","path":"/v1",URL:81/v1",AT,"ttl_seconds":77,DIR,"metadata":{"model":"a b"}}'
run 0 hpcc up --local find.yaml
that 'files' as_documented
mkdir -p "cache/runtime/$id/data" cache/runtime/other
# shows: x-slurm.rendezvous.{require,discover}
that 'what was found' the_same "$(cat "$dir/logs/one.log")" "https://$(hostname):81/v1 81 none"
that 'the miss' grep -q "no fresh record of 'other' within 1s; going on without" "$dir/batch.log"
that 'the server ends' within 20 grep -q '"ended_at":"' ".hpc-compose/$offer/state.json"
that 'its records go' within 20 the_same "$(echo cache/rendezvous/m.1/*)" 'cache/rendezvous/m.1/*'
run 0 hpcc down --yes "$id"
that "the runtime cache of the job goes, not others'" the_same "$(cd cache/runtime && echo *)" other
sed -i 's/, require: false//; s/\[m.1, other\]/m.1/' find.yaml
run 1 hpcc up --local find.yaml
# shows: x-slurm.rendezvous x-slurm.rendezvous.timeout_seconds
that 'nobody offers it' grep -q "no fresh record of 'm.1' within 1s\$" ".hpc-compose/$(hpcc jobs | awk 'NR == 1 {print $1}')/batch.log"

# Secrets: the script is for its owner alone.
printf 'runtime: {backend: host}\nsecrets: {token: {env: MY_TOKEN}}\nservices:\n  one:\n    script: "true"\n    environment: {TOKEN: "${token}"}\n' >secret.yaml
if MY_TOKEN=hidden-value hpcc up --local secret.yaml >/dev/null 2>&1; then
	that 'files' as_documented --secrets
fi

# resume: another job on the same path goes on; the record is of the documented form, whatever it was.
printf 'runtime: {backend: host}\nx-slurm: {resume: {path: %s}, artifacts: {export_dir: ./x, paths: [/hpc-compose/job/logs]}}\nservices:\n  one: {script: "echo $HPC_COMPOSE_IS_RESUME in $HPC_COMPOSE_RESUME_DIR"}\n' \
	"$PWD/saved" >resume.yaml
run 0 hpcc up --local resume.yaml
that 'files' as_documented
that 'the record' valid resume saved/_hpc-compose/latest.json
for text in garbage '{"schema_version": 99, "new": []}' ''; do
	printf '%s' "$text" >saved/_hpc-compose/latest.json
	run 0 hpcc up --local resume.yaml
	that 'files' as_documented
	# shows: x-slurm.resume.path
	that 'it resumes' the_same "$(cat "$dir/logs/one.log")" "1 in $PWD/saved"
	that 'the record' valid resume saved/_hpc-compose/latest.json
	that 'the manifest' grep -q "\"is_resume\":true,\"resume_dir\":\"$PWD/saved\"" "$dir/artifacts/manifest.json"
done

# Cancelled: the files of a job that is asked to end.
printf 'runtime: {backend: host}\nx-slurm: {metrics: {interval_seconds: 1}}\nservices:\n  one: {script: "trap \\"exit 0\\" TERM; echo up; while :; do sleep 0.05; done"}\n' >long.yaml
run 0 hpcc up --local --detach long.yaml
id=$(hpcc jobs | awk 'NR == 1 {print $1}')
that 'it runs' within 20 grep -qs up ".hpc-compose/$id/logs/one.log"
that 'it samples' within 20 test -s ".hpc-compose/$id/metrics/cpu.jsonl"
run 0 hpcc clean --yes --job "$id"
out_has '1 job left alone'
that 'a live job keeps its files' test -e ".hpc-compose/$id/state.json"
run 0 hpcc cancel "$id"
run 143 hpcc logs -f --job "$id"
that 'files' within 20 as_documented
that 'the last sample' test "$(wc -l <"$dir/metrics/cpu.jsonl")" -ge 2
that 'cancelled' grep -q '"status":"CANCELLED","exit_code":143,' "$dir/state.json"

# A container that doesn't come up, and a server that answers something else: both are told of.
mkdir -p slow-tools && printf '#!/bin/sh\nexec sleep 1000\n' >slow-tools/apptainer && chmod +x slow-tools/apptainer
: >slow.sif
cat >slow.yaml <<'SPEC'
runtime: {backend: apptainer}
services:
  slow:
    image: ./slow.sif
    command: ["true"]
    x-slurm: {start_timeout_seconds: 1}
SPEC
PATH=$PWD/slow-tools:$PATH run 1 hpcc up --local slow.yaml
# shows: services.<name>.x-slurm.start_timeout_seconds
out_has 'slow  has not begun within 1s: its launch has failed'
that 'files' as_documented
# A port that nobody listens at.
port=$(python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')
cat >looks.yaml <<SPEC
runtime: {backend: host}
services:
  server:
    command: sleep 1000
    readiness: {type: tcp, port: $port, timeout_seconds: 1}
  client:
    command: "true"
    depends_on: {server: {condition: service_healthy}}
SPEC
run 1 hpcc up --local looks.yaml
out_has 'server  was not ready within 1s: job fails (last look: connection refused)'
that 'files' as_documented
run 0 hpcc status --lines
out_has 'never-ready, status 143 (last look: connection refused)'

finish
