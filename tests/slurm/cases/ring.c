/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A token goes once round all ranks, each adding its number; rank 0 prints what comes back. Every
 * rank says which node it runs on, as Slurm calls it.
 */
#include <mpi.h>
#include <stdio.h>
#include <stdlib.h>

int main(int argc, char **argv)
{
	const char *node = getenv("SLURMD_NODENAME");
	int rank, size, token = 0;

	MPI_Init(&argc, &argv);
	MPI_Comm_rank(MPI_COMM_WORLD, &rank);
	MPI_Comm_size(MPI_COMM_WORLD, &size);
	if (rank > 0)
		MPI_Recv(&token, 1, MPI_INT, rank - 1, 0, MPI_COMM_WORLD, MPI_STATUS_IGNORE);
	token += rank;
	MPI_Send(&token, 1, MPI_INT, (rank + 1) % size, 0, MPI_COMM_WORLD);
	printf("rank %d of %d on %s\n", rank, size, node ? node : "no node");
	if (rank == 0) {
		MPI_Recv(&token, 1, MPI_INT, size - 1, 0, MPI_COMM_WORLD, MPI_STATUS_IGNORE);
		printf("the sum of %d ranks is %d\n", size, token);
	}
	return MPI_Finalize();
}
