# SPDX-License-Identifier: Apache-2.0
# A command beside a service that runs: on its node, in its container, with its environment, in its folder; its bytes
# and its status as they are; with a terminal of its own. It ends with the service, and nobody else may run one.
# shellcheck disable=SC2016 # for the shell inside
cp -R "$(dirname "${IMAGE:?}")/charliecloud" box
mkdir -p there
cat >compose.yaml <<YAML
name: enter
runtime: {backend: host}
x-slurm: {nodes: 2, time: "5"}
services:
  host:
    command: exec sleep 600
    working_dir: $PWD/there
    environment: {WORD: "two  words \$\$HOME"}
    x-slurm: {nodes: 2, ntasks_per_node: 1}
  pyxis:
    image: $IMAGE
    command: [sleep, "600"]
    environment: {WORD: inside}
    working_dir: /srv
    x-runtime: {backend: pyxis}
    x-slurm: {placement: {node_range: "1", allow_overlap: true}}
  box:
    image: $PWD/box
    command: [sleep, "600"]
    environment: {WORD: boxed}
    x-runtime: {backend: charliecloud}
    x-slurm: {placement: {node_range: "0", allow_overlap: true}}
YAML
JOB=$(slurm "$HPCC" submit --no-preflight --format=json compose.yaml | sed -n 's/^ *"job_id": "\(.*\)",/\1/p')
begun() { ls ".hpc-compose/$JOB/service-exits"/{host.1.0,host.1.1,pyxis.1.0,box.1.0}.start; }
wait_until 120 begun >/dev/null 2>&1
mapfile -t nodes < <(job_nodes)
inside() { timeout 60 "$HPCC" exec "$@" </dev/null; }

assert_equal 'on the host' "$(inside --task 1 host sh -c 'echo "$SLURMD_NODENAME $SLURM_PROCID $PWD $WORD"')" \
	"${nodes[1]} 1 $PWD/there two  words \$HOME"
assert_equal 'the first task' "$(inside host printenv SLURMD_NODENAME)" "${nodes[0]}"
if [ "${PYXIS-}" = real ]; then
	assert_equal 'in Pyxis' "$(inside pyxis sh -c 'echo "$(ls /entry) $PWD $WORD $IMAGE_ONLY"')" \
		'/entry /srv inside image'
else # the stand-in makes a container as setuid programs do
	status=0
	inside pyxis true 2>err || status=$?
	assert_equal 'in what root has made' "$status" 3
	assert_log err "can't be joined; 'hpcc run' starts one like it"
fi
assert_equal 'in Charliecloud' "$(inside box sh -c 'echo "$(ls /entry) $WORD $(id -u)"')" "/entry boxed $(id -u)"
assert_equal 'odd words' "$(inside box printf '%s|' 'a  b' '' '*' $'x\ny' -la -- '$HOME')" $'a  b||*|x\ny|-la|--|$HOME|'
timeout 60 "$HPCC" exec host sh -c 'while echo line; do :; done' </dev/null 2>err | head -n 1 >first || :
assert_equal 'a reader that goes away' "$(cat first err)" line
head -c 300000 /dev/urandom >bytes
timeout 60 "$HPCC" exec host cat <bytes >back 2>err
cmp bytes back || fail "other bytes came back: $(cat err)"
status=0
inside box sh -c 'echo said >&2; exit 7' 2>err || status=$?
assert_equal 'status' "$status $(cat err)" '7 said'

# With a terminal: keys reach the command, it knows its size, and nobody else says anything.
status=0
python3 "$SOURCE/cases/keys.py" "$HPCC" exec host env PS1="next: " bash --norc >typescript <<-'KEYS' || status=$?
	see next:
	send stty size; echo u''p
	see 33 77
	see up
	send sh -c 'echo be''gun; exec sleep 600'
	see begun
	key ^C
	see next:
	size 40 100
	send until [ "$(stty size)" = '40 100' ]; do sleep 0.1; done; echo si''zed
	see sized
	send exit 5
KEYS
assert_equal 'status in a terminal' "$status" 5
assert_no_log typescript srun

# Another user can't.
! as_stranger "$HPCC" exec --job "$JOB" host id >strange 2>&1 || fail 'a stranger has run a command'

# The job ends meanwhile.
timeout 60 "$HPCC" exec box sh -c 'echo up; exec sleep 600' </dev/null >up 2>err &
wait_log up '^up$'
slurm "$HPCC" cancel
status=0
wait $! || status=$?
[ "$status" -gt 128 ] || fail "the command ended with $status"
assert_log err "has ended, and the command with it"
wait_job
status=0
inside host true 2>err || status=$?
assert_equal 'after the end' "$status" 3
assert_nothing_left
