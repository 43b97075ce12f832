#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# hpcc site with the fake Slurm commands of tests/fake: what the probe writes and leaves out, and what it compares.
tests=$(cd "$(dirname "$0")/.." && pwd)
# shellcheck source=tests/cli/lib.bash disable=SC1091,SC2154
. "$tests/cli/lib.bash"
export FAKE_SLURM_DIR=$work/slurm HPCC_SITE='' FAKE_SLURM_PYXIS=no
PATH=$tests/fake:$PATH

run 0 hpcc site probe
for line in 'name = "fake"' 'slurm_version = "22.05.8"' 'mpi_types = ["none", "pmi2", "pmix", "pmix_v4"]' 'pyxis = false' \
	'licenses = []' 'default = true' 'nodes = 4' 'cpus_per_node = 4' 'mem_per_node = "4000M"' 'gres = "gpu:2"' 'features = ["low"]' \
	'max_time = "infinite"' 'max_array_size = 1001' 'max_step_count = 40000' 'enforce_part_limits = "NO"'; do
	that "a line with $line" grep -qE -- "^${line//[][]/.}  # [a-z]" "$work/out"
done
for key in max_nodes min_nodes accounts qos max_cpus max_mem exclusive default_cpus_per_gpu state; do
	that "no $key" test -z "$(grep "^$key" "$work/out")"
done

# What it writes is a file that hpcc takes, and differs in nothing; it overwrites nothing.
mkdir .hpc-compose
run 0 hpcc site probe -o .hpc-compose/cluster.toml
run 0 hpcc site check
out_has 'no difference'
run 2 hpcc site probe -o .hpc-compose/cluster.toml
err_has '--force overwrites it'
run 0 hpcc site probe -o .hpc-compose/cluster.toml --force

# Limits, as Slurm tells them. The accounts of a partition mean nothing without accounting.
limited='PartitionName=big AllowAccounts=lab,fusion DenyQos=slow Default=NO DefaultTime=00:10:00 MaxNodes=2 MaxTime=2-00:00:00 MinNodes=1 MaxCPUsPerNode=3 OverSubscribe=EXCLUSIVE JobDefaults=DefCpuPerGPU=2,DefMemPerGPU=100 MaxMemPerNode=2000 State=UP'
more=(FAKE_SLURM_PARTITIONS="$limited" FAKE_SLURM_LICENSES='LicenseName=solver Total=4 Used=1 Free=3 Reserved=0 Remote=no'
	FAKE_SLURM_NODE='MemSpecLimit=500 Partitions=big' FAKE_SLURM_PYXIS=yes)
run 0 env "${more[@]}" hpcc site probe
for line in 'name = "big"' 'max_nodes = 2' 'min_nodes = 1' 'max_time = "2-00:00:00"' 'default_time = "00:10:00"' \
	'max_cpus_per_node = 3' 'max_mem_per_node = 2000' 'exclusive = true' 'default_cpus_per_gpu = 2' 'pyxis = true' \
	'licenses = ["solver:4"]'; do
	that "a line with $line" grep -qE -- "^${line//[][]/.}  # [a-z]" "$work/out"
done
out_lacks lab
out_lacks slow
accounting=$'AccountingStorageType = accounting_storage/slurmdbd\nAccountingStorageEnforce = associations,qos\nEnforcePartLimits = ALL'
run 0 env "${more[@]}" FAKE_SLURM_CONFIG="$accounting" FAKE_ACCOUNTING=yes hpcc site probe
out_has 'accounts = ["lab", "fusion"]'
out_has 'deny_qos = ["slow"]'
out_has 'accounts = ["research"]  # sacctmgr show account'
out_has 'qos = ["normal"]  # sacctmgr show qos'
out_has 'enforce_part_limits = "ALL"'
# Whom sacctmgr tells nothing, the file says nothing.
run 0 env "${more[@]}" FAKE_SLURM_CONFIG="$accounting" hpcc site probe
out_lacks sacctmgr

# What has changed since is told with both places.
run 1 env "${more[@]}" hpcc site check
out_has 'licenses: the file says [] (.hpc-compose/cluster.toml:8), the site shows ["solver:4"] (scontrol show licenses)'
out_has 'partitions.test: the file says "test" (.hpc-compose/cluster.toml:14), the site shows nothing'

# A site that doesn't answer leaves no file.
rm .hpc-compose/cluster.toml
run 3 env FAKE_SLURM_DOWN=yes hpcc site probe -o .hpc-compose/cluster.toml
err_has "the site doesn't answer: slurm_load_ctl_conf error: Unable to contact slurm controller"
that 'no file is left' test ! -e .hpc-compose/cluster.toml
run 3 env PATH="$BUILD" hpcc site probe
err_has "run this where Slurm's commands are"
run 3 hpcc site check
err_has 'there is no cluster.toml to compare'

finish
