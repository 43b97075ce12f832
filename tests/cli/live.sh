#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# shellcheck disable=SC2016 # specs and patterns in single quotes
# The live view as a person has it: a terminal (tmux), keys, and what is on the screen.
tests=$(cd "$(dirname "$0")/.." && pwd)
# shellcheck source=tests/cli/lib.bash disable=SC1091,SC2154
. "$tests/cli/lib.bash"
export FAKE_SLURM_DIR=$work/slurm
PATH=$tests/fake:$PATH

if ! command -v tmux >/dev/null; then
	echo 'tmux is missing'
	exit 77
fi
export TMUX_TMPDIR=$work SHELL=/bin/bash
unset TMUX
tm() {
	tmux -f /dev/null -L live "$@"
}
job=''
leave() {
	tm kill-server 2>/dev/null || true
	[ -z "$job" ] || hpcc down --yes "$job" >/dev/null 2>&1 || true
	tidy
}
trap leave EXIT

# The server of before may still be at its end.
begin_terminal() {
	tm new-session -d -x "$1" -y "$2" "PS1='ready> ' exec bash --norc --noprofile -i" 2>/dev/null
}
# terminal COLUMNS ROWS: a shell in a terminal of that size; its prompt is there.
terminal() {
	tm kill-server 2>/dev/null || true
	that 'a terminal begins' within 20 begin_terminal "$1" "$2"
	tm set -g escape-time 0
	shows 'ready>'
}
keys() {
	tm send-keys "$@"
}
type_line() {
	keys -l -- "$1"
	keys Enter
}
screen() {
	tm capture-pane -p "$@"
}
on_screen() {
	screen | grep -qF -- "$1"
}
off_screen() {
	! on_screen "$1"
}
# shows TEXT...: all of it within 20 s.
shows() {
	local text
	for text in "$@"; do
		command="the screen: $(screen 2>&1)"
		that "the screen shows '$text'" within 20 on_screen "$text"
	done
}
lacks() {
	command="the screen: $(screen 2>&1)"
	that "the screen lacks '$1'" within 20 off_screen "$1"
}
# The process of the view.
view() {
	pgrep -n -f '^hpcc (watch|up)' -P "$(tm display-message -p '#{pane_pid}')"
}
has_ended() {
	[ ! -e "/proc/$1/exe" ]
}
# No row is wider than the terminal, and the last row has the foot.
fits() {
	[ "$(screen | wc -L)" -le "$1" ] && screen | tail -n 1 | grep -q help
}

{
	printf 'name: live\nruntime: {backend: host}\nservices:\n'
	printf '  store:\n    script: |\n      echo open\n      sleep 600\n    readiness: {type: log, pattern: "^open", timeout_seconds: 60}\n'
	printf '  big:\n    script: |\n      seq -f "line %%06.0f of a log" 1 500000\n      sleep 600\n'
	printf '  wide:\n    script: |\n'
	printf '      printf "\\033[31m\\344\\270\\255\\346\\226\\207 red\\033[0m caf\\303\\251\\n"\n'
	printf '      printf "\\033[2J\\033]0;title\\007still here\\n"\n'
	printf '      printf "10%%%%\\r20%%%%\\r30%%%%"\n      sleep 600\n'
	printf '  broken: {command: [sh, -c, "echo no luck; exit 3"], x-slurm: {failure_policy: {mode: ignore}}}\n'
	printf '  later: {command: [sleep, "600"], depends_on: {store: {condition: service_completed_successfully}}}\n'
	for n in {03..45}; do
		printf '  copy%s: {command: [sh, -c, "echo hello from %s; exec sleep 600"]}\n' "$n" "$n"
	done
	printf '  bit: {script: "echo tick 1; sleep 0.4; touch one; until [ -e two ]; do sleep 0.1; done; echo tick 2; sleep 600"}\n'
	printf '  bot: {script: "until [ -e one ]; do sleep 0.1; done; echo tock 1; sleep 0.4; touch two; sleep 600"}\n'
} >compose.yaml
run 0 hpcc up --local --detach
job=$(hpcc jobs | awk 'NR == 1 {print $1}')

# The list with its counts, at 80 by 24; of 50 services what fits.
terminal 80 24
type_line 'hpcc watch'
shows "job $job 'live': RUNNING" '1 failed, 1 waiting, 47 running, 1 ready of 50' '> big' '── big  ' '? help'
that 'it fits' fits 80
# Filter, order, choice.
keys /
keys -l fail
shows "/fail" '> broken' 'app-exit 3' 'no luck'
lacks copy03
keys Enter
shows "1 with 'fail'" 'no luck'
keys Escape
shows '> broken' 'copy03'
keys o
shows 'by state'
keys /
keys -l copy4
shows '> copy40'
keys Enter Down
shows '> copy41' 'hello from 41'
# Several logs, each behind its name: marked ones, all that are shown, and back.
keys Space Down Space
shows '2 logs' 'copy41 | hello from 41' 'copy42 | hello from 42'
keys a
shows '6 logs' 'copy45 | hello from 45'
keys a Escape Escape
shows 'of 50'
lacks "with 'copy4'"
# What was there stands in the order in which it came, whichever log is in front.
keys /
keys -l bot
keys Enter Space /
keys C-u
keys -l bit
keys Enter Space
shows '2 logs'
ordered() {
	[ "$(screen | grep -oE 'b[io]t +\| t[io]ck [12]' | cut -d '|' -f 2 | tr -d '\n')" = ' tick 1 tock 1 tick 2' ]
}
command="the screen: $(screen)"
that 'lines of two logs are in order' within 20 ordered
keys Escape Escape
# Help, by any other key back.
keys '?'
shows 'Services' 'filter by parts of names'
keys PageDown PageDown
shows 'end the view; the job goes on'
keys Escape
shows 'SERVICE'

# A log of ten megabytes: its end, its begin, a search in all of it, forwards and backwards.
keys /
keys -l big
keys Enter
shows '> big' 'line 500000 of a log' 'follows'
keys Home
shows 'line 000001 of a log'
lacks follows
keys PageDown
shows 'line 000018 of a log'
keys f
keys -l 'line 250000'
keys Enter
shows 'line 250000 of a log' 'find: line 250000'
keys f
keys -l 'isnt there'
keys Enter
shows "'isnt there' isn't in this log"
keys f
keys -l '999 of'
keys Enter n
shows '999 of a log'
keys Enter
lacks SERVICE
keys Home
shows 'line 000021 of a log'
keys End
shows 'line 500000 of a log'
keys Enter
shows SERVICE

# Characters, colours, a progress bar; nothing of the log acts upon the terminal.
keys /
keys C-u
keys -l wide
keys Enter
shows '中文 red café' 'still here' '30%'
lacks '10%'
that 'its colours are kept' grep -q $'\033\[31m中文 red' <(screen -e | sed $'s/\033\\[[34]9m//g')
# Cut lines move sideways.
keys w Right
shows '  cut' ' café'
lacks 中文
keys w Escape Escape

# Other sizes.
for size in '120 40' '200 60' '40 12' '80 24'; do
	# shellcheck disable=SC2086
	set -- $size
	tm resize-window -x "$1" -y "$2"
	resized() {
		fits "$1" && [ "$(screen | grep -c '^[> ][* ]copy')" -ge "$(($2 / 4 - 1))" ]
	}
	command="the screen: $(screen)"
	that "it fits into $size" within 20 resized "$1" "$2"
	# From 120 columns on details stand beside the log.
	if [ "$1" -ge 120 ]; then shows policy; else lacks policy; fi
done
mkdir ".hpc-compose/$job/metrics"
printf '{"at":"2026-01-31T12:00:0%d.000Z","node":"%s","index":%d,"uuid":"u","name":"n","utilization_pct":%d,"memory_utilization_pct":1,"memory_used_mib":2048,"memory_total_mib":81920,"temperature_c":1,"power_w":1}\n' \
	0 "$(hostname)" 0 5 0 "$(hostname)" 1 6 1 "$(hostname)" 0 87 1 other 0 99 >".hpc-compose/$job/metrics/gpu.jsonl"
keys d
shows 'policy' 'fail_job' 'started' '87% 2.0/80G, 6% 2.0/80G'
lacks '99%'
keys d
lacks policy

# Orders by hand: asked before, told below.
keys /
keys -l copy07
shows '> copy07' '  1-1 of 1'
keys Enter r
shows "restart 'copy07'? y"
keys n
lacks 'y: do it'
keys r
shows 'y: do it'
keys y
shows "restart 'copy07': " '  1-2 of 2'
keys x
shows "signal to 'copy07'"
keys -l NOSUCH
keys Enter
shows "no signal is called 'NOSUCH'"
keys x
keys -l usr1
keys Enter
shows "signal 'copy07': "
keys s
shows "stop 'copy07'? y"
keys y
shows 'stopped'
keys S
shows "start 'copy07': " '  1-3 of 3'
keys Escape
# A shell there, and back: from when the state says that it runs.
can_enter() {
	hpcc exec "$job" copy07 true </dev/null >"$work/out" 2>&1
}
that 'it can be entered' within 20 can_enter
keys !
shows 'a shell of copy07'
type_line 'echo here: $((40 + 2))'
shows 'here: 42'
type_line 'exit 3'
shows SERVICE 'the shell ended with status 3'

# Ctrl-Z and back.
keys C-z
shows Stopped
type_line fg
shows SERVICE
# Events with their own times, and the batch script's log.
keys e
shows 'broken' 'exited with status 3; ignored'
keys b
shows '── batch'
keys b
# The command of this log, into the clipboard and below.
keys c
shows 'copied: hpcc logs -f' ' copy07'

# When nothing happens it takes under one per cent of a core.
pid=$(view)
spent() {
	awk '{print $1}' "/proc/$pid/schedstat"
}
keys F F
lacks 'copied'
before=$(spent) since=$(date +%s%N)
sleep 3
after=$(spent) until=$(date +%s%N)
command="took $((after - before)) ns of $((until - since))"
that 'it takes under one per cent' test $(((after - before) * 100)) -lt $((until - since))

# q ends it, and the terminal is as before.
keys q
shows "the job goes on; 'hpcc watch $job' shows it again"
type_line 'echo status $?; stty -a | grep -c " icanon.* echo "'
shows 'status 0'
lacks SERVICE
# So it is after a fault, Ctrl-\ for one, and what was said isn't lost.
type_line 'clear; hpcc watch'
shows SERVICE
keys "C-\\"
shows 'Quit'
lacks SERVICE
type_line 'clear; stty -a | tr " " "\n" | grep -cx -e icanon -e "echo;*"'
shows 2
# Ctrl-C ends it with a status.
type_line 'clear; hpcc watch; echo status $?'
shows SERVICE
keys C-c
shows 'status 130'

# Without colours there are none; a terminal that can nothing gets lines.
type_line 'clear; NO_COLOR=1 hpcc watch'
shows SERVICE
that 'no colours' test -z "$(screen -e | grep $'\033\[[34][0-7]m')"
keys q
shows 'the job goes on'
type_line 'clear; TERM=dumb hpcc watch; echo status $?'
shows 'exited with status 3; ignored'
lacks SERVICE
keys C-c
shows 'status 130'

# A terminal that dies takes the view along, by HUP, or where that is ignored by what is read from it.
for ignored in '' "trap '' HUP; "; do
	terminal 80 24
	type_line "${ignored}hpcc watch"
	shows SERVICE
	pid=$(view)
	tm kill-server
	command="a terminal that dies: $ignored"
	that 'the view has ended' within 20 has_ended "$pid"
done
run 0 hpcc down --yes "$job"
job=''

# up: the view ends with the job; what happened is told in lines that stay, and the status is the job's.
printf 'name: fails\nruntime: {backend: host}\nservices:\n  one: {script: "echo begin; sleep 2; echo the disk is gone; exit 7"}\n' >compose.yaml
terminal 80 24
type_line 'hpcc up --local; echo status $?'
shows SERVICE 'status 7' 'exited with status 7: job fails' 'the disk is gone' 'failed with status 7'
printf 'name: long\nruntime: {backend: host}\nservices:\n  one: {script: "trap \\"echo bye; exit 0\\" TERM; echo up; while :; do sleep 0.1; done"}\n' >compose.yaml
type_line 'clear; hpcc up --local; echo status $?'
shows '> one' 'one  1-1 of 1'
keys C-c
shows 'status 130' 'cancelled with status'

# Under Slurm the first Ctrl-C cancels, the second leaves the job running and says so.
printf 'name: stubborn\nruntime: {backend: host}\nservices:\n  one:\n    stop_grace_period: 100s\n    script: |\n      trap "echo asked" TERM\n      echo up\n      until [ -e "$HPC_COMPOSE_JOB_DIR/go" ]; do sleep 0.1; done\n' >compose.yaml
type_line 'clear; hpcc up; echo status $?'
shows '> one' RUNNING 'one  1-1 of 1'
keys C-c
shows 'cancelling the job gracefully; once more' asked
keys C-c
shows "the job goes on; 'hpcc watch" 'status 130'
lacks SERVICE
slurm_job() {
	hpcc jobs | awk '$1 ~ /^[0-9]/ {print $1; exit}' # one of a local job may have the same second
}
# While Slurm doesn't answer the view goes on, and says so.
touch "$work/hangs"
type_line "clear; FAKE_CONTROLLER_HANGS=$work/hangs hpcc watch $(slurm_job)"
shows '> one' 'Slurm is asked, no answer for' 'asked'
keys '?'
shows 'Services'
keys Escape
shows SERVICE 'Slurm is asked, no answer for'
rm "$work/hangs"
lacks 'no answer'
keys q
shows 'the job goes on'
touch ".hpc-compose/$(slurm_job)/go"
# A terminal that dies cancels it.
type_line 'clear; hpcc up; echo status $?'
shows '> one' RUNNING 'one  1-1 of 1'
id=$(slurm_job)
pid=$(view)
tm kill-server
was_asked() {
	grep -qsx asked ".hpc-compose/$id/logs/one.log"
}
that 'the job was cancelled' within 20 was_asked
touch ".hpc-compose/$id/go"
that 'hpcc has ended' within 30 has_ended "$pid"
finish
