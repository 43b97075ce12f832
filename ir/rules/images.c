/* SPDX-License-Identifier: Apache-2.0 */
/* R115 to R129: MPI, policies, images, backends, mounts. */
#include "ir/rules/rules.h"

/* clang-format off: one string a line, as the example is written */
const struct rule rules_images[] = {
	{.id = "R115", .name = "mpi-type",
	 .meaning =
	 "mpi.type is no name of a Slurm MPI plugin.",
	 .remedy =
	 "One word as srun --mpi=list prints it: pmix, pmi2, openmpi.",
	 .bad =
	 "services:\n"
	 "  app:\n"
	 "    image: redis:7\n"
	 "    command: run\n"
	 "    x-slurm: {mpi: {type: pmix v4}}\n",
	 .good =
	 "services:\n"
	 "  app:\n"
	 "    image: redis:7\n"
	 "    command: run\n"
	 "    x-slurm: {mpi: {type: pmix_v4}}\n"},
	{.id = "R116", .name = "mpi-contradiction",
	 .meaning =
	 "mpi.profile and mpi.implementation name different libraries.",
	 .remedy =
	 "The profile implies the implementation. Keep one.",
	 .bad =
	 "services:\n"
	 "  app:\n"
	 "    image: redis:7\n"
	 "    command: run\n"
	 "    x-slurm: {mpi: {type: pmix, profile: openmpi, implementation: mpich}}\n",
	 .good =
	 "services:\n"
	 "  app:\n"
	 "    image: redis:7\n"
	 "    command: run\n"
	 "    x-slurm: {mpi: {type: pmix, profile: openmpi, implementation: openmpi}}\n"},
	{.id = "R117", .name = "policy-idle",
	 .meaning =
	 "A restart setting stands without mode: restart_on_failure.",
	 .remedy =
	 "Only that mode restarts anything. Set it, or drop the setting.",
	 .bad =
	 "services:\n"
	 "  app:\n"
	 "    image: redis:7\n"
	 "    x-slurm:\n"
	 "      failure_policy: {max_restarts: 2}\n",
	 .good =
	 "services:\n"
	 "  app:\n"
	 "    image: redis:7\n"
	 "    x-slurm:\n"
	 "      failure_policy: {mode: restart_on_failure, max_restarts: 2}\n"},
	{.id = "R118", .name = "policy-zero",
	 .meaning =
	 "A restart setting is 0.",
	 .remedy =
	 "Counts and times of restarts are at least 1.",
	 .bad =
	 "services:\n"
	 "  app:\n"
	 "    image: redis:7\n"
	 "    x-slurm:\n"
	 "      failure_policy: {mode: restart_on_failure, max_restarts: 0}\n",
	 .good =
	 "services:\n"
	 "  app:\n"
	 "    image: redis:7\n"
	 "    x-slurm:\n"
	 "      failure_policy: {mode: restart_on_failure, max_restarts: 2}\n"},
	{.id = "R119", .name = "ignored-dependency",
	 .meaning =
	 "A service whose failures are ignored is depended on.",
	 .remedy =
	 "Nobody could tell whether it did its work. Choose another mode, or drop the "
	 "dependency.",
	 .bad =
	 "services:\n"
	 "  app:\n"
	 "    image: redis:7\n"
	 "    depends_on: {side: {condition: service_completed_successfully}}\n"
	 "  side:\n"
	 "    image: redis:7\n"
	 "    x-slurm: {failure_policy: {mode: ignore}}\n",
	 .good =
	 "services:\n"
	 "  app:\n"
	 "    image: redis:7\n"
	 "    depends_on: {side: {condition: service_completed_successfully}}\n"
	 "  side:\n"
	 "    image: redis:7\n"},
	{.id = "R120", .name = "image-missing",
	 .meaning =
	 "A service has no image.",
	 .remedy =
	 "Every backend but host runs services in a container.",
	 .bad =
	 "services:\n"
	 "  app:\n"
	 "    command: serve\n",
	 .good =
	 "services:\n"
	 "  app:\n"
	 "    image: redis:7\n"},
	{.id = "R121", .name = "image-scheme",
	 .meaning =
	 "The image begins with a scheme that is not known.",
	 .remedy =
	 "docker://, dockerd:// and podman:// are; without a scheme docker:// is meant.",
	 .bad =
	 "services:\n"
	 "  app:\n"
	 "    image: oci://redis:7\n",
	 .good =
	 "services:\n"
	 "  app:\n"
	 "    image: docker://redis:7\n"},
	{.id = "R122", .name = "image-sif",
	 .meaning =
	 "A .sif image with pyxis.",
	 .remedy =
	 "Pyxis runs squashfs files. Name the remote image, a .sqsh file, or set "
	 "runtime.backend: apptainer.",
	 .bad =
	 "services:\n"
	 "  app:\n"
	 "    image: app.sif\n",
	 .good =
	 "runtime: {backend: apptainer}\n"
	 "services:\n"
	 "  app:\n"
	 "    image: app.sif\n"},
	{.id = "R123", .name = "image-squash",
	 .meaning =
	 "A squashfs image with apptainer or singularity.",
	 .remedy =
	 "They run .sif files. Name the remote image, a .sif file, or use pyxis.",
	 .bad =
	 "runtime: {backend: apptainer}\n"
	 "services:\n"
	 "  app:\n"
	 "    image: app.sqsh\n",
	 .good =
	 "services:\n"
	 "  app:\n"
	 "    image: app.sqsh\n"},
	{.id = "R124", .name = "image-folder",
	 .meaning =
	 "The image is a local path that is no image file.",
	 .remedy =
	 "It looks like a build context; hpcc builds nothing from a Dockerfile. Name an "
	 "image and add x-runtime.prepare.",
	 .bad =
	 "services:\n"
	 "  app:\n"
	 "    image: ./app\n",
	 .good =
	 "services:\n"
	 "  app:\n"
	 "    image: ./app.sqsh\n"},
	{.id = "R125", .name = "host-mounts",
	 .meaning =
	 "Mounts with the host backend.",
	 .remedy =
	 "Without a container there is nothing to mount into; use the paths as they are.",
	 .bad =
	 "runtime: {backend: host}\n"
	 "services:\n"
	 "  app:\n"
	 "    command: serve\n"
	 "    volumes: [\"./d:/d\"]\n",
	 .good =
	 "runtime: {backend: host}\n"
	 "services:\n"
	 "  app:\n"
	 "    command: serve\n"},
	{.id = "R126", .name = "host-prepare",
	 .meaning =
	 "prepare with the host backend.",
	 .remedy =
	 "There is no image to prepare; use setup or modules.",
	 .bad =
	 "runtime: {backend: host}\n"
	 "services:\n"
	 "  app:\n"
	 "    command: serve\n"
	 "    x-runtime: {prepare: {commands: [date]}}\n",
	 .good =
	 "runtime: {backend: host}\n"
	 "services:\n"
	 "  app:\n"
	 "    command: serve\n"},
	{.id = "R127", .name = "host-command",
	 .meaning =
	 "A service of the host backend has no command.",
	 .remedy =
	 "There is no image whose start command could be used; add command, entrypoint "
	 "or script.",
	 .bad =
	 "runtime: {backend: host}\n"
	 "services:\n"
	 "  app: {}\n",
	 .good =
	 "runtime: {backend: host}\n"
	 "services:\n"
	 "  app:\n"
	 "    command: serve\n"},
	{.id = "R128", .name = "container-hook",
	 .meaning =
	 "A prologue or epilogue in the container, where hpcc has no say over it.",
	 .remedy =
	 "It needs a container backend and a command of the service's own.",
	 .bad =
	 "services:\n"
	 "  app:\n"
	 "    image: redis:7\n"
	 "    x-slurm:\n"
	 "      prologue: {context: container, script: date}\n",
	 .good =
	 "services:\n"
	 "  app:\n"
	 "    image: redis:7\n"
	 "    command: serve\n"
	 "    x-slurm:\n"
	 "      prologue: {context: container, script: date}\n"},
	{.id = "R129", .name = "mount-reserved",
	 .meaning =
	 "A mount targets one of hpcc's own folders.",
	 .remedy =
	 "/hpc-compose/job and /hpc-compose/resume are mounted by hpcc.",
	 .bad =
	 "services:\n"
	 "  app:\n"
	 "    image: redis:7\n"
	 "    volumes: [\"./d:/hpc-compose/job/d\"]\n",
	 .good =
	 "services:\n"
	 "  app:\n"
	 "    image: redis:7\n"
	 "    volumes: [\"./d:/d\"]\n"},
};
/* clang-format on */
const size_t n_rules_images = sizeof(rules_images) / sizeof(rules_images[0]);
