# SPDX-License-Identifier: Apache-2.0
# The live view of a job on two nodes, as a person has it: a terminal, keys, what is on the screen. It goes on while
# squeue and scancel hang; orders and measurements reach the supervisor.
# shellcheck disable=SC2016 # for the shell inside
command -v tmux >/dev/null || { echo 'tmux is missing' && exit 0; }
cat >compose.yaml <<'YAML'
name: seen
runtime: {backend: host}
x-slurm: {nodes: 2, time: "5"}
services:
  first:
    script: |
      echo open
      i=0
      while :; do i=$((i + 1)); echo "line $i"; sleep 0.5; done
    readiness: {type: log, pattern: "^open", timeout_seconds: 60}
    x-slurm: {placement: {node_range: "0"}}
  svc-07:
    command: [sh, -c, 'trap "" USR1; while :; do :; done']
    x-slurm: {placement: {node_range: "1", allow_overlap: true}}
YAML
mkdir slow
for tool in squeue scancel; do
	printf '#!/bin/sh\nwhile [ -e %s ]; do sleep 0.1; done\nexec %s "$@"\n' "$PWD/hangs" "$(command -v $tool)" >slow/$tool
done
chmod +x slow/*
export TMUX_TMPDIR=$PWD SHELL=/bin/bash
unset TMUX
tm() { tmux -f /dev/null -L view "$@"; }
trap 'tm kill-server 2>/dev/null' EXIT
PATH=$PWD/slow:$PATH tm new-session -d -x 130 -y 30 "PS1='ready> ' exec bash --norc --noprofile -i"
tm set -g escape-time 0
on_screen() { tm capture-pane -p | grep -qE -- "$1"; }
off_screen() { ! on_screen "$1"; }
shows() { wait_until 60 on_screen "$1" || { tm capture-pane -p && fail "the screen lacks $1"; }; }
lacks() { wait_until 60 off_screen "$1"; }
keys() { tm send-keys "$@"; }

shows 'ready>'
keys -l "$HPCC up --no-preflight; echo ended with \$?"
keys Enter
shows "'seen': RUNNING"
shows '1 running, 1 ready of 2'
shows "^> first +ready .* n[0-9]+"
shows '^. svc-07 +running .* [0-9.]+[KMG] '
shows 'line [0-9]'
# A restart reaches the other node.
keys Down r y
shows "restart 'svc-07': "
shows '^> svc-07 +running .*'
# While nothing of Slurm's answers, logs go on, keys and orders do, and none waits.
touch hangs
keys k
shows '^> first'
before=$(tm capture-pane -p | grep -oE 'line [0-9]+' | tail -n 1)
new_lines() { on_screen "line $((${before#line } + 6))( |\$)"; }
wait_until 60 new_lines
keys '?'
shows 'filter by parts'
keys Escape
shows SERVICE
rm hangs
keys C-c
shows 'ended with 143'
