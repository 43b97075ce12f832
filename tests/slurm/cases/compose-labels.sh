# SPDX-License-Identifier: Apache-2.0
# A web server in front of an application with a database, of a Compose file, runs after one command, without an edit:
# on one node and on two, in both ways that this cluster has. The ports of all three are free for users, as
# the file that the user mounts says.
# SERVERS: nginx label-studio postgres
# NEEDS: nginx pg_ctlcluster
# NIGHTLY
# shellcheck source=tests/slurm/servers.bash
. "$SOURCE/servers.bash"

mkdir deploy
echo 'server { listen 8085; location / { proxy_pass http://app:8080; } }' >deploy/default.conf
convert d06
starts=0
start() {
	up
	starts=$((starts + 1))
	wait_said app "^starts: $starts, password '', host ''$"
	wait_until 60 answers http://127.0.0.1:8085/starts "start $starts"
	down
	assert_equal 'a folder' "$(cat mydata/starts)" "start $starts"
	assert_equal 'a volume' "$(cat volumes/static/static/index.html)" "static of $starts"
}
site pyxis >site.yaml
start
site pyxis app >site.yaml
start
# It has no read-only mounts.
site charliecloud app >site.yaml
echo '  nginx: {volumes: !override ["./deploy/default.conf:/etc/nginx/conf.d/default.conf"]}' >>site.yaml
start
