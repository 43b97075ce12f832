# SPDX-License-Identifier: Apache-2.0
# Orders by hand to a job under Slurm, from outside of it: a service on two nodes, on the host and in the containers
# of two kinds, elements of an array, and a stranger, whose wishes count nothing.
cp -R "$(dirname "${IMAGE:?}")/charliecloud" box
cp "$IMAGE" image.sqsh

# spec NAME BACKEND IMAGE-LINE MORE
spec() {
	cat >"$1.yaml" <<YAML
name: $1
runtime: {backend: $2}
x-slurm: {nodes: 2, time: 5, mem: 600M${4:-}}
services:
  pair:
    $3
    script: |
      trap 'echo bye; exit 0' TERM
      trap 'echo hup' HUP
      echo begun
      while :; do sleep 0.1 & wait \$!; done
    x-slurm: {nodes: 2, ntasks: 2}
YAML
}
lines() { [ "$(grep -c "$2" "$1" 2>/dev/null)" = "$3" ]; }
order() { slurm "$HPCC" "$@" >out 2>&1 || fail "hpcc $*: $(cat out)"; }

# on NAME LOG JOB TASKS: all tasks of it, in each of its launches.
on() {
	local log=$2 n=$4
	wait_until 60 lines "$log" begun "$n"
	order signal pair HUP "$3"
	wait_until 30 lines "$log" hup "$n"
	order restart pair "$3"
	assert_log out "job $3: 'pair' was restarted, launch 2"
	wait_until 60 lines "$log" begun $((2 * n))
	assert_equal "$1: tasks that were stopped gracefully" "$(grep -c bye "$log")" "$n"
}

for backend in host pyxis charliecloud; do
	case $backend in
	host) spec "$backend" "$backend" '' ;;
	pyxis) spec "$backend" "$backend" 'image: ./image.sqsh' ;;
	charliecloud) spec "$backend" "$backend" 'image: ./box' ;;
	esac
	JOB=$(slurm "$HPCC" submit --no-preflight --format=json "$backend.yaml" | sed -n 's/^ *"job_id": "\(.*\)",/\1/p')
	on "$backend" ".hpc-compose/$JOB/logs/pair.log" "$JOB" 2
	if [ $backend = host ]; then
		order stop pair "$JOB"
		assert_log out "'pair' was stopped"
		order start pair "$JOB"
		wait_until 60 lines ".hpc-compose/$JOB/logs/pair.log" begun 6
		status=0
		as_stranger "$HPCC" restart pair "$JOB" >said 2>&1 || status=$?
		assert_equal 'a stranger' "$status" 3
		as_stranger sh -c "echo no >.hpc-compose/$JOB/orders/1" >said 2>&1 && fail 'a stranger gives orders'
		assert_equal 'launches' "$(grep -c begun ".hpc-compose/$JOB/logs/pair.log")" 6
		grep -q '"restarts_by_hand":1,"stopped_by_hand":false' ".hpc-compose/$JOB/state.json" || fail 'the state'
	fi
	slurm "$HPCC" cancel "$JOB" >out
	wait_job
done

# One element of an array.
spec host host '' ', array: 0-1'
sed -i 's/nodes: 2, time/nodes: 1, time/; s/{nodes: 2, ntasks: 2}/{ntasks: 1}/' host.yaml
JOB=$(slurm "$HPCC" submit --no-preflight --format=json host.yaml | sed -n 's/^ *"job_id": "\(.*\)",/\1/p')
on array ".hpc-compose/${JOB}_1/logs/pair.log" "${JOB}_1" 1
wait_until 60 lines ".hpc-compose/${JOB}_0/logs/pair.log" begun 1
slurm "$HPCC" cancel "$JOB" >out
wait_job
assert_nothing_left
