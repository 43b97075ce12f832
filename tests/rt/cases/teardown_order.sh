# SPDX-License-Identifier: Apache-2.0
# Stops go from dependents to what they depend on, and a bound cuts stubborn ones short.
. "$1/lib.bash"

for name in a b c; do
	eval "service_$name() { exec \"$RT\" step -- bash -c 'trap \"echo $name >>$WORK/order; exit 0\" TERM; echo up; while :; do sleep 1000 & wait; done'; }"
done
service_deaf() { exec "$RT" step -- sh -c 'trap "" TERM; echo up; while :; do sleep 1000; done'; }

begin
start <<'TABLE'
service a
  run service_a
  log logs/a.log
  ready log up within 20s
service b
  run service_b
  log logs/b.log
  ready log up within 20s
  after a healthy
service c
  run service_c
  log logs/c.log
  ready log up within 20s
  after b healthy
TABLE
state_becomes c state ready
kill -TERM "$SUPERVISOR"
finish 143
[ "$(<"$WORK/order")" = $'c\nb\na' ] || fail "order: $(<"$WORK/order")"

start <<'TABLE'
job grace 1s
service a
  run service_a
  log logs/a.log
  ready log up within 20s
service d
  run service_deaf
  log logs/d.log
  ready log up within 20s
  after a healthy
  stop TERM grace 1000s
TABLE
state_becomes d state ready
: >"$WORK/order"
begin=$SECONDS
kill -TERM "$SUPERVISOR"
finish 143
[ $((SECONDS - begin)) -le 5 ] || fail 'the bound does not hold'
