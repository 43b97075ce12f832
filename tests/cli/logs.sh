#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# shellcheck disable=SC2016 # commands of services in single quotes
# hpcc logs: which lines, in which order, with which times; logs that are rotated while they are followed; large ones.
tests=$(cd "$(dirname "$0")/.." && pwd)
# shellcheck source=tests/cli/lib.bash disable=SC1091,SC2154
. "$tests/cli/lib.bash"

newest() { hpcc jobs | awk 'NR == 1 {print $1}'; }
the_same() { [ "$1" = "$2" ] || { echo "'$1' instead of '$2'" && return 1; }; }
go() { until [ -e "$1" ]; do sleep 0.02; done; } # in services
export -f go

# Two services in turn, each line when it is told to: what is merged is in that order.
cat >compose.yaml <<'SPEC'
name: logs
runtime: {backend: host}
services:
  one: {command: [bash, -c, 'for n in 1 3 5; do go $$n; echo one $$n; touch $$((n + 1)); done']}
  two: {command: [bash, -c, 'for n in 2 4 6; do go $$n; sleep 0.3; echo two $$n; sleep 0.3; touch $$((n + 1)); done']}
SPEC
touch 1
run 0 hpcc up --local
id=$(newest)
run 0 hpcc logs --merge one two
that 'in the order of time' the_same "$out" $'one | one 1\ntwo | two 2\none | one 3\ntwo | two 4\none | one 5\ntwo | two 6'
run 0 hpcc logs -t --merge --no-prefix one two
stamp='^20[0-9-]{8}T[0-9:]{8}\.[0-9]{3}Z '
that 'each line has its time' test "$(grep -cE "$stamp(one|two) [1-6]\$" "$work/out")" = 6
that 'times go on' sort -c "$work/out"
third=$(sed -n '3s/ .*//p' "$work/out")
run 0 hpcc logs --merge --no-prefix --since "$third" one two
that 'since a time' the_same "${out//$'\n'/,}" 'one 3,two 4,one 5,two 6'
run 0 hpcc logs --merge --no-prefix --until "$third" one two
that 'until a time' the_same "${out//$'\n'/,}" 'one 1,two 2,one 3'
run 0 hpcc logs --no-prefix --since 1h -n 1 one two
that 'the last ones of those' the_same "${out//$'\n'/,}" 'one 5,two 6'
run 0 hpcc logs --since 0s one two
quiet
run 0 hpcc logs --grep '[35]$' --no-prefix
that 'what matches' the_same "${out//$'\n'/,}" 'one 3,one 5'
run 0 hpcc logs --grep 'one|two' -n 2 --no-prefix one two
that 'the last that match' the_same "${out//$'\n'/,}" 'one 3,one 5,two 4,two 6'
run 0 hpcc logs -n 0
quiet
run 0 hpcc logs batch -t
that 'the batch log has times' test "$(grep -cE "^batch \| ${stamp#^}hpcc: " "$work/out")" -ge 4
run 0 hpcc logs --color=always one
out_has $'\e[36mone |\e[0m one 1'
run 2 hpcc logs -n some
err_has "--lines wants a number or 'all', not 'some'"
run 2 hpcc logs --grep '('
err_has '--grep wants a POSIX extended regular expression'
run 2 hpcc logs --since soon
err_has '--since wants a duration such as 10m'
run 2 hpcc logs --since 1m --until 1h
err_has '--until=1h is before --since=1m'

# A job without times says so, once for each log, and shows what it has.
rm ".hpc-compose/$id/log-times"
run 0 hpcc logs -t one
err_has "when the lines of one came wasn't noted: they are shown without times"
out_has 'one | -                        one 1'
touch -d '1 hour ago' ".hpc-compose/$id/logs/one.log"
run 0 hpcc logs --since 10m one
err_has 'its file is older than --since'
that 'none is shown' test -z "$out"
# Attempts before this one.
mkdir -p ".hpc-compose/$id/attempts/0/logs" ".hpc-compose/$id/attempts/1"
echo before >".hpc-compose/$id/attempts/0/logs/one.log"
sed -i 's/"attempt":0/"attempt":1/' ".hpc-compose/$id/state.json"
run 0 hpcc logs --all one
out_has $'one (attempt 0) | before\none             | one 1'

# Followed while it is renamed, replaced, and copied and cut off: each line once.
rm -f go1 go2 go3
cat >compose.yaml <<'SPEC'
name: rotates
runtime: {backend: host}
services:
  one: {command: [bash, -c, 'echo a1; echo -n "10%\r"; go go1; echo a2; go go2; echo a3; go go3; echo -n end']}
SPEC
run 0 hpcc up --local --detach
id=$(newest)
log=.hpc-compose/$id/logs/one.log
that 'it runs' within 20 grep -qs a1 "$log"
hpcc logs -f -n all one >followed 2>ended &
followed=$!
has() { grep -qa "$1" followed; }
that 'what is there' within 20 has a1
mv "$log" "$log.old"
echo other >"$log"
that 'what has its name then' within 20 has other
touch go1
that 'what is written to the old one' within 20 has a2
# Copied and cut off, with a line that nobody has read: it is in the copy.
rm -f "$log"
{ cat "$log.old" && echo unread; } >rotated
cp rotated "$log"
that 'the whole of another one' within 20 has unread
{ cat rotated && echo behind; } >"$log.1"
: >"$log"
echo fresh >>"$log"
that 'after a cut' within 20 has fresh
touch go2 go3
status=0
wait "$followed" || status=$?
that 'it ends with the job' test "$status" = 0
that 'and says so' grep -q "^job $id: COMPLETED" ended
for word in other a3 behind fresh end; do
	that "$word is told once" test "$(grep -ac "$word" followed)" = 1
done
that 'what came in two files is told in both' test "$(grep -ac a2 followed)" = 2

# The last lines of what is large are read from its end, in memory with a bound; a hole is no lines.
truncate -s 20G "$log"
printf '\nlast but one\nlast\n' >>"$log"
run 0 bash -c 'ulimit -v 60000 && timeout 10 hpcc logs -n 2 --no-prefix one'
that 'the last two' the_same "$out" $'last but one\nlast'
seq 1 300000 >"$log"
run 0 bash -c 'ulimit -v 60000 && hpcc logs --grep "^29999[0-9]$" -n 3 --no-prefix one'
that 'what matches in a large one' the_same "${out//$'\n'/,}" '299997,299998,299999'
run 0 bash -c 'hpcc logs --all --no-prefix one | cmp - "$0"' "$log"
# Until then: it ends.
run 0 hpcc logs -f --until 0s one
finish
