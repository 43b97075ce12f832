# SPDX-License-Identifier: Apache-2.0
# A database, a cache and a notebook of a Compose file run after one command, without an edit: in two ways, on one node
# and on two. Each reaches the others by their names, health checks run inside, and what the database has
# written is there again after down and up.
# SERVERS: postgres redis scipy-notebook
# NEEDS: pg_ctlcluster redis-server
# shellcheck source=tests/slurm/servers.bash
. "$SOURCE/servers.bash"

convert d01
for backend in ${BACKENDS:-pyxis charliecloud}; do
	for nodes in 1 2; do
		site $backend $nodes >site.yaml
		for visit in 1 2; do
			up
			wait_log "$(log_of lab)" '^visits: [0-9]+$'
			wait_log "$(log_of lab)" "^cached: 1, in /home/jovyan, token ''$"
			assert_log "$(log_of lab)" "^visits: $visit$"
			down
		done
	done
done
