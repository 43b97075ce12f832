# SPDX-License-Identifier: Apache-2.0
# A step of hundreds of tasks (thousands with HPCC_RT_ALL): each mark is opened once, if at all, however many of
# them come one after another; and whoever looked at all of them each time would open a hundred times as many.
. "$1/lib.bash"

tasks=400
[ -z "${HPCC_RT_ALL:-}" ] || tasks=2048
# Stands for srun: all tasks begin, and each ends that reads a line; one of them with 5.
service_wide() {
	local i
	for ((i = 0; i < tasks; i++)); do
		SLURM_PROCID=$i "$RT" step -- sh -c "read -r _ <'$WORK/go'; [ $i != 77 ] || exit 5" &
	done
	wait
	return 5
}
records() {
	declare -p RT TOOL WORK JOB_DIR tasks
	printf '\0'
	declare -f service_wide
	printf '\0'
}
mkfifo "$WORK/go"
exec {go}<>"$WORK/go"

# counted WIRE: how many marks were opened.
counted() {
	rm -f "$WORK/opens"
	begin
	exec {said}< <(exec "$TOOL" opens "$JOB_DIR/service-exits" "$WORK/opens")
	counter=$!
	HELPERS+=("$counter")
	read -r -u "$said"
	start <<TABLE
job wire $1
service wide
  run service_wide
  tasks $tasks
  ready sleep 10ms
TABLE
	state_becomes wide state ready
	printf '\n%.0s' $(seq $tasks) >&"$go"
	finish 5
	expect_state wide verdict 'app-exit 5'
	kill -TERM "$counter"
	wait_for 20 test -s "$WORK/opens"
	exec {said}<&-
	opens=$(<"$WORK/opens")
	echo "wire $1: $opens marks opened of $tasks tasks"
	((opens <= 2 * tasks)) || fail "$opens marks were opened"
}
counted off
((opens > tasks)) || fail 'nobody looked at marks'
counted on
