# SPDX-License-Identifier: Apache-2.0
# A database, a cache and a notebook of a Compose file run after one command, without an edit: in two ways, on
# two nodes. Each reaches the others by their names, health checks run inside, and what the database has
# written is there again after down and up.
# SERVERS: postgres redis scipy-notebook
# NEEDS: pg_ctlcluster redis-server
# shellcheck source=tests/slurm/servers.bash
. "$SOURCE/servers.bash"

convert d01
visits=0
# visit: the notebook's log tells of each run's visit, and that the cache was empty.
visit() {
	up
	wait_said lab '^cached: '
	visits=$((visits + 1))
	assert_log "$(log_of lab)" "^visits: $visits$"
	assert_log "$(log_of lab)" "^cached: 1, in /home/jovyan, token ''$"
	down
	[ -s volumes/dbdata/PG_VERSION ] || fail 'no data in the folder of the volume'
}
site pyxis db >site.yaml
visit
site charliecloud db >site.yaml
visit
