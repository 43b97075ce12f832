# SPDX-License-Identifier: Apache-2.0
# An image's ENTRYPOINT, CMD and WORKDIR mean what Docker says, whichever tool has unpacked the image: ENTRYPOINT and
# CMD in exec form, in shell form, one of them or both, with words of a command and without.
. "$1/lib.bash"

cd "$WORK" || exit
mkdir -p job 'work dir' own
cat >show <<'SHOW'
#!/bin/sh
printf '%s' "${PWD##*/}:"
printf ' <%s>' "$@"
SHOW
chmod +x show

# Each word as JSON has it, and as a shell does.
json() {
	local list='' word
	for word; do
		word=${word//\\/\\\\}
		list+="${list:+,}\"${word//\"/\\\"}\""
	done
	printf '[%s]' "$list"
}

# What each tool makes of ENTRYPOINT and CMD, the arrays entry and cmd: as Enroot imports it, as Apptainer builds
# it, as Charliecloud keeps it.
make_rc() {
	cat <<-RC
		# label with if [ \$# -gt 0 ]; then

		mkdir -p "$PWD/work dir" 2> /dev/null
		cd "$PWD/work dir" && unset OLDPWD || exit 1

		if [ -s $PWD/rc.local ]; then
		    . $PWD/rc.local
		fi

		if [ \$# -gt 0 ]; then
		    exec ${entry[*]@Q} "\$@"
		else
		    exec ${entry[*]@Q} ${cmd[*]@Q}
		fi
	RC
}
make_runscript() {
	cat <<-SCRIPT
		#!/bin/bash
		[ "\$SINGULARITY_NO_EVAL\$APPTAINER_NO_EVAL" = 11 ] || exit 9
		[ \$# -gt 0 ] || set -- ${cmd[*]@Q}
		exec ${entry[*]@Q} "\$@"
	SCRIPT
}
make_config() {
	local member='' command=null
	[ ${#entry[@]} = 0 ] || member+="\"Entrypoint\": $(json "${entry[@]}"), "
	[ ${#cmd[@]} = 0 ] || command=$(json "${cmd[@]}")
	printf '{"architecture": "amd64", "history": [{"config": {"Cmd": ["no"]}}],\n "config": {"Env": ["A=1"], %s"Cmd": %s, "WorkingDir": "%s"}}\n' \
		"$member" "$command" "$PWD/work dir"
}

same() { [ "$2" = "$3" ] || fail "$1: $2 instead of $3"; }
run_step() { HPC_COMPOSE_JOB_DIR=$PWD/job "$RT" step "$@"; }
# wanted WANTED [WORD...]: what the image in entry and cmd does with those words.
wanted() {
	local text=$1 folder="work dir"
	shift
	make_rc >rc
	make_runscript >runscript
	make_config >config
	chmod +x runscript
	echo 'exec "$@"' >rc.local
	same "rc ${entry[*]} + ${cmd[*]} + $*" "$(run_step --image-rc "$PWD/rc" -- "$@")" "$folder: $text"
	same "config ${entry[*]} + ${cmd[*]} + $*" "$(run_step --image-config "$PWD/config" -- "$@")" "$folder: $text"
	same "runscript ${entry[*]} + ${cmd[*]} + $*" \
		"$(run_step --image-run "$PWD/runscript" --chdir "$PWD/$folder" -- "$@")" "$folder: $text"
	for way in rc config; do
		same "$way, a folder of the service's" \
			"$(run_step "--image-$way" "$PWD/$way" --chdir "$PWD/own" -- "$@")" "own: $text"
	done
}

show=$PWD/show
odd=$'two  words \'$HOME\' "`id`" \\ *'
entry=("$show" entry) cmd=()
wanted '<entry> <--option> <a b>' --option 'a b'
wanted "<entry> <$odd>" "$odd"
wanted '<entry>'
entry=("$show" "$odd") cmd=(default 'two words')
wanted "<$odd> <--option>" --option
wanted "<$odd> <default> <two words>"
entry=() cmd=("$show" default)
wanted '<default>'
wanted '<own> <words>' "$show" own words
# In shell form a shell runs the text, and words behind it are its own affair.
entry=(/bin/sh -c "exec $show 'of a shell' \"\$HPC_COMPOSE_SERVICE_NAME\"") cmd=()
export HPC_COMPOSE_SERVICE_NAME=web
wanted '<of a shell> <web>'
wanted '<of a shell> <web>' --option
entry=() cmd=(/bin/sh -c "exec $show 'cmd of a shell'")
wanted '<cmd of a shell>'
entry=("$show") cmd=(/bin/sh -c 'not run')
wanted '</bin/sh> <-c> <not run>'

# Variables with dots in their names arrive behind a shell that keeps none, with words and without.
cat >dotted <<'SHOW'
#!/usr/bin/env python3
import os, sys
print(os.environ.get('node.name'), sys.argv[1:], [n for n in os.environ if n.startswith(('HPCC_DOTS', 'HPCC_STEP'))])
SHOW
chmod +x dotted
entry=("$PWD/dotted" 'else exec ') cmd=(cmd)
make_rc >rc
make_config >config
for way in rc config; do
	same "$way: dots" "$(HPCC_DOTS_node_Dname=n1 run_step "--image-$way" "$PWD/$way" -- word)" "n1 ['else exec ', 'word'] []"
	same "$way: dots" "$(HPCC_DOTS_node_Dname=n1 run_step "--image-$way" "$PWD/$way" --)" "n1 ['else exec ', 'cmd'] []"
done

# What can't be known is said; nothing runs.
refused() {
	local why=$1
	shift
	status=0
	run_step "$@" -- "$show" 2>err >out || status=$?
	same "status of $*" "$status" 127
	[ ! -s out ] || fail "it ran: $*"
	grep -qF "the image doesn't say what its ENTRYPOINT is: $why" err || fail "says: $(cat err)"
}
echo 'exec "$@"' >foreign
for way in rc run config; do
	refused "$PWD/none: No such file" "--image-$way" "$PWD/none"
done
refused "$PWD/foreign: Enroot hasn't written it" --image-rc "$PWD/foreign"
for text in '' '[]' '{' '{"config": {"Entrypoint": [1]}}' '{"config": {"Cmd": ["a}' '{"config"'; do
	printf '%s' "$text" >broken
	refused "$PWD/broken: it isn't the configuration of an image" --image-config "$PWD/broken"
done
head -c 300000 /dev/zero | tr '\0' ' ' >large
refused "$PWD/large: File too large" --image-config "$PWD/large"
echo '{"config": {}}' >empty
! run_step --image-config "$PWD/empty" -- 2>err || fail 'runs nothing'
grep -q 'neither ENTRYPOINT nor CMD' err || fail "says: $(cat err)"
status=0
run_step -- 2>err || status=$?
same 'no words' "$status" 2

# Of a SIF image the folder stands in a part of the file: 128 bytes of head, a descriptor of 585 bytes for each part.
number() {
	local n=$1 i
	for ((i = 0; i < ${2:-8}; i++)); do
		printf '%b' "\\x$(printf %02x $((n >> 8 * i & 255)))"
	done
}
zeros() { head -c "$1" /dev/zero; }
descriptor() { # NAME OFFSET SIZE
	number 16390 4
	number 1 1
	number 0 4
	number 0 4
	number 0 4
	number "$2"
	number "$3"
	zeros 40
	printf '%s' "$1"
	zeros $((128 - ${#1} + 384))
}
make_sif() { # CONFIG
	printf '#!/usr/bin/env run-singularity\n\0SIF_MAGIC\00001\00002\0'
	zeros 40
	number 2
	number 128
	number $((585 * 2))
	number 1298
	number "${#1}"
	descriptor Deffile 1298 0
	descriptor oci-config.json 1298 "${#1}"
	printf '%s' "$1"
}
make_sif '{"Entrypoint":["x"],"WorkingDir":"/srv/a \u00fc"}' >image.sif
same 'folder of a SIF image' "$("$RT" image-folder -- "$PWD/image.sif")" '/srv/a ü'
make_sif '{"Entrypoint":["x"]}' >image.sif
same 'no folder' "$("$RT" image-folder -- "$PWD/image.sif")" ''
for size in 0 20 100 128 600 1298; do
	head -c "$size" image.sif >cut.sif
	same "the first $size bytes" "$("$RT" image-folder -- "$PWD/cut.sif" && echo fine)" fine
done
