# SPDX-License-Identifier: Apache-2.0
# Where the Pyxis stand-in mounts images instead of unpacking them, as Pyxis can: a process that is a
# child of the task before the task is the command holds the image's files. With its end they are gone.
# shellcheck disable=SC2016 # for the shell inside
if [ -n "$PYXIS" ] && [ "$SQUASHFUSE" = no ]; then
	echo 'Pyxis itself unpacks images unless the runner is called with --squashfuse'
	exit
elif [ -z "$PYXIS" ]; then
	cp -R "${IMAGE%.sqsh}" fuse
	echo squashfuse >fuse/etc/standin
	mksquashfs fuse fuse.sqsh -all-root -no-xattrs -no-progress -quiet >/dev/null
	IMAGE=$PWD/fuse.sqsh
fi

inside() {
	slurm srun --container-image="$IMAGE" "$@" 2>inside.err || fail "srun $*: $(cat inside.err)"
}

# Of several tasks one has the holder, a stopped process.
state='read -r child </proc/$$/task/$$/children; grep -o "^State:.T" /proc/${child:-self}/status'
assert_equal 'stopped children' "$(inside --ntasks=2 --nodes=1 sh -c "$state; true")" $'State:\tT'
assert_equal 'files' "$(inside sh -c 'cat /etc/environment' | sed -n 1p)" PATH=/bin

# A shell that has all it needs in memory sees the files gone; another ends by a signal.
gone='read -r child </proc/$$/task/$$/children; kill -KILL $child
	n=0; while cat /etc/environment >/dev/null 2>&1 && [ $n -lt 200 ]; do sleep 0.05; n=$((n + 1)); done
	[ $n -lt 200 ] && echo gone'
seen=$(slurm srun --container-image="$IMAGE" sh -c "$gone" 2>&1) || seen=$?:$seen
[[ $seen =~ gone|Bus\ error ]] || fail "without the holder: $seen"
