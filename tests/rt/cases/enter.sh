# SPDX-License-Identifier: Apache-2.0
# A command where a service runs: beside the task that is meant, of the newest launch, with what its command has, in
# its namespaces; nobody else's; it ends with the service.
. "$1/lib.bash"

export SLURM_JOB_ID=7700$$ WORK
enter() { "$RT" enter --job "$SLURM_JOB_ID" "$@"; }
running() { grep -qs "$1" "$WORK/$2.up"; }
mkdir "$WORK/there"
cat >"$WORK/image.env" <<-'ENV'
	FROM_IMAGE=image
	SAID=image
ENV

service_plain() {
	export SAID='two  words' HPCC_ENV_LATE=late HPCC_DOTS_a_Db=dots SLURM_PROCID=3
	exec "$RT" step --look ready 2 false x --chdir "$WORK/there" --image-env "$WORK/image.env" --keep SAID -- \
		bash -c "echo up >\"$WORK/plain.up\"; export SAID=else; exec sleep 1000"
}
# Starts again when it is told to, and each launch has another folder.
service_again() {
	mkdir -p "$WORK/launch.${HPCC_MARK##*.}"
	exec "$RT" step --chdir "$WORK/launch.${HPCC_MARK##*.}" -- bash -c "echo up \"\${PWD##*.}\" >\"$WORK/again.up\"
		until [ -e \"$WORK/fail.\${PWD##*.}\" ]; do read -r -t 0.05 <> <(:) || :; done; exit 1"
}
# A container, as far as this machine lets one be made.
service_inside() {
	exec unshare --user --map-root-user --mount --uts sh -c '
		mount -t tmpfs none "$0/there" && echo hidden >"$0/there/inside" && hostname inside && cd "$0/there" &&
		exec "$@"' "$WORK" "$RT" step -- bash -c "echo up >\"$WORK/there/up\"; sleep 1000"
}
# An image's own command: the tool is the shim's command.
service_tool() {
	mkdir -p "$WORK/bin"
	cat >"$WORK/bin/apptainer" <<-'SH'
		#!/bin/sh
		unshare --user --map-root-user --mount sh -c 'mount -t tmpfs none "$0" && cd "$0" && : >up && FROM_IMAGE=yes exec sleep 1000' "$WORK/there"
	SH
	chmod +x "$WORK/bin/apptainer"
	PATH=$WORK/bin:$PATH exec "$RT" step -- apptainer --quiet run image
}
can_unshare() { unshare --user --map-root-user --mount --uts true 2>"$WORK/unshare"; }

begin
start < <(
	printf 'job grace 1s\nservice plain\n  run service_plain\nservice again\n  run service_again\n'
	printf '  on-failure restart max 3 window 3 in 60s backoff 1s\n'
	! can_unshare || printf 'service %s\n  run service_%s\n' inside inside tool tool
)
wait_for 60 running up plain
status=0
enter --service plain --task 3 -- bash -c 'echo "$PWD $SAID $FROM_IMAGE $LATE ${HPCC_MARK-none}"; printenv a.b; exit 9' \
	>"$WORK/said" || status=$?
[ "$status" = 9 ] || fail "status $status"
[ "$(<"$WORK/said")" = "$WORK/there two  words image late none"$'\ndots' ] || fail "it said: $(<"$WORK/said")"
# What the words of a program are, it has.
[ "$(enter --service plain --task 3 -- printf '%s|' '' 'a  b' '*' -x -- $'\n')" = $'|a  b|*|-x|--|\n|' ] || fail 'words'

# Nothing of that task, that service, that job; no such program.
no() {
	status=0
	"$RT" enter "${@:2}" -- true 2>"$WORK/no" || status=$?
	[ "$status" = "$1" ] || fail "$* ended with $status"
}
no 3 --job "$SLURM_JOB_ID" --service plain
no 3 --job "$SLURM_JOB_ID" --service plai --task 3
no 3 --job 1 --service plain --task 3
status=0
enter --service plain --task 3 -- ./no-such-program 2>"$WORK/no" || status=$?
[ "$status" = 127 ] || fail "a missing program: $status"
# By its program, where the environment doesn't say which job it is.
[ "$("$RT" enter --job other --program "$RT" --service plain --task 3 -- echo found)" = found ] || fail 'by its program'

# In its namespaces.
if can_unshare; then
	wait_for 60 enter --service inside -- test -e up
	wait_for 60 enter --service tool -- sh -c 'test -e up && test "$FROM_IMAGE" = yes && test -e "$WORK/there/up"'
	[ "$(enter --service inside -- sh -c 'cat inside; hostname; id -u')" = $'hidden\ninside\n0' ] || fail 'namespaces'
else
	echo "namespaces aren't tried: $(<"$WORK/unshare")"
fi

# The newest launch; a command ends with its service, a signal to it is the command's.
wait_for 60 running 'up 1' again
[ "$(enter --service again -- pwd)" = "$WORK/launch.1" ] || fail 'the first launch'
"$RT" enter --job "$SLURM_JOB_ID" --service again -- sh -c "trap 'echo told; exit 5' HUP; echo up >\"$WORK/one.up\"; while :; do sleep 0.1; done" \
	>"$WORK/one" 2>&1 &
HELPERS+=($!)
wait_for 60 running up one
: >"$WORK/fail.1"
status=0
wait "${HELPERS[-1]}" || status=$?
[ "$status" = 5 ] || fail "the command ended with $status"
grep -q "service 'again' has ended, and the command with it" "$WORK/one" || fail 'it says why'
wait_for 60 running 'up 2' again
[ "$(enter --service again -- pwd)" = "$WORK/launch.2" ] || fail 'the second launch'
"$RT" enter --job "$SLURM_JOB_ID" --service again -- sh -c "trap 'exit 6' TERM; echo up >\"$WORK/two.up\"; while :; do sleep 0.1; done" &
HELPERS+=($!)
wait_for 60 running up two
kill -TERM "${HELPERS[-1]}"
status=0
wait "${HELPERS[-1]}" || status=$?
[ "$status" = 6 ] || fail "a command that is told ended with $status"
HELPERS=()
kill -TERM "$SUPERVISOR"
finish 143
nothing_left || fail "left: $(processes_left)"
