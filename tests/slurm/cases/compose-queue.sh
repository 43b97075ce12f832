# SPDX-License-Identifier: Apache-2.0
# A web application with a queue, four workers and a database, of a Compose file, run after one command, without an
# edit: on one node and on two, in both ways that this cluster has.
# SERVERS: web postgres redis flower
# NEEDS: pg_ctlcluster redis-server curl
# NIGHTLY
# shellcheck source=tests/slurm/servers.bash
. "$SOURCE/servers.bash"

echo POSTGRES_PASSWORD=pw >.env
mkdir -p .envs pages
echo POSTGRES_PASSWORD=pw >.envs/.django
echo page >pages/index.html
convert d08
migrations=0
start() {
	up
	migrations=$((migrations + 1))
	wait_said web "^migrations: $migrations$"
	wait_until 60 answers http://127.0.0.1:8000/ page
	wait_until 60 has_workers 4
	down
}
# has_workers N: so many have reached the queue by its name.
has_workers() {
	[ "$(redis-cli -h 127.0.0.1 --no-auth-warning -a x llen workers)" = "$1" ]
}
for backend in pyxis charliecloud; do
	site $backend >site.yaml
	start
	site $backend postgres >site.yaml
	start
done
