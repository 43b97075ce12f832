# SPDX-License-Identifier: Apache-2.0
# A supervisor that gets no core, since the machine is busy, has not stood still, and no clock of the
# job has: it runs out as if nothing had been.
. "$1/lib.bash"

service_slow() { exec "$RT" step -- sleep 1000; }
queued_s() {
	local queued
	read -r _ queued _ <"/proc/$1/schedstat"
	echo $((queued / 1000000000))
}
# Once its clock has run out it waits for nothing.
starved() { said 'was not ready' || (($(queued_s "$loop") >= before + 4)); }

begin
start <<'TABLE'
service slow
  run service_slow
  log logs/slow.log
  ready log READY within 12s
TABLE
state_becomes slow last_look 'no line matched'
read -r loop _ <"/proc/$SUPERVISOR/task/$SUPERVISOR/children" || : # no line break there
if [ ! -r "/proc/$loop/schedstat" ] || ! chrt --idle --pid 0 "$loop"; then
	echo 'the kernel does not tell who waits for a core, or lets nobody wait' && exit 0
fi
before=$(queued_s "$loop")
cpu=$(taskset -pc "$loop" | sed 's/.*[^0-9]//')
taskset -pc "$cpu" "$loop" >/dev/null
for _ in 1 2 3 4 5 6; do
	taskset -c "$cpu" bash -c 'while [ $SECONDS -lt 100 ]; do :; done' &
	HELPERS+=($!)
done
wait_for 60 starved
kill "${HELPERS[@]}"
wait_for 60 said "service 'slow' was not ready within 12s"
kill -TERM "$SUPERVISOR"
finish 143
never_said 'stood still'
