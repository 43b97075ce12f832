# SPDX-License-Identifier: Apache-2.0
# The same three jobs on the nodes, in Pyxis's containers and in Charliecloud's: what processes see,
# how they end, and what the job leaves behind must agree, but for what matrix/differences lists.
matrix=$SOURCE/matrix

# A static program: the same in all containers, and on the nodes.
mkdir bin
musl-gcc -static -Os -s -D_GNU_SOURCE -o bin/witness "$matrix/witness.c" || fail 'no static C compiler'
for folder in image charliecloud; do
	cp -R "$(dirname "${IMAGE:?}")/$folder" $folder
	cp bin/witness $folder/bin/
done
mksquashfs image image.sqsh -all-root -no-xattrs -no-progress -quiet >/dev/null
# Charliecloud makes no mount points in an image, whose variables it keeps in a file.
mkdir -p charliecloud/{scratch,hpc-compose/resume,ch}
cp charliecloud/etc/environment charliecloud/ch/
PATH=$PWD/bin:$PATH
umask 022

declare -A job_of=()
# start BACKEND NAME: in a folder of its own.
start() {
	local folder=$PWD/$1-$2 image=''
	mkdir -p "$folder/data in" "$folder/scratch"
	echo 'data that was staged in' >"$folder/data in/file"
	sed "s/@PORT1@/$(free_port)/; s/@PORT2@/$(free_port)/" "$matrix/$2.yaml" >"$folder/$2.yaml"
	case $1 in
	pyxis) image=$PWD/image.sqsh ;;
	charliecloud) image=$PWD/charliecloud ;;
	esac
	pushd "$folder" >/dev/null || exit
	FOLDER=$folder overlay "$1" "$folder/$2.yaml" "$image"
	FOLDER=$folder compile "$2-$1.yaml" -W no-A14
	submit "$2-$1.sbatch"
	job_of[$1-$2]=$JOB
	popd >/dev/null || exit
}

for name in services ranks parts; do
	for backend in host pyxis charliecloud; do
		start $backend $name
	done
done
for which in "${!job_of[@]}"; do
	JOB=${job_of[$which]}
	pushd "$which" >/dev/null || exit
	wait_job
	echo "# $which: $STATE, exit $EXIT_CODE"
	mapfile -t nodes < <(job_nodes)
	python3 "$matrix/observe.py" "${which%-*}" "$JOB" "../${which#*-}/${which%-*}" "${nodes[@]}"
	echo "$STATE $EXIT_CODE" >"../${which#*-}/${which%-*}/slurm"
	assert_nothing_left
	popd >/dev/null || exit
done
python3 "$matrix/compare.py" "$matrix/differences" services ranks parts || fail 'they differ'

# What they agree in is what was promised.
assert_equal 'services' "$(cat services/host/slurm)" 'COMPLETED 0:0'
assert_equal 'ranks' "$(cat ranks/host/slurm)" 'COMPLETED 0:0'
assert_equal 'parts' "$(cat parts/host/slurm)" 'FAILED 3:0'
assert_equal 'what was staged out' "$(cat services/host/result)" result
assert_equal 'what was saved' "$(cat services/host/resume/saved)" saved
assert_log services/host/logs/odd_x20_name.1.log '^data that was staged in$'
assert_log services/host/logs/by-port.log '^signal 15$' # its TERM handler ran
assert_log services/host/logs/by-http.log '^signal 12$' # stop_signal; then it was killed
assert_log services/host/seen/words.0.1 '^word "ü→"$'
assert_log services/host/seen/words.0.1 '^variable "WHO_WINS=environment"$'
assert_log services/host/seen/words.0.1 '^folder "/tmp"$'
assert_log services/host/seen/words.0.1 '^standard input: at its end$'
assert_log services/host/seen/string.0.1 '^word "set-up.s own"$'
assert_no_log services/host/seen/words.0.1 '^variable "HPCC_'
assert_equal 'descriptors' "$(grep -c '^descriptor' services/host/seen/words.0.1)" 3
assert_equal 'launches' "$(printf '%s ' services/host/seen/restarts.*)" \
	"$(printf 'services/host/seen/restarts.0.%s ' 1 2 3)"
assert_equal 'ranks on nodes' "$(sed -n 's/^variable "HPC_COMPOSE_DIST_\(GLOBAL\|NODE\|LOCAL\)_RANK=\(.*\)"$/\2/p' \
	ranks/host/seen/ranks.3.1 | paste -sd' ')" '3 1 1'
assert_log ranks/host/seen/ranks.3.1 '^in HPC_COMPOSE_MPI_HOSTFILE: <node 1> slots=2$'
assert_equal 'signals of both ranks' "$(grep -c '^signal 15$' parts/host/logs/beside.log)" 2
assert_log parts/host/batch "^hpcc: service 'evaluate' exited with status 3: job fails$"
