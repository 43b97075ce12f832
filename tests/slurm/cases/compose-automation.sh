# SPDX-License-Identifier: Apache-2.0
# An automation service with its worker, a queue and a database, whose users a mounted script makes, of a Compose file, run
# after one command, without an edit: on one node and on two. The cache's root is read-only, as the file says.
# SERVERS: automation postgres redis
# NEEDS: pg_ctlcluster redis-server curl
# NIGHTLY
# shellcheck source=tests/slurm/servers.bash
. "$SOURCE/servers.bash"

cat >.env <<'ENV'
N_VERSION=1.80
POSTGRES_USER=owner
POSTGRES_PASSWORD=pw
POSTGRES_NON_ROOT_USER=app
POSTGRES_DB=owner
ENCRYPTION_KEY=0123abcd
ENV
cat >init-data.sh <<'SCRIPT'
psql --username "$POSTGRES_USER" --dbname postgres -c "create user app password '0123abcd'" \
	-c 'create schema app authorization app'
SCRIPT
convert automation
runs=0
run() {
	up
	runs=$((runs + 1))
	wait_said worker "^runs: $runs, key '0123abcd'$"
	assert_log "$(log_of worker)" '^took: run$'
	wait_until 60 answers http://127.0.0.1:5678/key 0123abcd
	down
	assert_equal 'a volume' "$(cat volumes/storage/key)" 0123abcd
}
site pyxis >site.yaml
run
site pyxis postgres >site.yaml
run
