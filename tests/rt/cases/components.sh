# SPDX-License-Identifier: Apache-2.0
# A job of two components: its nodes are numbered through, signals go to the component's own job, and a service
# whose component has ended is not started again, however it ended itself.
. "$1/lib.bash"

mkdir "$WORK/bin"
printf '#!/bin/sh\nprintf "n2\\nn3\\n"\n' >"$WORK/bin/scontrol"
printf '#!/bin/sh\necho "$*" >>"%s/scancel"\n' "$WORK" >"$WORK/bin/scancel"
printf '#!/bin/sh\necho "$*" >>"%s/squeue"; cat "%s/says"\n' "$WORK" "$WORK" >"$WORK/bin/squeue"
chmod +x "$WORK"/bin/*
export PATH="$WORK/bin:$PATH"
export SLURM_JOB_NODELIST_HET_GROUP_0=n1 SLURM_JOB_NODELIST_HET_GROUP_1='n[2-3]'
export SLURM_JOB_ID_HET_GROUP_0=17 SLURM_JOB_ID_HET_GROUP_1=18 SLURM_JOB_ID=17
export SLURM_JOB_CPUS_PER_NODE=2 SLURM_JOB_CPUS_PER_NODE_HET_GROUP_1='64(x2)'

allocation() {
	printf 'hpcc-allocation 1\njob name test nodes 3\n'
	printf 'component head nodes 1\ncomponent my-gpus nodes %s gpus 4\n' "${1-2}"
	printf 'service server token server nodes 0\nservice worker token worker nodes 1-2 gpus 1 beside 0\n'
}
facts=$("$RT" begin --root "$JOB_ROOT" < <(allocation))
eval "$facts"
[ "${NODES[*]}" = 'n1 n2 n3' ] || fail "nodes: ${NODES[*]}"
[ "$(cat "$JOB_DIR/allocation/components/my-gpus.nodes.txt")" = $'n2\nn3' ] || fail 'its nodes are others'
[ "$HPC_COMPOSE_COMPONENT_MY_GPUS_NODELIST/$HPC_COMPOSE_COMPONENT_MY_GPUS_NODE_COUNT" = 'n2 n3/2' ] || fail 'no list'
[ "$HPC_COMPOSE_COMPONENT_HEAD_PRIMARY_NODE" = n1 ] || fail 'the first node of the first is another'
# shellcheck disable=SC2154 # begin has said it
[ "${CPUS[1]}" = 16 ] || fail "a quarter of the GPUs brings ${CPUS[1]} of 64 CPUs"
! "$RT" begin --root "$WORK/other" < <(allocation 3) 2>"$WORK/said" || fail 'a component has too few nodes'
grep -q "component 'my-gpus' has 2 nodes, the job was made for 3" "$WORK/said" || fail "$(cat "$WORK/said")"
! SLURM_JOB_NODELIST_HET_GROUP_1='' "$RT" begin --root "$WORK/other" < <(allocation) 2>"$WORK/said" || fail 'no list at all'
grep -q SLURM_JOB_NODELIST_HET_GROUP_1 "$WORK/said" || fail "$(cat "$WORK/said")"

service_server() { SLURM_STEP_ID=3 exec "$RT" step -- "$TOOL" until "$WORK/end"; }
eval "service_worker() { SLURM_STEP_ID=4 exec \"\$RT\" step -- sh -c 'echo lives >>\"\$WORK/lives\"; while [ ! -e \"\$WORK/go\" ]; do sleep 0.05; done; exit \$(cat \"\$WORK/go\")'; }"
export WORK
run() { # POLICY
	rm -f "$WORK"/{go,lives,squeue,scancel}
	start <<-TABLE
		job scheduler slurm
		job wire off
		job grace 1s
		service server
		  run service_server
		  component 0 head
		  stop TERM grace 200ms
		service worker
		  run service_worker
		  component 1 my-gpus
		  stop TERM grace 200ms
		  on-failure $1
	TABLE
	wait_for 20 test -s "$WORK/lives"
	state_becomes worker state running
}
ends() {
	echo "$1" >"$WORK/end.part"
	mv "$WORK/end.part" "$WORK/go"
}

# It is there: the policy decides.
echo RUNNING >"$WORK/says"
run 'restart max 1 window 5 in 60s backoff 10ms'
ends 7
finish 7
expect_said "service 'worker' exited with status 7; restarting (1/1)"
grep -q -- '--jobs 18 ' "$WORK/squeue" || fail "it asks of another job: $(cat "$WORK/squeue")"
expect_state worker verdict 'app-exit 7'

# It has ended: with a handler that ends well, too.
echo CANCELLED >"$WORK/says"
run 'restart max 5 window 5 in 60s backoff 10ms'
ends 0
finish 143
expect_said "component 'my-gpus' (job 18) has ended before the job"
expect_said "service 'worker' has lost its nodes, since component 'my-gpus' has ended (status 143): job fails"
expect_state worker verdict component-ended
expect_state worker component_job_id 18
[ "$(wc -l <"$WORK/lives")" = 1 ] || fail 'it was started again'

# A policy of not caring holds.
run ignore
ends 7
wait_for 20 said "has ended (status 7); ignored"
: >"$WORK/end"
finish 0
rm "$WORK/end"

# Slurm doesn't answer: nothing is made of that. A signal goes to the component's own job.
printf '' >"$WORK/says"
run fail-job
kill -TERM "$SUPERVISOR"
finish 143
grep -qx -- '--signal=TERM 18.4' "$WORK/scancel" || fail "signals went to: $(cat "$WORK/scancel")"
grep -qx -- '--signal=TERM 17.3' "$WORK/scancel" || fail "signals went to: $(cat "$WORK/scancel")"
