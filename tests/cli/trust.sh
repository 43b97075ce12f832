#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# shellcheck disable=SC2016 # specs in single quotes
# Files that somebody else may have made: records, settings, job folders, logs. What a record says
# is checked, and nothing outside a job's own folder is ever removed.
. "$(dirname "$0")/lib.bash"

# --- What a record says ---
precious=$work/home/thesis
mkdir -p "$precious"
echo precious >"$precious/chapter1"
echo alias >"$work/home/.mybashrc"
for id in thesis PATH local-../x local- . .. 0 12a '4711/..' 'local-1 ' '-1' '1_' 'local-x' '18446744073709551616'; do
	record . "$id" "$work/home/$id" '' odd
	run 0 hpcc jobs
	err_has 'passed over'
	out_has 'no job was started'
	run 0 hpcc clean --yes --all
	run 3 hpcc down --yes
	run 3 hpcc cancel
done
rm -r .hpc-compose
# Roots that aren't the job's, and a record that is another job's.
for root in "$precious" "$precious/4711/.." "relative/4711" "/4711/" "$precious//4711" "$precious/./4711" ''; do
	record . 4711 "$root"
	run 0 hpcc jobs
	err_has 'passed over'
done
record . 4711 /srv/4711 '' 4712
rm .hpc-compose/jobs/4711.json
run 0 hpcc jobs
err_has 'it is the record of job 4711'
rm -r .hpc-compose
small_spec compose.yaml
printf 'runtime: {backend: host}\nname: "${WORD}"\nservices: {a: {command: [x]}}\n' >word.yaml
printf '[1, 2' >odd.json
for text in '[]' '{}' '7' '' '{"job_id": 5, "job_root": {}}' "$(<odd.json)" '{"job_id":"4711","job_root":"/srv/\u00004711"}'; do
	mkdir -p .hpc-compose/jobs
	printf '%s' "$text" >.hpc-compose/jobs/4711.json
	run 0 hpcc jobs
	err_has 'passed over'
done
rm -r .hpc-compose odd.json

# A folder that has the job's number, but nothing that shows it is a job's.
mkdir -p "$work/home/local-20990101-000000"
echo mine >"$work/home/local-20990101-000000/notes"
record . local-20990101-000000 "$work/home/local-20990101-000000"
run 3 hpcc clean --yes --all
err_has 'nothing in it shows'
that 'it is left alone' test -s "$work/home/local-20990101-000000/notes"
run 3 hpcc down --yes
rm -r .hpc-compose

# Paths in a record lead nowhere: the batch log, the cache.
mkdir -p .hpc-compose/local-20990101-000000 "$precious/runtime/local-20990101-000000x"
touch .hpc-compose/local-20990101-000000/job.sbatch
record . local-20990101-000000 "$PWD/.hpc-compose/local-20990101-000000" \
	"\"batch_log\": \"$work/home/.mybashrc\", \"cache_dir\": \"$precious\", \"pid\": $$"
run 0 hpcc clean --yes --all
that 'the batch log of a record is no word to remove a file' test -s "$work/home/.mybashrc"
that 'other folders of a cache stay' test -d "$precious/runtime/local-20990101-000000x"
that 'the folder of the job is gone' test ! -e .hpc-compose/local-20990101-000000

# A pid that is somebody else's by now: this shell's.
mkdir -p .hpc-compose/local-20990101-000000
touch .hpc-compose/local-20990101-000000/job.sbatch
record . local-20990101-000000 "$PWD/.hpc-compose/local-20990101-000000" "\"pid\": $$"
run 0 hpcc cancel
out_has 'has ended already'
# The environment alone isn't enough either, when the start is another one.
env HPCC_JOB_ID=local-20990101-000000 sleep 300 &
sleeper=$!
that 'it has begun' within 20 grep -qsz HPCC_JOB_ID=local-20990101-000000 /proc/$sleeper/environ
record . local-20990101-000000 "$PWD/.hpc-compose/local-20990101-000000" "\"pid\": $sleeper, \"pid_start\": 1"
run 0 hpcc cancel
out_has 'has ended already'
that 'the sleeper lives' kill -0 $sleeper
for pid in 0 -1 1 4294967297 "$((sleeper + 4294967296))"; do
	record . local-20990101-000000 "$PWD/.hpc-compose/local-20990101-000000" "\"pid\": $pid"
	run 0 hpcc cancel
	out_has 'has ended already'
done
that 'the sleeper lives' kill -0 $sleeper
record . local-20990101-000000 "$PWD/.hpc-compose/local-20990101-000000" "\"pid\": $sleeper"
run 0 hpcc cancel
status=0
wait $sleeper || status=$?
that 'the one of the job gets its signal' test $status = 143
# One that becomes another program has no environment for a moment, and is the job's all the same.
printf '#!/bin/sh\nexec "$0"\n' >again
chmod +x again
env HPCC_JOB_ID=local-20990101-000000 ./again &
again=$!
that 'it has begun' within 20 grep -qsz HPCC_JOB_ID=local-20990101-000000 /proc/$again/environ
record . local-20990101-000000 "$PWD/.hpc-compose/local-20990101-000000" "\"pid\": $again"
for ((i = 0; i < 100; i++)); do
	hpcc jobs
done >"$work/looks"
kill $again
that 'it is there at each look' test "$(grep -c ' RUNNING ' "$work/looks")" = 100
rm -r .hpc-compose

# --- Removal follows no link, whatever is in the folder ---
root=$PWD/.hpc-compose/local-20990101-000000
mkdir -p "$root/logs" "$root/closed/inside"
touch "$root/job.sbatch" "$root/closed/inside/file"
chmod 555 "$root/closed" "$root/closed/inside"
ln -s "$precious" "$root/link"
ln -s "$precious/chapter1" "$root/state.json"
mkfifo "$root/logs/pipe"
deep=$root
for _ in {1..300}; do deep+=/d; done
mkdir -p "$deep"
touch "$deep/file"
printf 'x' >"$root/"$'odd\n\xff name'
record . local-20990101-000000 "$root"
run 0 hpcc clean --yes --all
that 'all of it is gone' test ! -e "$root"
that 'what links led to is there' test -s "$precious/chapter1"
# The root itself is a link.
mkdir -p .hpc-compose/jobs "$work/home/real/local-20990101-000000"
touch "$work/home/real/local-20990101-000000/job.sbatch"
ln -s "$work/home/real/local-20990101-000000" "$root"
record . local-20990101-000000 "$root"
run 3 hpcc clean --yes --all
err_has 'it is no folder'
that 'it is there' test -e "$work/home/real/local-20990101-000000/job.sbatch"
rm -r .hpc-compose

# --- cache prune: what hpcc made, and nothing else ---
mkdir -p "$precious/base" "$precious/prepared"
echo data >"$precious/base/results.sqsh"
image=$precious/base/0123456789abcdef0123-redis_7.sqsh
echo image >"$image"
ln -s "$precious/chapter1" "$precious/base/0123456789abcdef0123-link.sqsh"
mkdir -p .hpc-compose/local-20990101-000000
touch .hpc-compose/local-20990101-000000/job.sbatch
record . local-20990101-000000 "$PWD/.hpc-compose/local-20990101-000000" "\"cache_dir\": \"$precious\""
run 0 hpcc cache prune --yes --all
out_has 0123456789abcdef0123-redis_7.sqsh
that 'the image is gone' test ! -e "$image"
that 'other files stay' test -s "$precious/base/results.sqsh" -a -L "$precious/base/0123456789abcdef0123-link.sqsh"
rm -r .hpc-compose "$precious/base" "$precious/prepared"

# --- Links at places where hpcc writes ---
run 0 hpcc up --local
run 0 hpcc down --yes
mkdir -p .hpc-compose
echo settled >"$work/home/target"
ln -s "$work/home/target" .hpc-compose/jobs/local-link.json 2>/dev/null || { mkdir -p .hpc-compose/jobs && ln -s "$work/home/target" .hpc-compose/jobs/local-link.json; }
run 0 hpcc up --local
that 'nothing is written through it' grep -qx settled "$work/home/target"
rm -r .hpc-compose

# --- Modes: what everybody may write is nobody's word ---
mkdir -p .hpc-compose
printf '[defaults.env]\nWORD = "mine"\n' >.hpc-compose/settings.toml
run 0 hpcc config word.yaml
out_has 'name: mine'
chmod 666 .hpc-compose/settings.toml
run 2 hpcc config word.yaml
err_has 'can be written by everybody'
err_has HPCC_TRUSTED_FOLDERS
run 0 env HPCC_TRUSTED_FOLDERS="/nowhere:$PWD" hpcc config word.yaml
out_has 'name: mine'
mkdir -p "$work/home/.config/hpc-compose"
printf '# trusted\n/nowhere\n  %s\n' "$work" >"$work/home/.config/hpc-compose/trusted-folders"
run 0 hpcc config word.yaml
out_has 'name: mine'
chmod 666 "$work/home/.config/hpc-compose/trusted-folders"
run 2 hpcc config word.yaml
err_has 'others than you can write it'
rm -r "$work/home/.config"
chmod 664 .hpc-compose/settings.toml # a group is chosen; everybody isn't
run 0 hpcc config word.yaml
chmod 777 .hpc-compose
run 2 hpcc config word.yaml
err_has 'can be changed by everybody'
chmod 1777 .hpc-compose # a sticky one holds each to his own files
run 0 hpcc config word.yaml
mkdir -p "$work/linked"
mv .hpc-compose/settings.toml "$work/linked"
rmdir .hpc-compose
ln -s "$work/linked" .hpc-compose
run 0 hpcc config word.yaml
out_has 'name: mine'
chmod 777 "$work/linked"
run 2 hpcc config word.yaml
err_has "'$work/linked' can be changed by everybody"
rm .hpc-compose

# --- Names that aren't UTF-8, and control bytes ---
odd=$PWD/$'d\xffir/e\x1bsc\nline'
mkdir -p "$odd"
cp compose.yaml "$odd"
(
	cd "$odd"
	for command in validate inspect config --emit=json --emit=plan jobs 'clean --all' 'cache list'; do
		# shellcheck disable=SC2086
		run 0 hpcc $command
	done
	for command in 'inspect --format=json' 'jobs --format=json' --emit=json '--diagnostics=json validate'; do
		# shellcheck disable=SC2086
		run 0 hpcc $command
		that 'it is JSON' python3 -m json.tool "$work/out" /dev/null
	done
	run 3 hpcc up --local
	err_has "isn't UTF-8"
	that 'nothing is left' test ! -e .hpc-compose/jobs
	[ "$failures" = 0 ]
) || failures=$((failures + 1))
mkdir "$PWD/"$'control\x1b'
cp compose.yaml "$PWD/"$'control\x1b'
(
	cd "$PWD/"$'control\x1b'
	run 0 hpcc up --local
	run 0 hpcc status --format=json
	that 'it is JSON' python3 -m json.tool "$work/out" /dev/null
	run 0 hpcc clean --yes --all
	out_lacks $'\x1b'
	[ "$failures" = 0 ]
) || failures=$((failures + 1))

# --- Programs: reading a spec runs none, whatever settings and spec say ---
mkdir -p "$work/canaries" .hpc-compose
for name in sh bash env srun sbatch squeue sinfo scontrol sacct scancel enroot apptainer singularity ch-image \
	ch-run git python3 nvidia-smi module less man tput cp tar canary; do
	printf '#!/bin/bash\n: >"%s/ran-%s"\n' "$work" "$name" >"$work/canaries/$name"
	chmod 755 "$work/canaries/$name"
done
cat >.hpc-compose/settings.toml <<SETTINGS
[defaults]
binaries = {enroot = "$work/canaries/canary", srun = "$work/canaries/canary", sbatch = "$work/canaries/canary"}
[binaries]
enroot = "$work/canaries/canary"
srun = "$work/canaries/canary"
[defaults.env]
PAGER = "$work/canaries/canary"
SHELL = "$work/canaries/canary"
SETTINGS
printf 'runtime: {backend: pyxis}\nx-slurm: {setup: ["%s"], time: "1:00"}\nservices: {a: {image: "redis:7", command: ["%s"], x-enroot: {prepare: {commands: ["%s"]}}}}\n' \
	"$work/canaries/canary" "$work/canaries/canary" "$work/canaries/canary" >canary.yaml
for command in validate inspect 'inspect --tree' config --emit=plan --emit=json --emit=dot --emit=table --emit=ir schema \
	'explain R001' 'simulate'; do
	case $command in
	schema | explain*) spec=() ;;
	*) spec=(canary.yaml) ;;
	esac
	# shellcheck disable=SC2086
	run 0 env PATH="$work/canaries:$PATH" PAGER="$work/canaries/canary" "$BUILD/hpcc" $command "${spec[@]}"
done
message='{"jsonrpc":"2.0","id":1,"method":"initialize","params":{}}'
opened='{"jsonrpc":"2.0","method":"textDocument/didOpen","params":{"textDocument":{"uri":"file://'$PWD'/canary.yaml","text":"extends: canary.yaml\n"}}}'
printf 'Content-Length: %d\r\n\r\n%sContent-Length: %d\r\n\r\n%s' ${#message} "$message" ${#opened} "$opened" >lsp.in
PATH=$work/canaries:$PATH "$BUILD/hpcc" lsp <lsp.in >lsp.out
that 'the server has read it' grep -q publishDiagnostics lsp.out
that 'no program ran' test -z "$(find "$work" -maxdepth 1 -name 'ran-*' ! -name ran-env)"
rm -r .hpc-compose

# --- Exports stay in the export folder ---
mkdir -p .hpc-compose/local-20990101-000000/artifacts/payload/sub out "$work/elsewhere"
touch .hpc-compose/local-20990101-000000/job.sbatch
echo result | tee .hpc-compose/local-20990101-000000/artifacts/payload/{file,sub/file} >/dev/null
ln -s "$precious" .hpc-compose/local-20990101-000000/artifacts/payload/link
printf '{"schema_version":1,"job_id":"local-20990101-000000","bundles":{"default":{"copied_relative_paths":["file","sub/file"]}}}\n' \
	>.hpc-compose/local-20990101-000000/artifacts/manifest.json
record . local-20990101-000000 "$PWD/.hpc-compose/local-20990101-000000"
echo kept >"$work/elsewhere/file"
ln -s "$work/elsewhere/file" out/file
run 0 hpcc artifacts export --to=out
that 'a link at the place of a file is replaced' test ! -L out/file -a "$(<"$work/elsewhere/file")" = kept
that 'both are there' cmp out/file out/sub/file
rm -r out/sub
ln -s "$work/elsewhere" out/sub
run 3 hpcc artifacts export --to=out
err_has "'sub' is no folder"
that 'nothing came through the link' test "$(<"$work/elsewhere/file")" = kept
rm out/sub
sed -i 's/sub\/file/link\/chapter1/' .hpc-compose/local-20990101-000000/artifacts/manifest.json
run 3 hpcc artifacts export --to=out
err_has "'link' is no folder"
rm -r .hpc-compose out

# --- Two users ---
if [ "$(id -u)" != 0 ] || ! setpriv --reuid=61001 --regid=61001 --clear-groups true 2>/dev/null; then
	echo 'skipped: what another user makes (needs root and setpriv)'
	finish
	exit
fi
chmod 711 "$work"
mkdir -m 755 "$work/bin"
cp "$BUILD/hpcc" "$BUILD/hpcc-rt" "$work/bin"
export PATH=$work/bin:$PATH HPCC_RT=$work/bin/hpcc-rt
shared=$work/shared
mkdir "$shared" "$work/victim" "$work/attacker"
chmod 1777 "$shared"
chown 61001 "$work/victim"
chown 61002 "$work/attacker"
for user in victim:61001 attacker:61002; do
	printf '#!/bin/bash\numask 022\nHOME=%s exec setpriv --reuid=%d --regid=%d --clear-groups "$@"\n' \
		"$work/${user%:*}" "${user#*:}" "${user#*:}" >"$work/bin/${user%:*}"
	chmod 755 "$work/bin/${user%:*}"
done
export -f record
cd "$shared"
victim mkdir "$shared/work" "$work/victim/thesis"
victim bash -c 'echo precious >~/thesis/chapter1; echo alias >~/.mybashrc'
cd "$shared/work"

# Records in a folder above.
victim sleep 300 &
sleeper=$!
attacker bash -c "record $shared thesis $work/victim/thesis '\"batch_log\": \"$work/victim/.mybashrc\"'"
attacker bash -c "record $shared local-20990101-000000 $work/victim/local-20990101-000000 '\"pid\": $sleeper'"
for command in jobs 'clean --all' down cancel status logs stats artifacts watch 'cache prune --all' 'cache list'; do
	# shellcheck disable=SC2086
	run 3 victim hpcc $command
	err_has "'$shared/.hpc-compose' belongs to user 61002, not to you"
	err_has HPCC_TRUSTED_FOLDERS
done
that 'everything is there' test -s "$work/victim/thesis/chapter1" -a -s "$work/victim/.mybashrc"
that 'the process lives' kill -0 $sleeper
# Trusted by name, it still removes and signals nothing that isn't a job's.
run 3 victim env HPCC_TRUSTED_FOLDERS="$shared" hpcc clean --yes --all
err_has "can't remove '$shared/.hpc-compose/jobs/local-20990101-000000.json': permission denied"
run 0 victim env HPCC_TRUSTED_FOLDERS="$shared" hpcc cancel
that 'everything is there' test -s "$work/victim/thesis/chapter1" -a -s "$work/victim/.mybashrc"
that 'the process lives' kill -0 $sleeper
kill $sleeper
wait $sleeper || :
# An own folder of records ends the search.
victim mkdir -p .hpc-compose/jobs
run 0 victim hpcc jobs
# A record that somebody else put into it, where a group may.
attacker bash -c "cd ~ && record . 4711 $work/victim/4711"
cp -p "$work/attacker/.hpc-compose/jobs/4711.json" .hpc-compose/jobs
run 0 victim hpcc jobs
err_has "4711.json' belongs to user 61002"
rm -r .hpc-compose
# A link of somebody else's to what is the user's own.
victim bash -c "cd ~ && record . 4711 ~/.hpc-compose/4711"
attacker rm -r "$shared/.hpc-compose"
attacker ln -s "$work/victim/.hpc-compose" "$shared/.hpc-compose"
run 3 victim hpcc jobs
err_has "belongs to user 61002"
attacker rm "$shared/.hpc-compose"

# Settings of somebody else's run no program, and say nothing.
attacker mkdir "$shared/.hpc-compose"
attacker bash -c "printf '[defaults.env]\nPYTHON = \"$shared/evil\"\n' >$shared/.hpc-compose/settings.toml; printf '#!/bin/sh\ntouch $shared/evil-ran; id -un\n' >$shared/evil; chmod 755 $shared/evil"
victim bash -c 'printf "name: t\nruntime: {backend: host}\nservices: {a: {command: [\"\${PYTHON:-true}\", \"-c\", \"1\"]}}\n" >compose.yaml'
for command in validate 'up --local' inspect config compose.yaml; do
	# shellcheck disable=SC2086
	run 2 victim hpcc $command
	err_has "'$shared/.hpc-compose' belongs to user 61002, not to you"
done
that 'the program never ran' test ! -e "$shared/evil-ran"
victim mkdir .hpc-compose
victim touch .hpc-compose/settings.toml
run 0 victim hpcc up --local
that 'the program never ran' test ! -e "$shared/evil-ran"
rm -r .hpc-compose
# A folder without settings is nobody's business.
attacker rm "$shared/.hpc-compose/settings.toml"
run 0 victim hpcc validate
# Nor is one that can't be searched.
attacker touch "$shared/.hpc-compose/settings.toml"
attacker chmod 700 "$shared/.hpc-compose"
run 0 victim hpcc validate
attacker chmod 755 "$shared/.hpc-compose"
# Root's are the site's.
chown -R 0 "$shared/.hpc-compose"
run 0 victim hpcc validate
rm -r "$shared/.hpc-compose"

# Jobs aren't started in folders of somebody else's: he could put another hpcc-rt there.
attacker mkdir -p "$shared/runs"
chmod 777 "$shared/runs"
victim bash -c 'printf "runtime: {backend: host}\nx-slurm: {runtime_root: ../runs}\nservices: {a: {command: [\"true\"]}}\n" >compose.yaml'
run 3 victim hpcc up --local
err_has "'$shared/runs' belongs to user 61002, not to you"
rm -r "$shared/runs"
run 0 victim hpcc up --local
# The folder of a job that was purged, and made again by somebody else.
id=$(cd "$shared/runs" && echo local-*)
rm -r "$shared/runs"
mkdir -m 1777 "$shared/runs"
attacker mkdir "$shared/runs/$id"
attacker bash -c "cd $shared/runs/$id && mkdir logs && echo phishing >logs/a.log && echo '{}' >state.json && touch job.sbatch"
run 0 victim hpcc status
out_has "belongs to user 61002, not to you"
run 3 victim hpcc logs
err_has "belongs to user 61002, not to you"
out_lacks phishing
run 3 victim hpcc down --yes
err_has "it isn't yours"
that 'it is there' test -e "$shared/runs/$id/state.json"
# hpcc-rt makes no job of a folder that was there before, and is somebody else's.
attacker mkdir -p "$shared/4711/bin"
chmod 777 "$shared/4711" "$shared/4711/bin"
run 3 victim bash -c "printf 'hpcc-allocation 1\njob name t nodes 1\nservice a token a nodes all ntasks 1\n' | SLURM_JOB_ID=4711 hpcc-rt begin --root $shared/4711"
err_has 'belongs to user 61002'
that 'nothing was put into it' test ! -e "$shared/4711/bin/hpcc-rt"
finish
