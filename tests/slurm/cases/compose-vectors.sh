# SPDX-License-Identifier: Apache-2.0
# A vector database of a Compose file with its two stores runs after one command, without an edit: on one node and on
# two, in both ways that this cluster has, with a GPU of Slurm's, and finds again what it has stored.
# SERVERS: etcd minio milvus
# NEEDS: etcd etcdctl
# NIGHTLY
# shellcheck source=tests/slurm/servers.bash
. "$SOURCE/servers.bash"

convert d10
starts=0
# start: volumes are folders that were bound and not there.
start() {
	up
	starts=$((starts + 1))
	wait_said standalone "^starts: $starts, in /milvus, GPU 0$"
	wait_until 60 answers http://127.0.0.1:19530/starts "$starts"
	down
	assert_equal 'volume' "$(cat volumes/milvus/starts)" "$starts"
	is_there volumes/etcd/member volumes/minio/.minio.sys || fail 'the stores have no data in their volumes'
}
for backend in pyxis charliecloud; do
	site $backend >site.yaml
	start
	site $backend etcd | sed 's/nodes: 2/&, gpus: !reset null, gpus_per_node: 1/' >site.yaml
	start
done
