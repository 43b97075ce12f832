# SPDX-License-Identifier: Apache-2.0
# Words that trip shells, Slurm and containers, each in every field of a spec that reaches a process, a
# path or an option: in a running job each arrives as it was written, or hpcc refuses it with a place.
mkdir bin
musl-gcc -static -Os -s -D_GNU_SOURCE -o bin/witness "$SOURCE/matrix/witness.c" || fail 'no static C compiler'
PATH=$PWD/bin:$PATH
for folder in image charliecloud; do
	cp -R "$(dirname "${IMAGE:?}")/$folder" $folder
	cp bin/witness $folder/bin/
done
mkdir -p charliecloud/{hpc-compose/resume,mnt/scratch,mnt/volume}
mksquashfs image image.sqsh -all-root -no-xattrs -no-progress -quiet >/dev/null

# One folder a word and backend, with spec.yaml and the word; the list of them.
python3 "$SOURCE/cases/odd-words.py" write host pyxis charliecloud >folders

module() { printf '%s|' "$@" >>"$MODULES"; echo >>"$MODULES"; }
export -f module
declare -A job_of=()
refused=0
while read -r folder; do
	pushd "$folder" >/dev/null || exit
	status=0
	FROM_OUTSIDE=$(cat word) "$HPCC" spec.yaml -o spec.sbatch >compile.log 2>&1 || status=$?
	if [ -e refuse ]; then
		assert_equal "status of hpcc for $(cat word)" "$status" 2
		while read -r message; do
			assert_log compile.log "^spec\.yaml:[0-9]+:[0-9]+: error: .*$message"
		done <refuse
		refused=$((refused + 1))
	else
		[ "$status" = 0 ] || fail "$folder, $(cat word): hpcc ended with $status: $(cat compile.log)"
		MODULES=$PWD/modules submit spec.sbatch
		job_of[$folder]=$JOB
	fi
	popd >/dev/null || exit
done <folders
[ $refused -gt 0 ] || fail 'no word was refused'

for folder in "${!job_of[@]}"; do
	JOB=${job_of[$folder]}
	pushd "$folder" >/dev/null || exit
	wait_job
	[ "$STATE" = COMPLETED ] || fail "$folder, $(cat word): $STATE: $(cat out* -- */*/logs/*.log 2>/dev/null | tail -n 20)"
	python3 "$SOURCE/cases/odd-words.py" check "$JOB" || fail "$folder, $(cat word)"
	popd >/dev/null || exit
done
echo "# ${#job_of[@]} jobs, $refused refused"
[ ${#job_of[@]} -gt 40 ] || fail 'too few jobs'
