# SPDX-License-Identifier: Apache-2.0
# What a step sees inside the Pyxis stand-in, and inside Pyxis where that is installed: user, folders,
# mounts, signals.

inside() {
	slurm srun --container-image="$IMAGE" "$@" 2>inside.err || fail "srun $*: $(cat inside.err)"
}

assert_equal 'user, folder' "$(inside sh -c 'id -u; id -un; pwd')" "$(id -u)"$'\n'"$(id -un)"$'\n/srv'
assert_equal 'folder, asked for' "$(inside --chdir=/etc --container-workdir=/var pwd)" /var
assert_equal 'writable places' \
	"$(inside sh -c 'touch /x 2>/dev/null || echo no; touch /tmp/x && echo yes')" $'no\nyes'
assert_equal 'writable when asked' "$(inside --container-writable sh -c 'touch /x && echo yes')" yes
mkdir -p "$HOME" && : >"$HOME/mark"
assert_equal 'home' "$(inside sh -c 'test -d $HOME && ls $HOME')" ''
assert_equal 'home, asked for' "$(inside --container-mount-home sh -c 'ls $HOME/mark')" "$HOME/mark"
assert_equal 'places that hide those of the image' "$(inside sh -c 'ls /tmp /run')" $'/run:\n\n/tmp:'
assert_equal 'root' "$(inside --container-remap-root id -u)" 0
assert_equal 'entrypoint' "$(inside sh -c 'echo $ENTRYPOINT_RAN')" ''
assert_equal 'entrypoint, asked for' "$(inside --container-entrypoint sh -c 'echo $ENTRYPOINT_RAN')" yes

mkdir data other
echo content >data/file
assert_equal 'mount' "$(inside --container-mounts="$PWD/data:/new/place" cat /new/place/file)" content
inside --container-mounts="$PWD/data:/data" sh -c 'echo written >/data/out'
assert_equal 'written through a mount' "$(cat data/out)" written
assert_equal 'read-only mount' \
	"$(inside --container-mounts="$PWD/data:/data:ro" sh -c 'touch /data/x 2>/dev/null || echo no')" no
assert_equal 'only the last list of mounts' \
	"$(inside --container-mounts="$PWD/data:/a" --container-mounts="$PWD/other:/b" sh -c 'ls -d /a /b 2>/dev/null || :')" /b

if [ -z "$PYXIS" ]; then # whose Enroot has to tell the nodes of one machine apart, and can't always
	slurm srun --nodes=4 --container-image="$IMAGE" --container-name=kept --container-writable touch /mark
	assert_equal 'kept under a name' "$(slurm srun --nodelist=n3 --container-name=kept ls /mark)" /mark
fi

# Tasks of one step on one node share a container.
inside --nodes=1 --ntasks=3 sh -c 'echo >>/tmp/f; until [ $(wc -l </tmp/f) = 3 ]; do sleep 0.05; done'

status=0
slurm srun --container-image="$IMAGE" sh -c 'exit 7' 2>/dev/null || status=$?
assert_equal 'status' "$status" 7
status=0
slurm srun --container-image="$IMAGE" sh -c 'kill -SEGV $$' 2>/dev/null || status=$?
assert_equal 'status after a signal' "$status" 139
