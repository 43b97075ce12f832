#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# shellcheck disable=SC2016 # a fake command in single quotes
# Thousands of past jobs: Slurm is asked once for all, and what they came to is read from one file.
tests=$(cd "$(dirname "$0")/.." && pwd)
# shellcheck source=tests/cli/lib.bash disable=SC1091,SC2154
. "$tests/cli/lib.bash"

# past_jobs FIRST LAST [DIGITS]: records of jobs, and the states they left; the
# ids begin with the digits.
past_jobs() {
	mkdir -p .hpc-compose/jobs
	awk -v first="$1" -v last="$2" -v prefix="${3-}" -v here="$PWD/.hpc-compose" 'BEGIN {
		for (id = first; id <= last; id++)
			print here "/" prefix id
	}' | xargs mkdir
	awk -v first="$1" -v last="$2" -v prefix="${3-}" -v here="$PWD/.hpc-compose" 'BEGIN {
		for (id = first; id <= last; id++) {
			record = here "/jobs/" prefix id ".json"
			printf "{\"schema_version\": 1, \"job_id\": \"%s\", \"scheduler\": \"slurm\", \"name\": \"past\", " \
				"\"job_root\": \"%s/%s\", \"submitted_at\": %d, \"services\": []}\n", prefix id, here, prefix id, id > record
			close(record)
			state(here "/" prefix id "/state.json")
		}
	}
	function state(path) {
		printf "{\"schema_version\": 1, \"status\": \"COMPLETED\", \"exit_code\": 0, " \
			"\"started_at\": \"2026-01-01T00:00:00.000Z\", \"ended_at\": \"2026-01-01T00:01:00.500Z\"}\n" > path
		close(path)
	}'
}

# Commands of Slurm that know what stands in $work/queue; as the real one, squeue takes no argument
# that the kernel refuses, and of one id alone it says so when that is forgotten.
mkdir "$work/fake"
cat >"$work/fake/squeue" <<FAKE
#!/bin/sh
echo "squeue \$*" >>"$work/calls"
cat "$work/queue"
FAKE
cat >"$work/fake/sacct" <<FAKE
#!/bin/sh
echo "sacct \$*" >>"$work/calls"
[ ! -e "$work/accounting-down" ] || { echo 'sacct: error: Sending PersistInit msg: Connection refused' >&2; exit 1; }
echo 'Slurm accounting storage is disabled' >&2
exit 1
FAKE
chmod +x "$work/fake/"*
PATH=$work/fake:$PATH
: >"$work/queue"

calls() { grep -c "^$1" "$work/calls" || :; }
row() { grep "^$1 " "$work/out"; }
row_has() {
	checks=$((checks + 1))
	[[ $(row "$1") == *"$2"* ]] || fail "the row of job $1 has '$2'"
}

long=1000000000000 # so that few ids are more than an argument holds
past_jobs 100001 107000 $long
run 0 hpcc jobs
that 'nothing is complained of' test -z "$err"
that 'all are shown' test "$(wc -l <"$work/out")" = 7000
that 'the newest comes first' test "$(sed -n '1s/ .*//p' "$work/out")" = ${long}107000
row_has ${long}100001 ' 1m00s '
cp "$work/out" "$work/first"

# Again: nothing but one question.
: >"$work/calls"
run 0 hpcc jobs
that 'the same rows' cmp "$work/first" "$work/out"
that 'Slurm is asked once' test "$(calls squeue) $(calls sacct)" = '1 0'
that 'for all jobs of the user' grep -q -- "--user=$(id -u) " "$work/calls"

# For programs all of it, and by clean: no argument is too long either.
run 0 hpcc jobs --format=json
that 'nothing is complained of' test -z "$err"
run 0 hpcc clean --all --dry-run
that 'nothing is complained of' test -z "$err"

# What changes is read again: a state, a record, a job that Slurm has again.
sed -i 's/COMPLETED/FAILED/' ".hpc-compose/${long}100007/state.json"
sed -i 's/"past"/"renamed"/' ".hpc-compose/jobs/${long}100008.json"
rm ".hpc-compose/jobs/${long}100009.json"
echo "${long}100010|${long}100010|PENDING|BeginTime|0:00|5:00|" >"$work/queue"
past_jobs 107001 107001 $long
run 0 hpcc jobs
row_has ${long}100007 ' FAILED '
row_has ${long}100008 ' renamed'
that 'one is gone' test "$(grep -c "^${long}100009 " "$work/out")" = 0
row_has ${long}100010 ' PENDING '
row_has ${long}107001 ' COMPLETED '
echo "${long}100010|${long}100010|COMPLETED|None|0:00|5:00|" >"$work/queue"
run 0 hpcc jobs
row_has ${long}100010 ' COMPLETED '
: >"$work/calls"
run 0 hpcc jobs
that 'nothing is read twice' test "$(calls squeue) $(calls sacct)" = '1 0'

# As long as the accounting might know more, nothing is settled.
mkdir "$work/other"
cd "$work/other"
past_jobs 1 3
: >"$work/queue"
touch "$work/accounting-down"
run 0 hpcc jobs
: >"$work/calls"
run 0 hpcc jobs
that 'the accounting is asked again' test "$(calls sacct)" = 1
rm "$work/accounting-down"
run 0 hpcc jobs
: >"$work/calls"
run 0 hpcc jobs
that 'and then no more' test "$(calls squeue) $(calls sacct)" = '1 0'
that 'of few jobs by their ids' grep -q -- '--jobs=1,2,3 ' "$work/calls"

sed -i 's/COMPLETED/FAILED/' .hpc-compose/3/state.json

# A file that is damaged, cut off, of another version, or somebody else's to write: jobs are read.
for damage in 'echo nonsense >"$past"' 'head -c 100 "$past" >"$past.cut"; mv "$past.cut" "$past"' \
	'sed -i "s/^past 1/past 2/" "$past"' 'chmod 0666 "$past"' 'rm "$past"' \
	'sed -i "s/ *COMPLETED//" "$past"'; do
	# shellcheck disable=SC2034 # the damages name it
	past=.hpc-compose/jobs/.past
	eval "$damage"
	run 0 hpcc jobs
	that "nothing is complained of after: $damage" test -z "$err"
	row_has 3 ' FAILED '
	row_has 1 ' COMPLETED '
	that "all are shown after: $damage" test "$(wc -l <"$work/out")" = 3
done
that 'only its owner can read the file' test "$(stat -c %a .hpc-compose/jobs/.past)" = 600

# An array, and an element of it that runs again.
past_jobs 11 13
rm .hpc-compose/jobs/1[123].json
printf '{"schema_version": 1, "job_id": "10", "scheduler": "slurm", "name": "many", "job_root": "%s", "submitted_at": 10, "services": [], "is_array": true, "array": "0-2"}\n' \
	"$PWD/.hpc-compose/10" >.hpc-compose/jobs/10.json
for i in 0 1 2; do ln -s "1$((i + 1))" ".hpc-compose/10_$i"; done
run 0 hpcc jobs
cp "$work/out" "$work/first"
row_has 10 ' COMPLETED   -  '
row_has 10_2 ' COMPLETED   1m00s '
: >"$work/calls"
run 0 hpcc jobs
that 'the same rows' cmp "$work/first" "$work/out"
that 'nothing of it is read again' test "$(calls squeue) $(calls sacct)" = '1 0'
echo '10_1|12|RUNNING|None|0:00|5:00|' >"$work/queue"
run 0 hpcc jobs
row_has 10 ' RUNNING '
row_has 10_1 ' RUNNING '
row_has 10_2 ' COMPLETED '

# A job that was killed has no end of its own: its time doesn't go on.
sed -i 's/, "ended_at": "[^"]*"//' .hpc-compose/2/state.json
echo '2|2|TIMEOUT|None|0:00|5:00|' >"$work/queue"
run 0 hpcc jobs
row_has 2 ' TIMEOUT     -  '
finish
