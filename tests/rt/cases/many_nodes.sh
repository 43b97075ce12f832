# SPDX-License-Identifier: Apache-2.0
# Nodes whose names don't fit into a variable: services run, and find them in the files.
. "$1/lib.bash"

nodes=9400
mkdir "$WORK/bin"
cat >"$WORK/bin/scontrol" <<'SCRIPT'
#!/bin/bash
[ "$*" = 'show hostnames compute-rack[1-9400]' ] && printf 'compute-rack%05d\n' {1..9400}
SCRIPT
chmod +x "$WORK/bin/scontrol"
export PATH="$WORK/bin:$PATH" SLURM_JOB_NODELIST='compute-rack[1-9400]'

service_all() {
	exec "$RT" step -- sh -c 'echo "list ${HPC_COMPOSE_NODELIST-unset} ${HPC_COMPOSE_SERVICE_NODELIST-unset}"
		wc -l <"$HPC_COMPOSE_NODELIST_FILE"
		wc -l <"$HPC_COMPOSE_SERVICE_NODELIST_FILE"'
}

facts=$("$RT" begin --root "$JOB_ROOT" 2>"$WORK/begin.log" < <(
	printf 'hpcc-allocation 1\njob name test nodes %s\nservice all token all nodes all\n' $nodes
))
eval "$facts"
grep -q 'too long for a variable' "$WORK/begin.log" || fail 'nobody was told'
job 0 <<'TABLE'
service all
  run service_all
  log logs/all.log
TABLE
diff - "$JOB_DIR/logs/all.log" <<TEXT || fail 'the service saw something else'
list unset unset
$nodes
$nodes
TEXT
[ "$(grep -o '"compute-rack[0-9]*"' "$JOB_DIR/state.json" | sort -u | wc -l)" = $nodes ] ||
	fail 'not all nodes are in the state'
