# SPDX-License-Identifier: Apache-2.0
# Mounts of the Pyxis stand-in, and of Pyxis where that is installed: a shell evaluates their paths.
# shellcheck disable=SC2016 # names in single quotes

inside() {
	slurm srun --container-image="$IMAGE" "$@" 2>inside.err || fail "srun $*: $(cat inside.err)"
}

# mounted PATH TEXT: that the mount of a path of the host has this text in it.
mounted() {
	assert_equal "mount of '$1'" "$(inside "--container-mounts=$1:/d:ro" cat /d/text)" "$2"
}

# fails LINE PATH: the container doesn't start with that mount.
fails() {
	local status=0
	slurm srun --container-image="$IMAGE" "--container-mounts=$2:/d" true >fails.log 2>&1 || status=$?
	[ "$status" != 0 ] || fail "a mount of '$2' works"
	assert_log fails.log "$1"
}

for name in plain 'a b' "it's" 'back\slash' 'a\040b' 'übung' 'cost$USER' 'costhpcctest' 'a"b' 'a`echo`b' ab; do
	mkdir "$name"
	echo "in $name" >"$name/text"
done

for name in plain 'a b' "it's" 'back\slash' 'a\040b' 'übung'; do
	mounted "$PWD/$name" "in $name"
done

# `$` and backquotes lead elsewhere, and run what they hold.
mounted "$PWD/cost\$USER" 'in costhpcctest'
mounted "$PWD/a\`echo\`b" 'in ab'
mkdir -p 'x$(>$HOME/MARK)' "$HOME"
[ ! -e "$HOME/MARK" ] || fail 'the command in a path ran too early'
fails 'No such file or directory' "$PWD/x\$(>\$HOME/MARK)"
[ -e "$HOME/MARK" ] || fail 'the command in a path did not run'
fails 'argument|config|syntax' "$PWD/a\"b"

# A comma or a colon ends a path; what follows is another.
mkdir 'a,b' 'a:b'
fails '^srun: error: pyxis: ' "$PWD/a,b"
fails '^srun: error: pyxis: ' "$PWD/a:b"

# An unknown flag means nothing; of two lists the last one counts.
assert_equal 'an unknown flag' "$(inside "--container-mounts=$PWD/plain:/d:ro+rprivate" cat /d/text)" 'in plain'

if [ -z "$PYXIS" ]; then
	cp -R "${IMAGE%.sqsh}" old
	echo version=23 >old/etc/standin
	IMAGE=$PWD/old
	fails 'No such file or directory' "$PWD/a b"
fi
