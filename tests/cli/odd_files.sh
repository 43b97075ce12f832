#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# shellcheck disable=SC2016 # specs in single quotes
# Pipes, devices, folders and links where hpcc reads files: a message, and never a wait. And names
# and numbers beyond any fixed size.
. "$(dirname "$0")/lib.bash"

small_spec compose.yaml
# --- What is no file, where a file is read ---
mkfifo pipe
mkdir folder
printf 'extends: pipe\nservices: {}\n' >extends.yaml
run 2 hpcc validate extends.yaml
err_has 'it is a pipe'
printf 'extends: /dev/stdin\nservices: {}\n' >extends.yaml
exec {open}<>pipe # never at its end
run 2 hpcc validate extends.yaml <&"$open"
exec {open}<&-
err_has 'it is a pipe'
printf 'secrets: {S: {file: pipe}}\nruntime: {backend: host}\nservices: {a: {command: [x]}}\n' >secrets.yaml
run 2 hpcc validate secrets.yaml
err_has 'it is a pipe'
printf 'runtime: {backend: host}\nservices: {a: {command: [x], env_file: pipe}}\n' >env.yaml
run 2 hpcc validate env.yaml
err_has 'it is a pipe'
mkfifo .env
run 0 hpcc validate compose.yaml
rm .env
mkdir -p .hpc-compose
mkfifo .hpc-compose/settings.toml
run 2 hpcc validate compose.yaml
err_has 'it is a pipe'
rm .hpc-compose/settings.toml
mkdir .hpc-compose/settings.toml
run 0 hpcc validate compose.yaml
rmdir .hpc-compose/settings.toml
run 2 hpcc validate folder
err_has 'it is a folder'
run 2 hpcc validate /dev/zero
err_has 'larger than'
run 2 hpcc validate pipe
err_has 'nobody writes to'
# Pipes that are named do work, at whatever speed.
run 0 hpcc validate <(sleep 0.2; cat compose.yaml)
run 0 hpcc validate /dev/stdin < <(cat compose.yaml)
run 0 hpcc validate - < <(cat compose.yaml)
run 0 hpcc validate /dev/stdin <compose.yaml
cat compose.yaml >pipe &
run 0 hpcc validate pipe
wait $!
printf 'runtime: {backend: host}\nname: "${WORD}"\nservices: {a: {command: [x]}}\n' >word.yaml
run 0 hpcc config --env-file <(echo WORD=given) word.yaml
out_has 'name: given'
printf 'runtime: {backend: pyxis}\nservices: {a: {image: ./pipe.sqsh, command: [x], x-enroot: {prepare: {commands: ["true"]}}}}\n' >image.yaml
mkfifo pipe.sqsh
run 0 hpcc validate -W no-A04 image.yaml
rm pipe.sqsh
# Files of a job.
run 0 hpcc up --local
id=$(hpcc jobs | awk 'NR == 1 {print $1}')
root=.hpc-compose/$id
rm "$root/logs/one.log" "$root/state.json" "$root/events.jsonl" "$root/batch.log"
mkfifo "$root/logs/one.log" "$root/state.json" "$root/events.jsonl" "$root/batch.log"
run 0 hpcc logs
err_has "the log of one, 'logs/one.log', isn't read: it is a pipe"
run 1 hpcc logs -f
err_has LOST
run 0 hpcc status
out_has 'it is a pipe'
run 0 hpcc ps
run 0 hpcc jobs
run 0 hpcc stats
run 1 hpcc watch
run 3 hpcc artifacts
mkfifo .hpc-compose/jobs/local-20990101-000000.json
ln -s /dev/zero .hpc-compose/jobs/local-20990101-000001.json
run 0 hpcc jobs
err_has 'it is a pipe'
err_has 'it is a device'
run 0 hpcc clean --yes --all
rm -rf .hpc-compose pipe folder

# --- Many services ---
{
	printf 'name: many\nruntime: {backend: host}\nservices:\n'
	for i in {0..299}; do echo "  s$i: {command: ['true']}"; done
} >many.yaml
mkdir -p .hpc-compose/local-20990101-000000/logs
touch .hpc-compose/local-20990101-000000/job.sbatch
echo 'the last one speaks' >.hpc-compose/local-20990101-000000/logs/s299.log
services=$(for i in {0..299}; do printf '%s{"name":"s%d","token":"s%d"}' "${comma-}" "$i" "$i"; comma=,; done)
record . local-20990101-000000 "$PWD/.hpc-compose/local-20990101-000000"
sed -i "s/\"services\": \[\]/\"services\": [$services]/" .hpc-compose/jobs/*.json
run 0 hpcc logs s299
out_has 'the last one speaks'
run 2 hpcc simulate --scenario 's2999 exits 1' many.yaml
err_has "did you mean 's299'?"
run 2 hpcc logs s2999
err_has "did you mean 's299'?"
rm -r .hpc-compose
finish
