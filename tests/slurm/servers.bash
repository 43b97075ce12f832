# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash
# For cases that run a Compose file as it is: one command converts it, one runs it. Beside what lib.bash says there are
#   SERVERS            images of servers, NAME as a folder and NAME.sqsh
#   $SOURCE/registry   programs that import images from there, for PATH
#   HPCC_TEST_NETWORK  the first three numbers of the nodes' addresses
export PATH=$SOURCE/registry:$PATH CH_IMAGE_STORAGE=$PWD/storage
mkdir -p "$CH_IMAGE_STORAGE"

# convert NAME: makes compose.yaml of the Compose file NAME*.yml, and nothing else is done to it.
convert() {
	cp "$SOURCE/convert/$1"*.yml docker-compose.yml
	"$HPCC" convert docker-compose.yml -o compose.yaml >convert.log 2>&1 ||
		fail "convert ended with $?: $(cat convert.log)"
}

# site BACKEND [SERVICE...]: writes site.yaml, what a site or a user lays over the spec: where images are cached, and
# which services go to a second node.
site() {
	local service
	printf 'x-slurm: {nodes: %s, cache_dir: ./cache}\n' "$(($# > 1 ? 2 : 1))"
	[ "$1" = pyxis ] || printf 'runtime: {backend: %s}\n' "$1"
	[ $# = 1 ] || printf 'services:\n'
	shift
	for service; do
		printf '  %s: {x-slurm: {placement: {node_range: "1"}}}\n' "$service"
	done
}

# up: submits compose.yaml with site.yaml laid over it, and sets JOB. The test's folder lies below /tmp, which
# preflight takes for a node's own.
up() {
	JOB=''
	"$HPCC" up --no-preflight --detach -f compose.yaml -f site.yaml >up.log 2>&1 ||
		fail "up ended with $?: $(cat up.log)"
	JOB=$(sed -n 's/^submitted job \([0-9]*\).*/\1/p' up.log)
	[ -n "$JOB" ] || fail "no job: $(cat up.log)"
}

# down: the job and its files are gone.
down() {
	local job=$JOB
	"$HPCC" down --yes "$job" >down.log 2>&1 || fail "down ended with $?: $(cat down.log)"
	assert_nothing_left
	JOB=''
	[ ! -e ".hpc-compose/$job" ] || fail "files of job $job are left"
}

# says SERVICE ERE: a line of its log is like that; a job that ends without it fails the case at once.
says() {
	local log
	log=$(log_of "$1")
	file_matches "$log" "$2" && return
	! has_ended || file_matches "$log" "$2" || fail "the job ended, and $1 hasn't said: $2"
	return 1
}

# wait_said SERVICE ERE
wait_said() {
	wait_until 60 says "$@"
}

# answers URL TEXT: what a service serves, asked from outside of the containers.
answers() {
	[ "$(curl -fsS -m 5 "$1" 2>/dev/null)" = "$2" ]
}
