# SPDX-License-Identifier: Apache-2.0
# How Pyxis's containers start: with a root that can be written, the home folder, and root's user id inside,
# or without; a service's own word counts more than the job's.
# shellcheck disable=SC2016 # for the shell inside
mkdir home
echo witness >home/witness
cat >start.yaml <<YAML
x-slurm: {time: 3}
runtime: {writable: true, home: true, remap_root: true}
services:
  all:
    image: $IMAGE
    command: |
      touch /written && echo "can write"
      echo "user \$(id -u)"
      cat /root/witness
  own:
    image: $IMAGE
    command: |
      touch /written 2>/dev/null || echo "can't write"
      echo "user \$(id -u)"
      cat $PWD/home/witness /root/witness 2>/dev/null || echo "no home"
    x-runtime: {writable: false, home: false, remap_root: false}
YAML
compile start.yaml
HOME=$PWD/home submit start.sbatch
wait_job
assert_state COMPLETED
# shows: runtime.{writable,home,remap_root}
assert_equal 'started as the job says' "$(cat "$(log_of all)")" $'can write\nuser 0\nwitness'
# shows: services.<name>.x-runtime.{writable,home,remap_root}
assert_equal 'started as the service says' "$(cat "$(log_of own)")" "$(printf "can't write\nuser %s\nno home" "$(id -u)")"
