# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash
# For cases that run a Compose file as it is: one command converts it, one runs it. Beside what lib.bash says there are
#   SERVERS    images of servers, NAME as a folder and NAME.sqsh
#   $SOURCE/registry   programs that import images from there, for PATH
export PATH=$SOURCE/registry:$PATH CH_IMAGE_STORAGE=$PWD/storage
mkdir -p "$CH_IMAGE_STORAGE"

# convert NAME: makes compose.yaml of the Compose file NAME-*.yml.
convert() {
	cp "$SOURCE/convert/$1"-*.yml docker-compose.yml
	"$HPCC" convert docker-compose.yml -o compose.yaml >convert.log 2>&1 || fail "convert ended with $?: $(cat convert.log)"
}

# site BACKEND NODES: writes site.yaml, what a site asks of every job, beside the spec. Debian's ch-run has no overlay,
# so each service has a copy of its image's folder.
site() {
	printf 'x-slurm: {nodes: %s, cache_dir: ./cache}\n' "$2"
	case $1 in
	pyxis) ;;
	charliecloud) printf 'runtime: {backend: charliecloud, writable: false, options: [--write]}\n' ;;
	esac
}

# up: submits compose.yaml with site.yaml laid over it, and sets JOB.  The test folder lies below /tmp, which preflight takes for a node's own.
up() {
	JOB=''
	"$HPCC" up --no-preflight --detach -f compose.yaml -f site.yaml >up.log 2>&1 || fail "up ended with $?: $(cat up.log)"
	JOB=$(sed -n 's/^submitted job \([0-9]*\).*/\1/p' up.log)
	[ -n "$JOB" ] || fail "no job: $(cat up.log)"
}

# down: the job and its files are gone.
down() {
	"$HPCC" down "$JOB" >down.log 2>&1 || fail "down ended with $?: $(cat down.log)"
	assert_nothing_left
	[ ! -e ".hpc-compose/$JOB" ] || fail "files of job $JOB are left"
}
