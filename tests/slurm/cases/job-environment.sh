# SPDX-License-Identifier: Apache-2.0
# Modules, Spack views and variables that x-env asks for reach the services; those of a service stay
# with it, come after the job's, and beat environment. The module command is the one of the node.
mkdir -p view/{bin,lib,lib64} own/lib/python3.11/site-packages own/bin bin
printf '#!/bin/sh\necho the tool of %s\n' job >view/bin/tool
printf '#!/bin/sh\necho the tool of %s\n' service >own/bin/tool
chmod +x view/bin/tool own/bin/tool
cat >modules.bash <<'BASH'
module() {
	echo "module $*" >>"$MODULE_LOG"
	[ "$1" = purge ] || export "LOADED_${2%%/*}=$2"
}
export -f module
BASH

cat >host.yaml <<YAML
runtime: {backend: host}
x-env:
  modules: {purge: true, load: [gcc/12.2, cuda/12.4]}
  spack: {view: "$PWD/view"}
  env: {LEVEL: job, SHARED: job, BLANK: "a  b 'c'"}
x-slurm:
  time: 3
  setup:
    - echo "setup with \$LOADED_gcc, \$(tool)" >>"\$MODULE_LOG"
services:
  plain:
    script: |
      echo "\$LEVEL \$SHARED <\$BLANK> \$LOADED_gcc \$LOADED_cuda \${LOADED_fftw-no fftw}"
      tool
      echo "\$LD_LIBRARY_PATH" | tr : '\n' | sed 's/^/library /'
    environment: {LEVEL: environment, SHARED: environment}
  special:
    depends_on: {plain: {condition: service_completed_successfully}}
    script: |
      echo "\$LEVEL \$SHARED <\$BLANK> \$LOADED_gcc \$LOADED_cuda \${LOADED_fftw-no fftw}"
      tool
      echo "\$PYTHONPATH"
    environment: {LEVEL: environment, SHARED: environment}
    x-env:
      modules: [fftw/3]
      spack: {view: "$PWD/own"}
      env: {LEVEL: service}
  last:
    depends_on: {special: {condition: service_completed_successfully}}
    script: echo "\$LEVEL \${LOADED_fftw-no fftw} \$(tool)"
YAML
compile host.yaml
. ./modules.bash
export MODULE_LOG=$PWD/modules.log
submit host.sbatch
wait_job
assert_state COMPLETED
# shows: x-env.modules.{purge,load} x-slurm.setup services.<name>.x-env.modules
assert_equal 'calls of module' "$(paste -sd, modules.log)" \
	'module purge,module load gcc/12.2,module load cuda/12.4,setup with gcc/12.2, the tool of job,module load fftw/3'
log=$(log_of plain)
assert_log "$log" "^job job <a  b 'c'> gcc/12.2 cuda/12.4 no fftw\$"
# shows: x-env.spack.view
assert_log "$log" '^the tool of job$'
assert_log "$log" "^library $PWD/view/lib\$"
assert_log "$log" "^library $PWD/view/lib64\$"
log=$(log_of special)
# shows: x-env.env services.<name>.x-env.env
assert_log "$log" "^service job <a  b 'c'> gcc/12.2 cuda/12.4 fftw/3\$"
# shows: services.<name>.x-env.spack.view
assert_log "$log" '^the tool of service$'
assert_log "$log" "^$PWD/own/lib/python3.11/site-packages(:|\$)"
assert_log "$(log_of last)" '^job no fftw the tool of job$'
assert_nothing_left

# The short forms, and a service that begins anew.
cat >short.yaml <<'YAML'
runtime: {backend: host}
modules: [gcc/12.2]
x-slurm: {time: 3}
services:
  more:
    script: echo "$LOADED_gcc $LOADED_fftw"
    modules: [fftw/3]
  anew:
    depends_on: {more: {condition: service_completed_successfully}}
    script: echo "$LOADED_cuda"
    x-env: {modules: {purge: true, load: [cuda/12.4]}}
YAML
printf 'runtime: {backend: host}\nx-env: {modules: [hdf5/1]}\nservices: {one: {script: echo "$LOADED_hdf5"}}\n' >list.yaml
compile short.yaml
: >modules.log
submit short.sbatch
wait_job
assert_state COMPLETED
# shows: modules services.<name>.modules services.<name>.x-env.modules.{purge,load}
assert_equal 'calls of module' "$(paste -sd, modules.log)" \
	'module load gcc/12.2,module load fftw/3,module purge,module load cuda/12.4'
assert_log "$(log_of more)" '^gcc/12.2 fftw/3$'
compile list.yaml
submit list.sbatch
wait_job
# shows: x-env.modules
assert_log "$(log_of one)" '^hdf5/1$'

# A container has its own folders; the variables come in and beat those of the image.
cat >pyxis.yaml <<YAML
runtime: {backend: pyxis}
x-env:
  env: {WHO_WINS: job, LEVEL: job}
x-slurm: {time: 3}
services:
  boxed:
    image: $IMAGE
    script: echo "\$WHO_WINS \$LEVEL \$IMAGE_ONLY"
    environment: {WHO_WINS: environment, LEVEL: environment}
    x-env: {env: {LEVEL: service}}
YAML
compile pyxis.yaml
submit pyxis.sbatch
wait_job
assert_state COMPLETED
# shows: services.<name>.image runtime.backend
assert_log "$(log_of boxed)" '^job service image$'
assert_nothing_left

# Without a module command the job fails before any service starts, and says so.
unset -f module
submit host.sbatch
wait_job
assert_state FAILED
assert_log "slurm-$JOB.out" 'module'
[ ! -s ".hpc-compose/$JOB/logs/plain.log" ] || fail 'a service was started'
