# SPDX-License-Identifier: Apache-2.0
# Hosts files of containers: names of services after the nodes' own lines; 127.0.0.1 where both are on one node and no
# other, else addresses; what nodes have in common where a container runs on several; what is missing is told.
. "$1/lib.bash"

same() { [ "$2" = "$3" ] || fail "$1: '$2', not '$3'"; }
cd "$WORK" && mkdir -p job/allocation job/hosts
printf '%s\n' n1 n2 n3 >job/allocation/nodes.txt
printf '127.0.0.1 localhost\n127.0.1.1  n1 # its own\n\n10.9.9.9\tstore Web web-2 # the site\n::1\tlocalhost ip6-localhost\n' >n1.hosts
printf '127.0.0.1 localhost\n127.0.1.1 n2\n10.9.9.9\tstore Web web-2\n' >n2.hosts
: >n3.hosts

# A node tells how it differs from the first one, and where it is.
tells() { SLURMD_NODENAME=$1 SLURM_LAUNCH_NODE_IPADDR=${2-127.0.0.1} "$RT" own-hosts --base n1.hosts --file "$1.hosts"; }
same 'n1 tells' "$(tells n1 | grep -v address)" ''
same 'n2 tells' "$(tells n2 | grep -v address)" $'n2 has 127.0.1.1 n2\nn2 lacks 1\nn2 lacks 3'
same 'n3 tells' "$(tells n3 | grep -v address)" $'n3 lacks 0\nn3 lacks 1\nn3 lacks 2\nn3 lacks 3'
for launch in 127.0.0.1 192.0.2.1 ::1 ::ffff:127.0.0.1 2001:db8::1 '' nonsense; do
	address=$(tells n1 "$launch" | sed -n 's/^n1 address //p')
	[[ $address =~ ^([0-9]+\.){3}[0-9]+$|: ]] || fail "started from '$launch', n1 says it is at '$address'"
done
status=0
"$RT" own-hosts --base n1.hosts >own.out 2>own.err || status=$?
same 'outside of a step' "$status $(grep -c SLURMD_NODENAME own.err)" '3 1'

tells n2 | sed 's/address .*/address 10.0.0.2/' >report
tells n3 | sed 's/address .*/address fd00::3/' >>report
printf 'n1 address 10.0.0.1\nn9 address 10.0.0.9\nsrun: a word of its own\n' >>report
table='hpcc-hosts 1
file 0 nodes 0
file 1 nodes 1
file 2 nodes 0-1
file 3 nodes 2
service web nodes 0,2
name WWW nodes 0,2
service db nodes 1
service db-1 nodes 2'
"$RT" hosts --dir job --base n1.hosts --nodes report <<<"$table"
names() { # ADDRESS of db, and of db-1
	printf '%s\n' 'web	10.0.0.1' 'web-1	10.0.0.1' 'WWW	10.0.0.1' "db	$1" "db-1	$2" "db-1-1	$2"
}
# Only what others than services are called is left of own lines; a node of a service goes by its number unless the
# site, or a service, has the name.
has() { # FILE OWN-LINES NAMES
	same "hosts/$1, own lines" "$(sed '/^[^\t]*\tweb$/,$d' "job/hosts/$1")" "$2"
	same "hosts/$1, names" "$(sed -n '/\tweb$/,$p' "job/hosts/$1" | awk '{ print $2 "\t" $1 }')" "$3"
}
has 0 $'127.0.0.1\tlocalhost\n127.0.1.1\tn1\n10.9.9.9\tstore\tweb-2\n::1\tlocalhost\tip6-localhost' \
	"$(names 10.0.0.2 fd00::3)"
has 1 $'127.0.0.1\tlocalhost\n10.9.9.9\tstore\tweb-2\n127.0.1.1\tn2' "$(names 127.0.0.1 fd00::3)"
has 2 $'127.0.0.1\tlocalhost\n10.9.9.9\tstore\tweb-2\n10.0.0.1\tn1\n10.0.0.2\tn2' \
	"$(names 10.0.0.2 fd00::3)"
has 3 $'127.0.0.1\tlocalhost' "$(names 10.0.0.2 127.0.0.1)"
same 'mode' "$(stat -c %a job/hosts/0)" 644

# A node that says nothing, and a job of one.
"$RT" hosts --dir job --base n1.hosts --nodes <(grep -v ^n3 report) <<<"$table" 2>told
same 'told once' "$(grep -c 'node n3 has not said its address' told)" 1
same 'left out' "$(grep -c db-1 job/hosts/0)" 0
echo n1 >job/allocation/nodes.txt
"$RT" hosts --dir job --base no.hosts <<<$'hpcc-hosts 1\nfile 0 nodes all\nservice web nodes all'
same 'one node' "$(cat job/hosts/0)" $'127.0.0.1\tlocalhost\n127.0.0.1\tweb\n127.0.0.1\tweb-1'

refused() { # MESSAGE TABLE
	local status=0 words
	words=$("$RT" hosts --dir job <<<"$2" 2>&1) || status=$?
	same "the status of '$2'" "$status" 2
	[[ $words = *"$1"* ]] || fail "'$2' is told '$words'"
}
refused "begins with 'hpcc-hosts 1'" 'hpcc-hosts 2'
refused "line 2: not 'file', 'service' or 'name'" $'hpcc-hosts 1\nhost web nodes 0'
refused "line 2: not 'file', 'service' or 'name'" $'hpcc-hosts 1\nservice web nodes x'
refused 'line 3: the name of a file is a number' $'hpcc-hosts 1\nfile 0 nodes 0\nfile ../x nodes 0'
refused "line 2: not a set of this job's nodes" $'hpcc-hosts 1\nservice web nodes 0-1'
