# SPDX-License-Identifier: Apache-2.0
# A tracking server with a database and a store of a Compose file, and a step between them that makes a bucket, run
# after one command, without an edit, with values of .env: on one node and on two, in both ways that this
# cluster has.
# SERVERS: postgres rustfs aws-cli mlflow
# NEEDS: pg_ctlcluster curl
# NIGHTLY
# shellcheck source=tests/slurm/servers.bash
. "$SOURCE/servers.bash"

cat >.env <<'ENV'
PGUSER=ml
PGPASS=pw
PGPORT=5433
S3PORT=9100
S3URL=http://store:9100
BUCKET=runs
MLPORT=5001
ENV
convert d02
runs=0
run() {
	up
	runs=$((runs + 1))
	wait_said mlflow "^runs: $runs, store ok$"
	wait_said bucket '^made in us-east-1$'
	wait_until 60 answers http://127.0.0.1:5001/health ok
	down
	assert_equal 'a volume' "$(cat volumes/s3/runs/state)" made
}
for backend in pyxis charliecloud; do
	site $backend >site.yaml
	run
	site $backend store >site.yaml
	run
done
