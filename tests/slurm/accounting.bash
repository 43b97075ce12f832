# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash
# The accounting of a test cluster: slurmdbd on a MariaDB of its own, with data, socket and settings in
# the cluster's folder. The database listens on its socket alone, which only root can reach. Part of
# tests/slurm/cluster, whose functions and $dir it uses.

readonly database_user=root
readonly accounts=(research lab) # of the test user, who has the first when a job names none

# All of them: of several names one is enough for command -v.
accounting_programs() {
	local program
	for program in slurmdbd mariadbd mariadb-install-db sacctmgr sacct; do
		command -v "$program" >/dev/null || return 1
	done
}

# What the accounting needs in slurm.conf, with the first of the cluster's ports. The controller forgets
# a job soon after its end, so that whoever asks late has to ask the accounting, as on a busy site.
accounting_config() {
	local base=$1
	if ! has_accounting; then
		echo AccountingStorageType=accounting_storage/none
		return
	fi
	cat <<-CONF
		AccountingStorageType=accounting_storage/slurmdbd
		AccountingStorageHost=127.0.0.1
		AccountingStoragePort=$((base + 5))
		AccountingStoragePass=${dir:?}/run/munge.socket
		MinJobAge=2
	CONF
}

write_accounting_config() {
	(umask 077 && cat >"$dir/etc/slurmdbd.conf") <<-CONF
		AuthType=auth/munge
		AuthInfo=socket=$dir/run/munge.socket
		DbdHost=$(host_name)
		DbdAddr=127.0.0.1
		DbdPort=$(($1 + 5))
		SlurmUser=root
		StorageType=accounting_storage/mysql
		StorageHost=localhost
		StorageUser=$database_user
		StorageLoc=slurm
		LogFile=$dir/log/slurmdbd.log
		PidFile=$dir/run/slurmdbd.own.pid
		DebugLevel=info
		# The database is small and ends with the cluster.
		CommitDelay=0
	CONF
}

# Sets $accounting, of cmd_start, where it is empty.
choose_accounting() {
	case $accounting in
	slurmdbd) accounting_programs || die 'no accounting: slurmdbd or MariaDB is not installed' ;;
	none) ;;
	'') accounting=$(accounting_programs && echo slurmdbd || echo none) ;;
	*) die "no such accounting: $accounting" ;;
	esac
}

has_accounting() {
	[ -e "$dir/etc/slurmdbd.conf" ]
}

# Makes the database's files, unless they are there from an earlier try.
make_database() {
	[ ! -d "$dir/db/mysql" ] || return 0
	mkdir -p "$dir/db"
	chmod 700 "$dir/db"
	mariadb-install-db --no-defaults --datadir="$dir/db" --user="$database_user" --skip-test-db \
		--auth-root-authentication-method=socket --auth-root-socket-user="$database_user" \
		>"$dir/log/mariadb-install-db.out" 2>&1
}

# Nothing here has to outlast a loss of power.
start_database() {
	mkdir -p "$dir/db/run"
	launch mariadbd mariadbd --no-defaults --user="$database_user" --datadir="$dir/db" \
		--socket="$dir/db/run/socket" --skip-networking --pid-file="$dir/db/run/pid" \
		--tmpdir="$dir/db/run" --skip-name-resolve --performance-schema=off \
		--innodb-flush-log-at-trx-commit=0 --innodb-doublewrite=0 --innodb-buffer-pool-size=64M
}

start_dbd() {
	# The client library has no other way to learn of a socket.
	MYSQL_UNIX_PORT=$dir/db/run/socket launch slurmdbd slurmdbd -D
}

dbd_answers() {
	client sacctmgr --noheader --parsable2 show cluster >/dev/null 2>&1
}

# True once it does; also ends the wait when it has died.
dbd_answers_or_broken() {
	! is_alive slurmdbd || dbd_answers
}

# add_record WHAT NAME..., unless it is there from an earlier try.
add_record() {
	[ -z "$(client sacctmgr --noheader --parsable2 show "$1" "$2")" ] || return 0
	client sacctmgr --immediate add "$@" >>"$dir/log/sacctmgr.out" 2>&1
}

start_accounting() {
	local account
	make_database || return 1
	start_database
	wait_for 30 test -S "$dir/db/run/socket" || return 1
	start_dbd
	wait_for 30 dbd_answers_or_broken && is_alive slurmdbd || return 1
	add_record cluster "${cluster_name:?}" || return 1
	for account in "${accounts[@]}"; do
		add_record account "$account" cluster="${cluster_name:?}" || return 1
	done
	add_record user "${test_user:?}" account="$(IFS=, && echo "${accounts[*]}")" \
		defaultaccount="${accounts[0]}"
}
