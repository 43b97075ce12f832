# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash
# The configuration of a test cluster: its folders and users, and everything below etc. Part of
# tests/slurm/cluster, whose functions, constants and $dir it uses.

# Six free ports in a row below the range the kernel hands out to clients.
choose_ports() {
	local used try port base
	used=$(awk 'FNR > 1 { sub(/.*:/, "", $2); print $2 }' /proc/net/tcp /proc/net/tcp6 2>/dev/null)
	for ((try = 0; try < 200; try++)); do
		base=$((17000 + RANDOM % 1400 * 10))
		for ((port = base; port < base + 6; port++)); do
			grep -qiFx "$(printf '%04X' "$port")" <<<"$used" && continue 2
		done
		printf '%s' "$base"
		return
	done
	die 'no six free ports in a row between 17000 and 31000'
}

# The short host name; slurmctld refuses to start on a host that SlurmctldHost does not name.
host_name() {
	local name
	name=$(uname -n)
	printf '%s' "${name%%.*}"
}

# Whether Slurm 22.05 can use a controller of cgroup v1 here.
has_controller() {
	local probe=/sys/fs/cgroup/$1/hpcc-probe-$$
	mkdir "$probe" 2>/dev/null && rmdir "$probe"
}

# Slurm needs the freezer for that, or systemd.
choose_proctrack() {
	if has_controller freezer; then
		echo cgroup
	else
		echo linuxproc
	fi
}

# write_mail_program: what Slurm calls as root to send a mail.
write_mail_program() {
	cat >"${dir:?}/etc/mail" <<MAIL
#!/bin/bash
printf '%q ' "\$@" | sed 's/ \$/\\n/' >>"$dir/log/mail"
MAIL
	chmod 755 "$dir/etc/mail"
	: >"$dir/log/mail"
}

# write_burst_buffer: a buffer of no size that records its life, where Slurm has the plugin for it.
# Prints the line for slurm.conf.
write_burst_buffer() {
	[ -n "$(find /usr/lib /usr/local/lib -name burst_buffer_lua.so -print -quit 2>/dev/null)" ] || return 0
	echo BurstBufferType=burst_buffer/lua
	echo Directive=BB >"$dir/etc/burst_buffer.conf"
	: >"$dir/log/burst_buffer"
	cat >"$dir/etc/burst_buffer.lua" <<LUA
local function record(what, of)
	local file = io.open("$dir/log/burst_buffer", "a")
	file:write(what, " ", tostring(of), "\\n")
	file:close()
	return slurm.SUCCESS, ""
end
local function succeed()
	return slurm.SUCCESS, ""
end
function slurm_bb_job_process(script)
	for line in io.lines(script) do
		if line:find("^#BB ") then
			record("asks", line)
		end
	end
	return slurm.SUCCESS
end
function slurm_bb_setup(job) return record("setup", job) end
function slurm_bb_job_teardown(job) return record("teardown", job) end
slurm_bb_pools, slurm_bb_paths, slurm_bb_real_size, slurm_bb_get_status = succeed, succeed, succeed, succeed
slurm_bb_data_in, slurm_bb_test_data_in, slurm_bb_data_out, slurm_bb_test_data_out = succeed, succeed, succeed, succeed
slurm_bb_pre_run, slurm_bb_post_run = succeed, succeed
LUA
}

# write_plugin_line PLUGIN ENROOT SQUASHFUSE: ENROOT is a folder, or nothing for the stand-in.
write_plugin_line() {
	local plugin=$dir/lib/${1##*/} words="cache=$dir/images"
	mkdir -p "$dir/lib" "$dir/images"
	chmod 755 "$dir/lib" "$dir/images"
	install -m 755 "$1" "$plugin"
	[ "$3" = no ] || words+=' squashfuse'
	if [ -n "$2" ]; then
		words="runtime_path=$dir/run/pyxis"
		[ "$3" = no ] || words+=' use_squashfuse=1'
	fi
	echo "required $plugin $words"
}

# What slurmd of this machine's version takes; the argument is the plugin for tasks.
write_cgroup_config() {
	local version
	[ "$1" != cgroup ] || echo ConstrainRAMSpace=yes
	version=$(slurmctld -V)
	if [[ $version =~ ([0-9]+)\.([0-9]+) && $((BASH_REMATCH[1] * 100 + 10#${BASH_REMATCH[2]})) -lt 2205 ]]; then
		echo CgroupAutomount=no
	else
		echo CgroupPlugin=cgroup/v1
	fi
}

# set_conf LINE: a line of slurm.conf, for all those with its key.
set_conf() {
	local key=${1%%=*}
	[[ $1 =~ ^[A-Za-z]+= ]] || die "no line of slurm.conf: $1"
	case $key in
	NodeName | PartitionName) ;; # these add to each other
	*) sed -i "/^$key=/Id" "$dir/etc/slurm.conf" ;;
	esac
	printf '%s\n' "$1" >>"$dir/etc/slurm.conf"
}

# node_addresses FIRST LAST: those of nodes as Slurm has them, one each where tests/slurm/run has a network for that.
node_addresses() {
	if [ -n "${HPCC_TEST_NETWORK-}" ]; then
		printf '%s.[%s-%s]' "$HPCC_TEST_NETWORK" "$1" "$2"
	else
		printf 127.0.0.1
	fi
}

write_config() {
	local base=$1 proctrack=$2 task=$3 plugin=$4 enroot=$5 squashfuse=$6 host node cpus=4 line
	shift 6 # the rest are lines for slurm.conf
	host=$(host_name)
	[ "$task" != affinity ] || cpus=2 # all that is certain to be there
	cat >"$dir/etc/slurm.conf" <<CONF
ClusterName=${cluster_name:?}
FirstJobId=$(((base - 17000) * (${jobs_max:?} / 10) + 1))
SlurmctldHost=$host(127.0.0.1)
SlurmUser=root
SlurmctldPort=$base
SlurmdPort=$((base + 1))
AuthType=auth/munge
AuthInfo=socket=$dir/run/munge.socket,cred_expire=10
CryptoType=crypto/munge
StateSaveLocation=$dir/state
SlurmdSpoolDir=$dir/spool/%n
SlurmctldPidFile=$dir/run/slurmctld.own.pid
SlurmdPidFile=$dir/run/slurmd-%n.own.pid
SlurmctldLogFile=$dir/log/slurmctld.log
SlurmdLogFile=$dir/log/slurmd-%n.log
SlurmctldDebug=info
SlurmdDebug=info
ProctrackType=proctrack/$proctrack
TaskPlugin=task/$task
SwitchType=switch/none
MpiDefault=none
SelectType=select/cons_tres
SelectTypeParameters=CR_Core_Memory
JobAcctGatherType=jobacct_gather/linux
$(accounting_config "$base")
GresTypes=gpu
$(write_burst_buffer)
SlurmdParameters=config_overrides
SchedulerType=sched/backfill
SchedulerParameters=batch_sched_delay=0,sched_min_interval=0,bf_interval=1,sched_interval=1
KillWait=15
SlurmdTimeout=10
SlurmctldTimeout=60
MessageTimeout=10
EpilogMsgTime=0
ReturnToService=2
MailProg=$dir/etc/mail
PlugStackConfig=$dir/etc/plugstack.conf
Licenses=solver:4,viewer:2
NodeName=DEFAULT CPUs=$cpus CoresPerSocket=$cpus RealMemory=4000 Gres=gpu:2
NodeName=n[1-2] NodeHostname=$host NodeAddr=$(node_addresses 1 2) Port=[$((base + 1))-$((base + 2))] Feature=low
NodeName=n[3-4] NodeHostname=$host NodeAddr=$(node_addresses 3 4) Port=[$((base + 3))-$((base + 4))] Feature=high
DefMemPerCPU=500
PartitionName=DEFAULT Nodes=n[1-4] MaxTime=INFINITE OverSubscribe=NO State=UP
PartitionName=test Default=YES
PartitionName=side
CONF
	for line; do
		set_conf "$line"
	done
	# Slurm takes any character device for a GPU and sets CUDA_VISIBLE_DEVICES as for a real one.
	printf 'NodeName=n[1-4] Name=gpu File=%s\n' /dev/null /dev/zero >"$dir/etc/gres.conf"
	# Clusters share the cgroups of equally named nodes, so their jobs have different numbers.
	write_cgroup_config "$task" >"$dir/etc/cgroup.conf"
	: >"$dir/etc/plugstack.conf"
	[ -z "$plugin" ] || write_plugin_line "$plugin" "$enroot" "$squashfuse" >"$dir/etc/plugstack.conf"
	for node in "${nodes[@]:?}"; do
		mkdir -p "$dir/spool/$node"
	done
}

# make_user NAME, unless an earlier cluster has made it, or another one does at this moment.
make_user() {
	id "$1" >/dev/null 2>&1 ||
		useradd --user-group --no-create-home --home-dir /nonexistent --shell /bin/bash "$1" ||
		wait_for 5 id "$1" >/dev/null 2>&1 || die "no user $1"
}

prepare_folder() {
	# A socket's path may not be longer than 107 bytes, and slurmstepd adds to the spool's.
	[ ${#dir} -le 60 ] || die "folder name too long for sockets below it: $dir"
	[[ $dir =~ ^[A-Za-z0-9_./-]+$ ]] || die "slurm.conf cannot hold the folder name: $dir"
	make_user "${test_user:?}"
	make_user "${stranger:?}"
	mkdir -p "$dir"/{etc,run,log,state,spool,home,stranger}
	chmod 755 "$dir" "$dir"/{etc,run,log,spool,home,stranger}
	chmod 700 "$dir/state"
	chown "$test_user:" "$dir/home"
	chown "$stranger:" "$dir/stranger"
	runuser -u "$test_user" -- test -x "$dir/home" ||
		die "user $test_user cannot reach $dir/home: a folder above it lacks o+x"
	rm -rf "$dir/state"/* "$dir/spool"/* "$dir/db"
}
