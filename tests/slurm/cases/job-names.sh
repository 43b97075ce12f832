# SPDX-License-Identifier: Apache-2.0
# Services of two nodes reach each other by name: 127.0.0.1 on one node, else an address, with further names, nodes of
# a service by number, and the node's own lines kept; on the host and with names: false nothing of it is there.
# shellcheck disable=SC2016 # for the shell inside
cp -R "$(dirname "${IMAGE:?}")/charliecloud" box
mkdir -p box/etc
: >>box/etc/hosts
port=$(free_port)
cat >names.yaml <<YAML
x-slurm: {time: 3, nodes: 2}
services:
  server:
    image: $IMAGE
    command: [nc, -ll, -p, "$port", -e, echo, served]
    readiness: {type: tcp, port: $port}
    container_name: the-server
    networks: {back: {aliases: [store]}, front: }
    x-slurm: {lifetime: dependents}
  beside: &look
    image: $IMAGE
    command: &command
      - sh
      - -c
      - |
        cat /etc/hosts
        for name in server the-server store database; do echo "\$\$name: \$\$(nc \$\$name $port </dev/null)"; done
    depends_on: &after {server: {condition: service_healthy}}
  elsewhere:
    <<: *look
    links: [server:database]
    x-slurm: {placement: {node_range: "1"}}
  spread:
    <<: *look
    x-slurm: {nodes: 2}
  boxed:
    command: *command
    depends_on: *after
    image: $PWD/box
    x-runtime: {backend: charliecloud}
    x-slurm: {placement: {node_range: "1", allow_overlap: true}}
YAML
sed -i '/^  spread/,/^  boxed/s/{nodes: 2}/{placement: {node_count: 2, allow_overlap: true}}/' names.yaml
compile names.yaml
submit names.sbatch
wait_job
assert_state COMPLETED
found() { # SERVICE NAME: the addresses that its hosts file has for the name
	awk -v name="$2" '{ for (i = 2; i <= NF; i++) if ($i == name) print $1 }' "$(log_of "$1")"
}
for service in beside elsewhere spread boxed; do
	for name in server the-server store database; do
		# shows: services.<name>.{hostname,container_name,networks,networks.<name>.aliases,links}
		[ "$(grep -c "^$name: served" "$(log_of "$service")")" -ge 1 ] ||
			fail "$service does not reach $name: $(cat "$(log_of "$service")")"
	done
	[ "$(found "$service" localhost | head -n 1)" ] || fail "no own lines in $service"
done
[ "$(found spread server-1 | sort -u)" = "$(found spread server | sort -u)" ] || fail 'server-1 is not the first node'
[ "$(found beside spread-2)" ] || fail 'spread has no second node'
assert_equal 'on one node' "$(found beside server) $(found beside boxed | grep -c '^127.0.0.1$')" '127.0.0.1 0'
assert_nothing_left

# Without names: the container has what its tool gives it.
cat >plain.yaml <<YAML
x-slurm: {time: 3, names: false}
services:
  plain:
    image: $IMAGE
    command: [sh, -c, 'cat /etc/hosts; echo read']
YAML
compile plain.yaml
submit plain.sbatch
wait_job
assert_state COMPLETED
# shows: x-slurm.names
assert_equal 'of the name' "$(found plain plain)$(tail -n 1 "$(log_of plain)")" read
assert_nothing_left
