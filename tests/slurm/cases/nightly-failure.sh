# SPDX-License-Identifier: Apache-2.0
# NIGHTLY
# ALONE
# LIMIT: 1200
# FILES UNCHECKED: the log of a service holds nothing
# Four hundred steps run and one of them fails: how long until each of the others has its TERM. What it
# takes to wake so many shells on this machine is measured beside it, by signals that are simply sent.
count=400
cat >stays <<'SH'
trap 'echo "$EPOCHREALTIME" >"told/$1"; exit 0' TERM
echo $$ >"up/$1"
while :; do sleep 1000 & wait $!; done
SH
cat >fails <<'SH'
until [ "$(find up -type f | wc -l)" = "$1" ]; do sleep 1; done
sleep 2
echo "$EPOCHREALTIME" >failed
exit 3
SH
mkdir up told
{
	printf 'runtime: {backend: host}\nx-slurm: {time: 20}\nservices:\n'
	for ((i = 0; i < count; i++)); do printf '  s%d: {command: [bash, stays, "%d"]}\n' "$i" "$i"; done
	printf '  fails: {command: [bash, fails, "%d"]}\n' "$count"
} >many.yaml

# gaps FILE: of all that were told, in ms since the time in the file: the median, and the last.
gaps() {
	cat told/* | awk -v from="$(cat "$1")" '{ printf "%.1f\n", ($1 - from) * 1000 }' | sort -n |
		awk '{ at[NR] = $1 } END { print at[int((NR + 1) / 2)], at[NR] }'
}
all_told() { [ "$(find told -type f | wc -l)" = $count ]; }

# The yardstick: as many shells, and one kill.
pids=()
for ((i = 0; i < count; i++)); do
	bash stays "$i" &
	pids+=($!)
done
all_up() { [ "$(find up -type f | wc -l)" = $count ]; }
wait_until 60 all_up
sleep 2
echo "$EPOCHREALTIME" >sent
kill -TERM "${pids[@]}"
wait_until 60 all_told
read -r plain_median plain_last < <(gaps sent)
wait
rm -f up/* told/*

compile many.yaml
submit many.sbatch
wait_job 600
assert_state FAILED
assert_exit 3
all_told || fail "$(find told -type f | wc -l) of $count steps were told"
read -r median last < <(gaps failed)
# When srun had ended and the supervisor knew of it.
heard=$(date -d "$(sed -n 's/^{"t_wall":"\([^"]*\)".*"service":"fails","event":"exit".*/\1/p' "$(job_dir)/events.jsonl")" +%s.%N)
heard=$(awk -v from="$(cat failed)" -v to="$heard" 'BEGIN { printf "%.1f", (to - from) * 1000 }')
echo "failure to TERM in $count steps: median $median ms, last $last ms, of which srun took $heard ms to end; kill alone: median $plain_median ms, last $plain_last ms"
