# SPDX-License-Identifier: Apache-2.0
# A real MPI program (MPICH, which asks Slurm's PMI2 plugin who its ranks are) over two nodes, on the
# nodes themselves and in containers that see the library of the host.
mpicc.mpich -o ring "$SOURCE/cases/ring.c" || fail 'no MPICH (Debian package libmpich-dev)'
libraries=/usr/lib/x86_64-linux-gnu
interpreter=$(readlink -f /lib64/ld-linux-x86-64.so.2)

cat >mpi.yaml <<YAML
x-slurm: {nodes: 4, ntasks_per_node: 2, time: 3}
services:
  ring:
    image: $IMAGE
    script: |
      if [ "\$SLURM_PROCID" = 0 ]; then
        env | grep '^HPC_COMPOSE_MPI_'
        sed 's/^/hostfile: /' "\$HPC_COMPOSE_MPI_HOSTFILE"
      fi
      exec "\$RING"
    environment: {RING: "\$RING"}
    x-slurm:
      placement: {node_range: "1-2"}
      mpi:
        type: pmi2
        profile: mpich
        expected_ranks: 4
        host_mpi: {env: {HPC_COMPOSE_MPI_NOTE: from host_mpi}}
YAML
cat >host.yaml <<'YAML'
extends: mpi.yaml
runtime: {backend: host}
YAML
# Charliecloud makes no mount points in an image, and mounts nothing read-only. Each of its ranks is in
# a user namespace of its own, where UCX may not open the shared memory of others through /proc.
cp -R "${IMAGE%/*}/charliecloud" box
mkdir -p "box$libraries" box/lib/x86_64-linux-gnu box/lib64 box/program
touch box/lib64/ld-linux-x86-64.so.2
for backend in pyxis charliecloud; do
	box=${IMAGE:?} mode=ro
	[ $backend = pyxis ] || { box=$PWD/box && mode=rw; }
	cat >$backend.yaml <<-YAML
		extends: mpi.yaml
		runtime: {backend: $backend}
		services:
		  ring:
		    image: $box
		    volumes: ["$PWD:/program"]
		    x-slurm:
		      mpi:
		        host_mpi:
		          env: {UCX_POSIX_USE_PROC_LINK: "n"}
		          bind_paths:
		            - $libraries:$libraries:$mode
		            - $libraries:/lib/x86_64-linux-gnu:$mode
		            - $interpreter:/lib64/ld-linux-x86-64.so.2:$mode
	YAML
done

for backend in host pyxis charliecloud; do
	case $backend in
	host) RING=$PWD/ring ;;
	*) RING=/program/ring ;;
	esac
	RING=$RING compile $backend.yaml
	submit $backend.sbatch
	wait_job
	log=$(log_of ring)
	# shows: services.<name>.x-slurm.mpi.{type,launcher,expected_ranks,host_mpi.bind_paths}
	assert_log "$log" '^the sum of 4 ranks is 6$'
	assert_state COMPLETED
	assert_equal 'ranks and nodes' "$(sed -n 's/^rank //p' "$log" | sort | paste -sd,)" \
		'0 of 4 on n2,1 of 4 on n2,2 of 4 on n3,3 of 4 on n3'
	# shows: services.<name>.x-slurm.mpi.type
	assert_log "$log" '^HPC_COMPOSE_MPI_TYPE=pmi2$'
	# shows: services.<name>.x-slurm.mpi.profile
	assert_log "$log" '^HPC_COMPOSE_MPI_PROFILE=mpich$'
	# shows: services.<name>.x-slurm.mpi.implementation
	assert_log "$log" '^HPC_COMPOSE_MPI_IMPLEMENTATION=mpich$'
	# shows: services.<name>.x-slurm.mpi.host_mpi.env
	assert_log "$log" '^HPC_COMPOSE_MPI_NOTE=from host_mpi$'
	assert_equal 'host file' "$(sed -n 's/^hostfile: //p' "$log" | paste -sd,)" 'n2 slots=2,n3 slots=2'
	assert_nothing_left
done
