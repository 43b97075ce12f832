#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# shellcheck disable=SC2016 # specs and patterns in single quotes
# hpcc prepare with a fake enroot: what is called, once, and what a failure leaves behind.
. "$(dirname "$0")/lib.bash"

mkdir bin
cat >bin/enroot <<'FAKE'
#!/bin/bash
# Records its calls; import and export write the file they are told to.
printf '%q ' "$@" >>"$FAKE_ENROOT/calls"
echo "[in $ENROOT_TEMP_PATH]" >>"$FAKE_ENROOT/calls"
[ ! -e "$FAKE_ENROOT/fail-$1" ] || { echo "enroot: no such image" >&2; exit 1; }
case $1 in
import) sleep 0.3 && echo base >"$3" ;;
export) echo made >"$4" ;;
esac
FAKE
chmod +x bin/enroot
export FAKE_ENROOT=$PWD PATH=$PWD/bin:$PATH
cat >compose.yaml <<'SPEC'
x-slurm:
  cache_dir: ./cache
services:
  one:
    image: ghcr.io/example/tool:1.2
    command: ["tool"]
  two:
    image: ghcr.io/example/tool:1.2
    command: ["tool"]
    x-runtime:
      prepare:
        commands:
          - echo 'it''s quoted'
        env: {KEY: "a b"}
SPEC

run 0 hpcc inspect
out_has 'missing'
run 0 hpcc prepare
err_has 'importing'
err_has 'preparing'
that 'one import for both services' test "$(grep -c ^import calls)" = 1
that 'the registry is set apart' grep -q 'docker://ghcr.io#example/tool:1.2' calls
that 'as root, writable' grep -q '^start --root --rw' calls
that 'the commands are run' grep -q "it" calls
that 'the working copy is removed' grep -q '^remove -f' calls
that 'unpacked in the cache' test "$(grep -c "in $PWD/cache/enroot/tmp\]" calls)" = "$(wc -l <calls)"
that 'which is there' test -d cache/enroot/tmp
that 'two images' test "$(find cache -name '*.sqsh' | wc -l)" = 2
that 'nothing else stays' test -z "$(find cache -name '*.part-*')"
run 0 hpcc inspect
out_lacks 'missing'

rm calls
run 0 hpcc prepare
that 'nothing is made twice' test ! -e calls
run 0 hpcc prepare --force
that 'unless asked' grep -q ^import calls

# A mount makes its target in the image.
mkdir src
sed 's|^        env:|        mounts: [./src:/src:ro]\n&|' compose.yaml >mount.yaml
run 0 hpcc prepare mount.yaml
that 'the mount makes its target' grep -qF -- "--mount $PWD/src:/src:x-create=auto\,rbind\,ro " calls

# Two at a time make it once.
rm -rf cache calls
hpcc prepare 2>first.err &
hpcc prepare 2>second.err
wait
that 'one import for two of hpcc' test "$(grep -c ^import calls)" = 1

# A failure leaves nothing that looks like an image.
rm -rf cache calls
touch fail-import
run 3 hpcc prepare
err_has "ended with status 1"
that 'no image' test -z "$(find cache -name '*.sqsh*' ! -name '*.lock')"
rm fail-import
touch fail-start
run 3 hpcc prepare
that 'the base stays' test "$(find cache -name '*.sqsh' | wc -l)" = 1
that 'the working copy is removed all the same' grep -q '^remove -f' calls
rm -rf cache fail-start

# A folder of one's own to unpack in, and more mounts than a command line of hpcc's own has words.
cp compose.yaml plain.yaml
sed -i 's|^x-slurm:|&\n  enroot_temp_dir: ./elsewhere|' compose.yaml
{
	echo '        mounts:'
	for i in {1..40}; do echo "          - ./m$i:/m$i"; done
} >>compose.yaml
rm -f calls
run 0 hpcc prepare
# shows: x-slurm.enroot_temp_dir
that 'enroot is told where' grep -q "^import .*\[in $PWD/elsewhere\]" calls
that 'the folder is made' test -d elsewhere
that 'every mount is there' test "$(grep ^start calls | grep -o -- '--mount' | wc -l)" = 40
that 'and the command behind them' grep -q '^start .*/bin/sh -c' calls
rm -r cache elsewhere
touch elsewhere
run 3 hpcc prepare
err_has "can't make 'enroot_temp_dir'"
mv plain.yaml compose.yaml
rm -rf cache elsewhere

# Without the tool.
mkdir few
for tool in bash sh env cat mkdir; do
	ln -s "$(command -v $tool)" few/
done
run 3 env PATH="$PWD/few" "$BUILD/hpcc" prepare
err_has "'enroot' isn't installed here"

# The cache: listed, and pruned.
run 0 hpcc prepare
run 0 hpcc cache prune --all
run 0 hpcc cache list

# Apptainer's build makes no places for what is mounted, so the definition does.
mkdir apptainer places && cd apptainer
cat >../bin/apptainer <<'FAKE'
#!/bin/bash
# Runs what is to run outside of the image, and keeps the definition.
cp "${@: -1}" definition
sed -n '/^%setup/,/^%post/{//!p}' definition | APPTAINER_ROOTFS=$PWD/../places sh -e
touch "${@: -2:1}"
FAKE
chmod +x ../bin/apptainer
touch base.sif 'in file'
mkdir "it's"
cat >compose.yaml <<'SPEC'
runtime: {backend: apptainer}
x-slurm: {cache_dir: ./cache}
services:
  one:
    image: ./base.sif
    command: ["tool"]
    x-runtime:
      prepare:
        commands: ["echo made"]
        mounts: ["./it's:/mnt/a $$b:ro", "./in file:/etc/in/file"]
SPEC
run 0 hpcc prepare
that 'a place for a folder' test -d '../places/mnt/a $b'
that 'a place for a file' test -f ../places/etc/in/file
that 'the commands are run' grep -q 'echo made' definition
cd ..
finish
