# SPDX-License-Identifier: Apache-2.0
# The examples of the pages that explain a task are run, and their logs hold what the page says. A
# block of YAML is known by its name; ```log NAME SERVICE is the log of a service. Here nodes are few
# and small, and programs and images are stand-ins: `scale` and `stand_in` say what is replaced.
# shellcheck disable=SC2016 # programs in single quotes
pages='README getting-started ports-and-names several-nodes mpi gpus checkpoint-and-requeue no-pyxis-here'
top=$PWD
mkdir blocks

# All named blocks of a page into blocks/NAME.yaml, and logs into blocks/NAME SERVICE.log.
cut_page() {
	awk -v page="$1" '
		/^```yaml$/ { text = ""; name = ""; on = 1; next }
		/^```log / { log_file = "blocks/" $2 " " $3 ".log"; printf "" >log_file; next }
		/^```$/ {
			if (on && name != "") {
				printf "%s", text >("blocks/" name ".yaml")
				print name >>"blocks/names"
			}
			on = 0; log_file = ""; next
		}
		on { text = text $0 "\n"; if (/^name: /) name = $2 }
		log_file { print >log_file }' "$SOURCE/$1"
}
for page in $pages; do
	case $page in
	README) cut_page README.md ;;
	*) cut_page "docs/$page.md" ;;
	esac
done

# program FILE TEXT: a program of the submitter's.
program() {
	printf '#!/bin/sh\n%s\n' "$2" >"$1"
	chmod +x "$1"
}

# An image with what the examples call.
cp -R "$(dirname "${IMAGE:?}")/image" image
printf 'PRETTY_NAME="Debian GNU/Linux 12 (bookworm)"\nID=debian\n' >image/etc/os-release
program image/bin/redis-server 'echo "with $# words: $*"; [ $# != 1 ] || exec nc -ll -p "$1" -e echo PONG'
program image/bin/redis-cli 'echo "cli $*"'
program image/bin/torchrun 'echo "torchrun $*"'
program image/bin/python 'touch "$HPC_COMPOSE_JOB_DIR/$HPC_COMPOSE_SERVICE_NAME"
until [ -e "$HPC_COMPOSE_JOB_DIR/train" ] && [ -e "$HPC_COMPOSE_JOB_DIR/evaluate" ]; do sleep 0.1; done
echo "$1 on GPU $CUDA_VISIBLE_DEVICES"'
program image/bin/answer 'while read -r line && [ "${#line}" -gt 1 ]; do :; done
printf "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"'
mksquashfs image image.sqsh -all-root -no-xattrs -no-progress -quiet >/dev/null
mkdir -p image/hpc-compose/job # Charliecloud makes no mount points

# run NAME [SED-EXPRESSION...]: the block, in a folder of its own, to its end.
ran=()
run() {
	local name=$1 change changes=(-e "s|^\( *image:\) .*|\1 $top/image.sqsh|")
	shift
	for change; do
		changes+=(-e "$change")
	done
	ran+=("$name")
	mkdir -p "$top/$name/src"
	cd "$top/$name" || exit
	sed "${changes[@]}" "$top/blocks/$name.yaml" >compose.yaml
	compile compose.yaml -W no-A07 -W no-A14
	submit compose.sbatch
}

# finish STATE: the end of the block's job. The logs that the page shows are compared, nodes in the
# order of the job, ports left out, ranks in any order.
finish() {
	local file number=0 node names=() name
	wait_job
	assert_state "$1"
	assert_nothing_left
	for node in $(job_nodes); do
		names+=(-e "s/\b$node\b/<node $((++number))>/g")
	done
	name=$(basename "$PWD")
	for file in "$top/blocks/$name "*.log; do
		[ -e "$file" ] || continue
		sed -E 's/\bn([0-9])\b/<node \1>/g; s/:[0-9]{5}\b/:<port>/' "$file" | sort >wanted
		sed -E "${names[@]}" -e 's/:[0-9]{5}\b/:<port>/' "$(log_of "$(basename "${file#"$top/blocks/$name "}" .log)")" |
			grep -vE '^(slurmstepd|srun)' | sort >got
		if [ "$(wc -l <wanted)" = 1 ]; then
			grep -qxFf wanted got || fail "$name: $(cat got) instead of $(cat wanted)"
		else
			diff wanted got || fail "$name prints something else than its page says"
		fi
	done
}

port=$(free_port)
run first "s/8000/$port/"
finish COMPLETED
run greeting
finish COMPLETED

run talk 's|//${run:server.host}:|//localhost:|' # names of nodes resolve nowhere here
finish COMPLETED
run values
finish COMPLETED

run two-nodes
finish COMPLETED
run torchrun 's/gpus_per_node: 4/gpus_per_node: 2/' \
	's/^\( *\)script: |/\1environment: {HPC_COMPOSE_DIST_NPROC_PER_NODE: "4"}\n&/'
finish COMPLETED
mkdir -p "$top/shared-out"
program "$top/shared-out/database" 'trap "echo closed; exit 0" TERM; echo open; while :; do sleep 1 & wait $!; done'
program "$top/shared-out/train" 'echo "training on $HPC_COMPOSE_SERVICE_NODELIST"'
program "$top/shared-out/exporter" 'echo "exporting from $HPC_COMPOSE_SERVICE_NODELIST"'
program "$top/shared-out/evaluate" 'echo "evaluating on $HPC_COMPOSE_SERVICE_NODELIST"'
run shared-out
finish COMPLETED
assert_log "$(log_of database)" '^closed$'
assert_log "$(log_of train)" '^training on n2 n3$'
assert_log "$(log_of exporter)" '^exporting from n2 n3$'
assert_log "$(log_of evaluate)" '^evaluating on n4$'

mkdir -p "$top/solver" "$top/solver-in-a-container"
mpicc.mpich -o "$top/solver/solve" "$SOURCE/cases/ring.c" || fail 'no MPICH (Debian package libmpich-dev)'
cp "$top/solver/solve" "$top/image/bin/solve"
run solver 's/type: pmix/type: pmi2/'
finish COMPLETED
libraries=/usr/lib/x86_64-linux-gnu
interpreter=$(readlink -f /lib64/ld-linux-x86-64.so.2)
mksquashfs "$top/image" "$top/image.sqsh" -noappend -all-root -no-xattrs -no-progress -quiet >/dev/null
run solver-in-a-container 's/type: pmix/type: pmi2/; s/profile: openmpi/profile: mpich/' \
	"s|^\( *\)- /opt/openmpi:.*|\1- $libraries:$libraries:ro\n\1- $libraries:/lib/x86_64-linux-gnu:ro\n\1- $interpreter:/lib64/ld-linux-x86-64.so.2:ro|" \
	"s|/opt/openmpi/lib|$libraries|"
finish COMPLETED
assert_log "$(log_of solve)" '^the sum of 8 ranks is 28$'

run gpus 's/gpus_per_node: 4/gpus_per_node: 2/; s/gpus: 3/gpus: 1/' \
	's/cpus_per_task: 32/cpus_per_task: 4/; s/cpus_per_task: 24/cpus_per_task: 3/; s/cpus_per_task: 8/cpus_per_task: 1/; s/128G/2G/'
finish COMPLETED
assert_equal 'GPUs' "$(cat "$(log_of train)" "$(log_of evaluate)" | grep -o 'GPU [01]' | sort | paste -sd,)" 'GPU 0,GPU 1'

# A checkpoint on request, an end that saves, and an attempt that goes on from there.
mkdir "$top/resume"
checkpoint="s|/shared/me/long-training|$top/resume|; s/sleep 60/sleep 0.1/; s/lt 1000/lt \${STEPS:-1000}/"
run long-training "$checkpoint"
wait_files 60 ".hpc-compose/$JOB/attempts/0/service-exits/train.1.0.start"
while_saving() { slurm scancel --batch --signal=USR1 "$JOB" && file_matches "$(log_of train)" '^saved step [0-9]+$'; }
wait_until 60 while_saving
slurm scancel "$JOB"
finish CANCELLED
read -r saved <"$top/resume/step"
rm -rf "$top/long-training"
run long-training "$checkpoint" 's/  train:/&\n    environment: {STEPS: "'$((saved + 3))'"}/'
finish COMPLETED
assert_log "$(log_of train)" "^begins at step $saved$"

mkdir -p "$top/whole-node/src"
port=$(free_port)
run whole-node 's/a100:4/2/; s/gpus: 4/gpus: 2/; s/timeout_seconds: 900/timeout_seconds: 30/' "s/8000/$port/" \
	"s|command: \[--model.*|command: [nc, -ll, -p, '$port', -e, answer]|; s|command: \[\"python.*|command: [echo, asked]|"
finish COMPLETED
assert_log "$(log_of client)" '^asked$'
run amd 's/backend: apptainer, gpu: amd/backend: charliecloud/; s/gpus_per_node: 8/gpus_per_node: 2/; s/cpus_per_task: 56/cpus_per_task: 4/' \
	"s|^\( *image:\) .*|\1 $top/image|; s/command: .*/command: [env]/"
finish COMPLETED
assert_log "$(log_of train)" '^CUDA_VISIBLE_DEVICES=0,1$'

for name in with-apptainer with-charliecloud; do
	run $name 's/backend: apptainer/backend: charliecloud/' "s|^\( *image:\) .*|\1 $top/image|"
	finish COMPLETED
done
run writable
finish COMPLETED
run docker-like 's/command: --save/command: redis-server --save/' # the entrypoint here has no program of its own
finish COMPLETED
assert_log "$(log_of cache)" '^with 4 words: --save  --appendonly no$'
assert_log "$(log_of once)" '^cli --version$'
port=$(free_port)
run by-name "s/6379/$port/g; s/command: \[redis-server\]/command: [redis-server, '$port']/" \
	"s|command: \[work.*|command: [sh, -c, 'timeout 9 nc cache $port </dev/null; timeout 9 nc memory $port </dev/null']|"
finish COMPLETED
assert_equal 'both names' "$(grep -c '^PONG$' "$(log_of worker)")" 2
port=$(free_port)
run two-ways "s/6379/$port/; s/command: \[redis-server\]/command: [redis-server, '$port']/"
finish COMPLETED
assert_log "$(log_of client)" '^PONG$'
mkdir -p "$top/without-containers"
program "$top/without-containers/hello" 'echo "hello with $LOADED"'
module() { export LOADED="${LOADED:-}${2%%/*} "; }
export -f module
run without-containers
finish COMPLETED
assert_log "$(log_of hello)" '^hello with gcc openmpi $'

cd "$top" || exit
assert_equal 'blocks that were run' "$(printf '%s\n' "${ran[@]}" | sort -u)" "$(sort -u blocks/names)"
for file in blocks/*.log; do
	[ -d "$(basename "${file%% *}")" ] || fail "no block has the name of $file"
done
