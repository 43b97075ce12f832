# SPDX-License-Identifier: Apache-2.0
# OpenMPI over two nodes, which asks Slurm's PMIx plugin who its ranks are.
# NEEDS: mpicc.openmpi
version=$(slurm srun --version)
version=${version##* }
if ! slurm srun --mpi=list 2>&1 | grep >/dev/null -w pmix || [ "${version%%.*}" -lt 23 ]; then
	echo "# left out: no PMIx plugin in Slurm $version that serves nodes which share /tmp"
	exit 0
fi
mpicc.openmpi -o ring "$SOURCE/cases/ring.c"
cat >ring.yaml <<YAML
runtime: {backend: host}
x-slurm: {nodes: 2, ntasks_per_node: 2, time: 3}
services:
  ring:
    command: ["$PWD/ring"]
    # The nodes are one machine, without a network of their own.
    environment: {OMPI_MCA_btl: "self,tcp", OMPI_MCA_btl_tcp_if_include: lo, OMPI_MCA_pml: ob1}
    x-slurm: {nodes: 2, ntasks_per_node: 2, mpi: {type: pmix, profile: openmpi, expected_ranks: 4}}
YAML
compile ring.yaml
submit ring.sbatch
wait_job
log=$(log_of ring)
assert_log "$log" '^the sum of 4 ranks is 6$'
assert_state COMPLETED
assert_equal 'ranks' "$(grep -c '^rank [0-3] of 4 on n[1-4]$' "$log")" 4
assert_nothing_left
