#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# shellcheck disable=SC2016 # programs in single quotes
# Programs that the settings name: every command goes by them where PATH has none, each by its own way to start one.
tests=$(cd "$(dirname "$0")/.." && pwd)
# shellcheck source=tests/cli/lib.bash disable=SC1091,SC2154
. "$tests/cli/lib.bash"
export FAKE_SLURM_DIR=$work/slurm

# Programs that leave a trace, and do what they stand for. What a job starts is on the PATH of its nodes.
mkdir -p opt .hpc-compose
programs='sbatch srun squeue sacct scancel scontrol sinfo sacctmgr sstat enroot ch-image curl'
for name in $programs; do
	{
		printf '#!/bin/bash\n: >"%s/ran-%s"\n' "$work" "$name"
		printf 'PATH=%s:$PATH exec %s/fake/%s "$@"\n' "$tests/fake" "$tests" "$name"
	} >"opt/my-$name"
done
printf '#!/bin/bash\n: >"%s/ran-enroot"\ncase $1 in import | export) echo >"${@: -2:1}" ;; version) echo 3.4.1 ;; esac\n' "$work" >opt/my-enroot
printf '#!/bin/bash\n: >"%s/ran-ch-image"\nexit 1\n' "$work" >opt/my-ch-image
printf '#!/bin/bash\n: >"%s/ran-curl"\n' "$work" >opt/my-curl
chmod 755 opt/*
{
	echo '[defaults.binaries]'
	echo "sinfo = \"$PWD/opt/my-sinfo\""
	for name in ${programs/sinfo /}; do echo "${name//-/_} = \"opt/my-$name\""; done
} >.hpc-compose/settings.toml

# ran NAME...: just these have left a trace, at least; takes the traces away.
ran() {
	local name
	for name; do
		that "'$command' starts $name as the settings say" test -e "$work/ran-$name"
	done
	rm -f "$work"/ran-*
}

cat >compose.yaml <<'SPEC'
name: named
runtime: {backend: host}
x-slurm: {time: "5:00"}
services:
  one: {script: 'echo hello; until [ -e stop ]; do sleep 0.05; done'}
SPEC
run 0 hpcc preflight
out_has "$PWD/opt/my-sbatch"
ran sbatch sinfo scontrol
run 0 hpcc site probe -o -
ran scontrol srun enroot
run 0 hpcc submit
ran sbatch
out_has 'submitted'
timeout 60 "$BUILD/hpcc" logs -f >followed 2>&1 &
until grep -q hello followed 2>/dev/null; do sleep 0.05; done
run 0 hpcc status
ran squeue
run 0 hpcc exec one echo inside
out_has inside
ran srun
run 0 hpcc stats
rm -f "$work"/ran-*
run 0 hpcc cancel
ran scancel
touch stop
wait
run 0 hpcc context
out_has 'sbatch=opt/my-sbatch'
out_has 'settings.toml:3'

# Images: by the program that makes them.
printf 'x-slurm: {time: 1, cache_dir: ./cache}\nservices: {a: {image: "redis:7", command: [true]}}\n' >image.yaml
run 0 hpcc prepare image.yaml
ran enroot
printf 'runtime: {backend: charliecloud}\n' >>image.yaml
hpcc prepare image.yaml >/dev/null 2>&1 && fail 'the program fails'
ran ch-image

# A profile's stand in front, a path goes by the folder of the settings, and what isn't there is told with its place.
mkdir below
cat >>.hpc-compose/settings.toml <<'TOML'
[profiles.other.binaries]
sbatch = "opt/none"
squeue = "my-squeue"
TOML
cp compose.yaml below
cd below || exit
run 3 env PATH="$work/here/opt:$PATH" hpcc submit --profile other
err_has "../.hpc-compose/settings.toml:15:10: '../opt/none', which binaries.sbatch names, is no program"
ran
run 0 hpcc submit
ran sbatch
run 0 hpcc cancel
cd .. || exit

# Settings with errors name none, and a command that needs no spec says so.
sed -i '1i default_profile = 1' .hpc-compose/settings.toml
run 3 hpcc status 4711
err_has 'settings with errors name no programs'
finish
