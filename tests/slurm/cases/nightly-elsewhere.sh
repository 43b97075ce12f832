# SPDX-License-Identifier: Apache-2.0
# NIGHTLY
# ALONE
# LIMIT: 600
# Servers on the second node begin to listen one after another, by tcp and by http: how long until what waits for
# them on the first node runs, and how much of that is hpcc's. What a plain srun takes is measured beside it.
count=10
cat >server <<'SH'
sleep "$2"
echo "$EPOCHREALTIME" >"listens/$1"
printf 'HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n' >"answer.$1"
exec busybox nc -ll -p "$3" -e cat "answer.$1"
SH
cat >client <<'SH'
echo "$EPOCHREALTIME" >"runs/$1"
SH
mkdir listens runs
{
	printf 'name: elsewhere\nruntime: {backend: host}\nx-slurm: {nodes: 2, time: "10"}\nservices:\n'
	for ((i = 0; i < count; i++)); do
		port=$(free_port)
		look="type: tcp, port: $port"
		[ $((i % 2)) = 0 ] || look="type: http, url: \"http://localhost:$port/\""
		cat <<-YAML
			  server$i:
			    command: bash server $i $((i + 2)).5 $port
			    readiness: {$look, timeout_seconds: 60}
			    x-slurm: {placement: {node_range: "1", allow_overlap: true}, lifetime: dependents}
			  client$i:
			    command: bash client $i
			    depends_on: {server$i: {condition: service_healthy}}
			    x-slurm: {placement: {node_range: "0", allow_overlap: true}}
		YAML
	done
} >compose.yaml
compile compose.yaml
submit compose.sbatch
wait_job
assert_state COMPLETED

# launched SERVICE: when the supervisor did that, in seconds since 1970.
launched() {
	date +%s.%N -d "$(sed -n 's/^{"t_wall":"\([^"]*\)".*"service":"'"$1"'","event":"launched".*/\1/p' "$(job_dir)/events.jsonl")"
}
median() { sort -n | awk '{ at[NR] = $1 } END { print at[int((NR + 1) / 2)] }'; }
for ((i = 0; i < count; i++)); do
	echo "$(cat "listens/$i") $(launched "client$i") $(cat "runs/$i")"
done >moments
own=$(awk '{ printf "%.1f\n", ($2 - $1) * 1000 }' moments | median)
all=$(awk '{ printf "%.1f\n", ($3 - $1) * 1000 }' moments | median)

cat >plain.sbatch <<'SH'
#!/bin/bash
#SBATCH --nodes=2
for i in 1 2 3 4 5 6 7 8 9; do
	echo "$EPOCHREALTIME $(srun --overlap --nodes=1 --ntasks=1 --relative=0 bash -c 'echo $EPOCHREALTIME')"
done >plain
SH
submit plain.sbatch
wait_job
assert_state COMPLETED
plain=$(awk '{ printf "%.1f\n", ($2 - $1) * 1000 }' plain | median)
echo "ready on the second node to the exec on the first: median $all ms, of which hpcc took $own ms until it launched; a plain srun: median $plain ms"
# The aim of the whole, of which srun has its own part.
awk -v own="$own" 'BEGIN { exit own > 50 }' || fail "hpcc took $own ms"
