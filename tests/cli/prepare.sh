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
[ "$1" != start ] || cat >>"$FAKE_ENROOT/script"
# What may be waited for: a tool that hangs, with a child, until it is told to end.
if [ -e "$FAKE_ENROOT/hang-$1" ]; then
	sleep 1000 &
	echo "$! $$" >"$FAKE_ENROOT/hangs"
	trap 'echo "$1 was told" >>"$FAKE_ENROOT/calls"; exit 1' TERM
	wait
fi
# How far it is, to a terminal alone, over and over in one line; to others some lines.
if [ -e "$FAKE_ENROOT/tells-$1" ]; then
	echo 'fetching a layer' >&2
	if [ -t 1 ]; then
		for percent in 3 45.9 100; do
			printf '\r\033[2K\033[31m %s%% of it\033[0m' "$percent"
			sleep 0.05
		done
		printf '\n'
	else
		printf 'half\rwhole\n'
	fi
fi
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
err_has 'image 1 of 2: importing ghcr.io/example/tool:1.2'
err_has 'image 1 of 2: done in '
err_has 'image 2 of 2: preparing the image of two from ghcr.io/example/tool:1.2'
that 'one import for both services' test "$(grep -c ^import calls)" = 1
that 'the registry is set apart' grep -q 'docker://ghcr.io#example/tool:1.2' calls
that 'as root, writable' grep -q '^start --root --rw' calls
that 'the commands are run' grep -qF "echo '\''it" script
that 'they are no argument' test "$(grep -c "it.s quoted" calls)" = 0
that 'the working copy is removed' grep -q '^remove -f' calls
that 'unpacked in the cache' test "$(grep -c "in $PWD/cache/enroot/tmp\]" calls)" = "$(grep -vc ^remove calls)"
that 'which is there' test -d cache/enroot/tmp
that 'two images' test "$(find cache -name '*.sqsh' | wc -l)" = 2
# Plain lines without a terminal, and no hashes; on a terminal a bar.
touch tells-import
run 0 hpcc prepare --force
err_has 'fetching a layer'
err_has $'\nwhole\n'
that 'names' test "$(grep -cE '[0-9a-f]{12}|half|%' "$work/err")" = 0
run 0 env TERM=xterm script -qec 'hpcc prepare --force' /dev/null
out_has 'fetching a layer'
out_has '[---'
out_has '[#########-----------]  45%'
out_has '[####################] 100%'
out_lacks 'of it'
out_lacks '\x1b'
out_has ': preparing the image of two'
run 0 env TERM=dumb script -qec 'hpcc prepare --force' /dev/null
out_lacks '45%'
rm tells-import
run 0 hpcc prepare
err_has 'image 1 of 2: found ghcr.io/example/tool:1.2'
err_has 'images: nothing to make, 2 found'
: >calls
nothing_stays() {
	test -z "$(find cache "${TMPDIR:-/tmp}"/hpcc-image-?????? ! -type d ! -name '*.lock' ! -name '*.sqsh' ! -name '*.sif' ! -name '*.sqfs' 2>/dev/null)" &&
		test -z "$(find cache -name '*.work')"
}
that 'nothing else stays' nothing_stays
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

# A mount as fstab has it; what the syntax can't carry has a place, or is found where it is looked for.
mkdir 'my dir' 'back\slash'
sed 's|^        env:|        mounts: ["./my dir:/m n:ro", "./back\\\\slash:/b"]\n&|' compose.yaml >odd.yaml
rm -f calls
run 0 hpcc prepare odd.yaml
# shows: services.<name>.x-runtime.prepare.mounts
that 'a blank is written as a number' grep -qF -- "$(printf %q "$PWD/my\\040dir:/m\\040n:x-create=auto,rbind,ro")" calls
that 'so is a backslash' grep -qF -- "$(printf %q "$PWD/back\\134slash:/b:x-create=auto,rbind")" calls
sed 's|^        env:|        mounts: ["/a:/b:c:ro"]\n&|' compose.yaml >odd.yaml
run 2 hpcc prepare odd.yaml
for backend in pyxis:sqsh apptainer:sif charliecloud:sqfs; do
	printf 'runtime: {backend: %s}\nservices: {a: {image: ./x.%s, command: x, x-runtime: {prepare: {commands: [x], mounts: ["%s"]}}}}\n' \
		${backend%:*} ${backend#*:} '/a\\b:/c' >odd.yaml
	if [ $backend = apptainer:sif ]; then
		run 2 hpcc validate odd.yaml
		err_has "apptainer can't mount '/a\b' in service 'a': the path holds a backslash"
		err_has '[B01]'
	else
		run 0 hpcc validate odd.yaml
	fi
done
mkdir -p 'a:b/src'
cp mount.yaml 'a:b/mount.yaml'
run 3 hpcc prepare 'a:b/mount.yaml'
err_has "enroot can't mount '$PWD/a:b/src' while it prepares an image: no path of a mount may hold a ':'"

# Variables are neither in an argument nor in what the tool says.
cat >secret.yaml <<'SPEC'
secrets: {TOK: {env: TOKV}}
x-slurm: {cache_dir: ./cache}
services:
  two:
    image: ghcr.io/example/tool:1.2
    command: ["tool"]
    x-runtime: {prepare: {commands: ["true"], env: {HF_TOKEN: "${TOK}", DB: "x-${TOK}", MY_PASSWORD: literally}}}
SPEC
rm -f calls script
TOKV=$'can\'ary "1%"\n  can\'ary two\xff' run 0 hpcc prepare secret.yaml
that 'no argument has it' test "$(grep -c "ary\|literally" calls)" = 0
that 'the script has it' grep -q "ary two" script
that 'nothing else stays' nothing_stays
cp bin/enroot bin/enroot.quiet
sed -i '3i printf "%s" "$TOKV" | sed "s/^/says /" >\&2; printf "\\033[2J\\n"' bin/enroot
TOKV=$'can\'ary "1%"\n  can\'ary two' run 0 hpcc prepare --force secret.yaml
that 'what the tool says is shown without it' test "$(grep -c 'ary' <<<"$out$err")" = 0
err_has 'says <redacted>'
err_has '\x1b[2J'
mv bin/enroot.quiet bin/enroot

# Ctrl-C, TERM and HUP: the tool and its children end, and nothing stays.
for signal in INT TERM HUP; do
	rm -rf cache calls hangs
	touch hang-start
	# A shell's background commands ignore INT.
	python3 -c 'import os, signal; signal.signal(signal.SIGINT, signal.SIG_DFL); os.execvp("hpcc", ["hpcc", "prepare"])' \
		>out.log 2>err.log &
	prepare=$!
	that "it runs ($signal)" within 30 test -s hangs
	kill -s $signal $prepare
	status=0
	wait $prepare || status=$?
	that "it ends by $signal" test $status -gt 128
	that 'and says why' grep -q 'interrupted' err.log
	read -r sleeper enroot <hangs
	that 'the tool has ended' within 10 bash -c "! kill -0 $enroot 2>/dev/null"
	that 'and its child' within 10 bash -c "! kill -0 $sleeper 2>/dev/null"
	that 'the working copy is removed' grep -q '^remove -f' calls
	that 'nothing stays' nothing_stays
	rm -f hang-start
done

# One that was killed: the next one takes away what it left, whatever that one is to make.
killed_prepare() {
	rm -rf cache calls hangs
	touch hang-start
	hpcc prepare >/dev/null 2>&1 &
	prepare=$!
	that 'it runs' within 30 test -s hangs
	kill -KILL $prepare
	wait $prepare 2>/dev/null || :
	rm -f hang-start
	read -r sleeper enroot <hangs
	kill "$sleeper" "$enroot" 2>/dev/null || :
	that 'it leaves something' test -n "$(find cache -name '*.work')"
	name=$(sed -n 's/^create .*--name \([^ ]*\) .*/\1/p' calls)
	rm -f calls
}
killed_prepare
export TOKV=x
run 0 hpcc prepare secret.yaml
that "the dead one's container is removed" grep -q "^remove -f $name " calls
that 'and its files' nothing_stays
killed_prepare
run 0 hpcc cache prune --dry-run --all compose.yaml
that 'a dry run removes nothing' test -n "$(find cache -name '*.work')"
out_has 'in the making'
run 0 hpcc cache prune --yes --all compose.yaml
that "the dead one's container is removed by a prune, too" grep -q "^remove -f $name " calls
that 'and its files' nothing_stays

# A live one's are left alone.
rm -rf cache calls hangs
touch hang-start
hpcc prepare >/dev/null 2>&1 &
prepare=$!
that 'it runs' within 30 test -s hangs
run 0 hpcc cache prune --yes --all compose.yaml
that "a live one's files stay" test -n "$(find cache -name '*.work')"
that "and its container" test "$(grep -c '^remove' calls)" = 1 # of the base, before
kill -TERM $prepare
wait $prepare || :
rm -f hang-start

# Results for programs.
rm -rf cache calls
run 0 hpcc prepare --format=json
that 'two images are made' test "$(python3 -c 'import json,sys
d = json.load(sys.stdin); print(d["ok"], [(i["kind"], i["state"], i.get("service")) for i in d["images"]])' <<<"$out")" = \
	"True [('base', 'made', None), ('prepared', 'made', 'two')]"
run 0 hpcc prepare --format=json
that 'and found' test "$(grep -c '"state": "found"' <<<"$out")" = 2
touch fail-import
run 3 hpcc prepare --format=json --force
that 'or not' python3 -c 'import json,sys; sys.exit(json.load(sys.stdin)["ok"])' <<<"$out"
rm fail-import

# Nothing that it makes can be read by others, whatever the mask is.
rm -rf cache
cp bin/enroot bin/enroot.quiet
sed -i '3i find "$FAKE_ENROOT/cache" -path "*.work*" -perm /077 >>"$FAKE_ENROOT/open"; find "$FAKE_ENROOT/cache" -path "*.work/*" >>"$FAKE_ENROOT/seen"' bin/enroot
(umask 000 && TOKV=x hpcc prepare secret.yaml 2>/dev/null)
mv bin/enroot.quiet bin/enroot
that 'there are files in the making' grep -q '/rc$' seen
that 'and none is open' test ! -s open

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
that 'and the shell behind them' grep -q '^start .*/bin/sh \[' calls
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
run 0 hpcc cache prune --yes --all
run 0 hpcc cache list
out_has '0 images'
run 0 hpcc prepare
for words in '' compose.yaml '--file=compose.yaml'; do
	# shellcheck disable=SC2086 # words
	run 0 hpcc cache list $words
	out_has '2 images'
done
mkdir elsewhere.d
(cd elsewhere.d && run 0 hpcc cache list && out_has '0 images' && run 0 hpcc cache list ../compose.yaml && out_has '2 images' && [ "$failures" = 0 ]) ||
	fail 'a spec elsewhere'
run 0 hpcc cache list --format=json
that 'a list for programs' test "$(python3 -c 'import json,sys; print(len(json.load(sys.stdin)))' <<<"$out")" = 2
run 2 hpcc cache list nothere.yaml
echo 'services: {a: {imge: x}}' >bad.yaml
run 2 hpcc cache list bad.yaml
run 0 hpcc cache prune --yes --all --format=json
that 'what was removed' test "$(python3 -c 'import json,sys; print(len(json.load(sys.stdin)["removed"]))' <<<"$out")" = 2

# Apptainer's build makes no places for what is mounted, so the definition does.
mkdir apptainer places && cd apptainer
cat >../bin/apptainer <<'FAKE'
#!/bin/bash
# Runs what is to run outside of the image, and keeps the definition and the script.
printf '%q ' "$@" >>calls
cp "${@: -1}" definition
sed -n '/^%setup/,/^%post/{//!p}' definition | APPTAINER_ROOTFS=$PWD/../places sh -e
for word; do
	case $word in
	*:/hpc-compose/job:ro) stat -c '%a %n' "${word%%:*}" "${word%%:*}"/* >modes && cp "${word%%:*}/prepare" script ;;
	esac
done
touch "$APPTAINER_TMPDIR/unpacked" "${@: -2:1}"
[ ! -e fails ]
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
        env: {KEY: "can'ary"}
        mounts: ["./it's:/mnt/a $$b:ro", "./in file:/etc/in/file"]
SPEC
run 0 hpcc prepare
that 'a place for a folder' test -d '../places/mnt/a $b'
that 'a place for a file' test -f ../places/etc/in/file
that 'the commands are run' grep -q 'echo made' script
that 'with the variables' grep -q "KEY='can'" script
that 'of which the definition knows nothing' test "$(cat definition calls | grep -c "ary\|echo made")" = 0
that 'nor of folders of this machine' test "$(grep -c "it's\|in file" definition)" = 0
that 'the script is for our eyes alone' test "$(cut -d ' ' -f 1 modes | sort -u)" = $'600\n700'
that 'nothing else stays' nothing_stays
touch fails
mkdir tmp
run 3 env APPTAINER_TMPDIR="$PWD/tmp" hpcc prepare --force
that 'nothing stays in its folder either' test -z "$(ls tmp)"
that 'nothing else stays' nothing_stays
cd ..

# Each service's image by the tool that it runs in, which alone has to be there.
mkdir several && cd several
cat >compose.yaml <<'SPEC'
runtime: {backend: host}
x-slurm: {cache_dir: ./cache}
services:
  one: {image: "ghcr.io/example/tool:1.2", command: [tool], x-runtime: {backend: pyxis}}
  two: {image: ../apptainer/base.sif, command: [tool], x-runtime: {backend: apptainer, prepare: {commands: [date]}}}
  none: {command: [tool]}
SPEC
: >"$FAKE_ENROOT/calls"
rm -f ../apptainer/fails
run 0 hpcc prepare
that 'one by Enroot' test "$(find cache -name '*.sqsh' | wc -l)" = 1
that 'one by Apptainer' test "$(find cache -name '*.sif' | wc -l)" = 1
run 0 hpcc prepare
err_has 'nothing to make, 2 found'
mv ../bin/apptainer ../bin/elsewhere
run 3 hpcc prepare --force
err_has "'apptainer' isn't installed here"
run 3 hpcc preflight
out_has 'apptainer'
sed -i 's/apptainer, prepare: .*/host}}/; s/image: ..apptainer.base.sif, //' compose.yaml
run 0 hpcc prepare --force
mv ../bin/elsewhere ../bin/apptainer
cd ..
finish
