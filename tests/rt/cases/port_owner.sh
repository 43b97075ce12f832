# SPDX-License-Identifier: Apache-2.0
# Readiness by tcp and http counts when a process of the service listens at the port, not when another one
# does. Who else holds it is told.
. "$1/lib.bash"

[ "${HPCC_WIRE:-}" != off ] || { echo 'without the wire nobody can tell' && exit 0; }
read -r port other web < <(printf '%s ' "$("$TOOL" free-port)" "$("$TOOL" free-port)" "$("$TOOL" free-port)" && echo)
listens() { (exec 3<>"/dev/tcp/127.0.0.1/$1") 2>/dev/null; }

# A stranger answers; the service itself listens to nothing.
"$TOOL" listen "$port" &
HELPERS+=($!)
"$TOOL" answer "$web" 200 &
HELPERS+=($!)
wait_for 10 listens "$port"
wait_for 10 listens "$web"
service_deaf() { exec "$RT" step -- sleep 1000; }
service_after() { exec "$RT" step -- true; }
printf -v long '%02990d' 0 # an address of more than one message
for target in "tcp 127.0.0.1:$port" "http http://localhost:$web/ status 200" "http http://localhost:$web/$long status 200"; do
	begin
	job 1 < <(
		printf 'service deaf\n  run service_deaf\n  ready %s within 2s\n' "$target"
		printf 'service after\n  run service_after\n  after deaf healthy\n'
	)
	held=$port
	[[ $target != http* ]] || held=$web
	expect_said "hpcc: service 'deaf' was not ready within 2s: job fails (last look: port $held is held by another process)"
	expect_state after state skipped
	# Whoever listens counts, if the table says so.
	begin
	job 0 < <(
		printf 'service deaf\n  run service_deaf\n  ready %s within 20s owner any\n  lifetime dependents\n' "$target"
		printf 'service after\n  run service_after\n  after deaf healthy\n'
	)
done

# The service's own process, a child of it, and a daemon that has left its session.
eval "service_own() { exec \"\$RT\" step -- \"\$TOOL\" listen $other; }"
eval "service_child() { exec \"\$RT\" step -- sh -c '\"\$TOOL\" listen $other; true'; }"
eval "service_daemon() { exec \"\$RT\" step -- bash -c '(setsid \"\$TOOL\" answer $other 103 200 &); exec sleep 1000'; }"
export TOOL
for kind in own child daemon; do
	target="tcp localhost:$other"
	[ $kind != daemon ] || target="http http://127.0.0.1:$other/$long status 200"
	begin
	job 0 < <(
		printf 'service %s\n  run service_%s\n  ready %s within 20s\n  lifetime dependents\n' $kind $kind "$target"
		printf 'service after\n  run service_after\n  after %s healthy\n' $kind
	)
done

# What it answers is told: another status, nothing at all.
eval "service_web() { exec \"\$RT\" step -- \"\$TOOL\" answer $other 404; }"
eval "service_mute() { exec \"\$RT\" step -- \"\$TOOL\" listen $other; }"
for row in "web 404" "mute no answer"; do
	begin
	job 1 < <(
		printf 'service %s\n  run service_%s\n  ready http http://127.0.0.1:%s/ status 200 within 2s\n' "${row%% *}" "${row%% *}" "$other"
		printf 'service after\n  run service_after\n  after %s healthy\n' "${row%% *}"
	)
	expect_said "(last look: ${row#* })"
done
