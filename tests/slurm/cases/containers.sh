# SPDX-License-Identifier: Apache-2.0
# What containers promise, under Pyxis and Charliecloud: an image that holds little more than one static
# program, volumes that are what they say, under odd names, the submitter's own user,
# nothing else written, what is missing refused before the job, and told apart in it.
# shellcheck disable=SC2016 # names in single quotes
mkdir bin
musl-gcc -static -Os -s -D_GNU_SOURCE -o bin/witness "$SOURCE/matrix/witness.c" || fail 'no static C compiler'

# Folders of the host, and where they are seen.
odd=("a b" "it's" '-dash' 'übung' '#hash' 'semi;colon' 'star*' 'back\slash' 'equals=x')
shells=('dollar$HOME' '"quoted"' '`tick`') # Pyxis would give them to a shell
mkdir rw 'read only'
for name in "${odd[@]}" "${shells[@]}"; do
	mkdir -p "host/$name"
done
mkdir -p tiny/{work,rw,'read only',odd,proc,sys,dev,etc,tmp,run,hpc-compose/job,bin}
for name in "${odd[@]}" "${shells[@]}"; do
	mkdir "tiny/odd/$name"
done
cp bin/witness tiny/witness
touch tiny/etc/{passwd,group} # ch-run mounts its own there
cp -R tiny with-shell # with which Pyxis starts a container
# shellcheck disable=SC2153 # the runner sets it
cp "${IMAGE%.sqsh}/bin/busybox" with-shell/bin/sh
mksquashfs with-shell tiny.sqsh -all-root -no-xattrs -no-progress -quiet >/dev/null

# spec BACKEND FOLDER...: with these folders mounted; `$` is doubled for hpcc.
spec() {
	local name backend=$1 image=$PWD/tiny.sqsh mode=:ro folders
	[ "$1" = pyxis ] || { image=$PWD/tiny && mode=''; }
	shift
	folders='/:/work:/rw:/read only'
	for name; do
		folders+=:/odd/$name
	done
	python3 - "$backend" "$image" "$mode" "$PWD" "$folders" "$@" <<-'PYTHON'
		import json, sys
		backend, image, mode, here, folders, *odd = sys.argv[1:]
		text = lambda value: json.dumps(value.replace('$', '$$'), ensure_ascii=False)
		mounts = [f'{here}/rw:/rw', f'{here}/read only:/read only{mode}']
		mounts += [f'{here}/host/{name}:/odd/{name}' + (':rw' if backend == 'pyxis' else '') for name in odd]
		print(f'runtime: {{backend: {backend}}}')
		print('x-slurm: {time: 3}\nservices:\n  inside:')
		print(f'    image: {text(image)}\n    command: [/witness, "two words"]\n    working_dir: /work')
		print(f'    environment: {{WITNESS_FOLDERS: {text(folders)}}}\n    volumes:')
		for mount in mounts:
		    print(f'      - {text(mount)}')
	PYTHON
}

for backend in pyxis charliecloud; do
	[ $backend = pyxis ] || odd+=("${shells[@]}")
	spec $backend "${odd[@]}" >$backend.yaml
	compile $backend.yaml -W no-A05
	submit $backend.sbatch
	wait_job
	assert_state COMPLETED
	seen=$(job_dir)/seen/inside.0.1
	assert_log "$seen" '^word "two words"$'
	assert_log "$seen" '^folder "/work"$'
	assert_log "$seen" "^user $(id -u) $(id -u)\$"
	assert_log "$seen" "^group $(id -g) $(id -g)\$"
	assert_log "$seen" '^parent hpcc-rt$'
	assert_log "$seen" '^at /rw: owner [0-9]+, writable$'
	for name in "${odd[@]}"; do
		grep -qxF "at /odd/$name: owner $(id -u), writable" "$seen" || fail "$backend: no volume '$name'"
	done
	assert_log "$seen" '^at /: .*Read-only file system$'
	[ $backend = charliecloud ] || assert_log "$seen" '^at /read only: .*Read-only file system$'
	assert_nothing_left
done

# The image's own command, with the service's variables; a variable that the image sets too.
cp -R "$(dirname "${IMAGE:?}")/image" own
cat >own/etc/rc <<'RC'
. /etc/rc.local
echo "the image's own: $WHO_WINS $IMAGE_ONLY $HPC_COMPOSE_SERVICE_NAME in $PWD with <$*>"
exit 3
RC
mksquashfs own own.sqsh -all-root -no-xattrs -no-progress -quiet >/dev/null
cat >default.yaml <<YAML
x-slurm: {time: 3}
services:
  default:
    image: $PWD/own.sqsh
    environment: {WHO_WINS: environment}
YAML
compile default.yaml
submit default.sbatch
wait_job
assert_state FAILED
assert_exit 3
assert_log "$(log_of default)" "^the image's own: environment image default in "
assert_log "slurm-$JOB.out" "^hpcc: service 'default' exited with status 3: job fails"

# A mount source that went away after the job was compiled.
for backend in pyxis charliecloud; do
	mkdir gone
	sed "s|$PWD/rw:/rw|$PWD/gone:/rw|" $backend.yaml >gone-$backend.yaml
	compile gone-$backend.yaml -W no-A05
	rmdir gone
	submit gone-$backend.sbatch
	wait_job
	assert_state FAILED
	assert_log "slurm-$JOB.out" "^hpcc: service 'inside' exited with status 1 \(not-started\): job fails$"
	assert_log "$(log_of inside)" 'gone'
done

# A shell would evaluate these.
for name in "${shells[@]}"; do
	spec pyxis "$name" >shell.yaml
	"$HPCC" validate -W no-A05 shell.yaml >shell.log 2>&1 && fail "a mount of '$name' is accepted"
	assert_log shell.log 'which its shell evaluates \[B01'
done

# Before the job: an image that isn't there, a folder to mount, a mount point that ch-run wouldn't make.
# refused SPEC MESSAGE: hpcc submits nothing and says why.
refused() {
	local status=0
	"$HPCC" submit "$1" >refused.log 2>&1 || status=$?
	assert_equal "status of hpcc submit $1" "$status" 3
	assert_log refused.log "$2"
	[ -z "$(slurm squeue --noheader --me --name="${1%.yaml}")" ] || fail "a job of $1 was submitted"
}
sed 's/tiny.sqsh/none.sqsh/; 1i name: no-image' pyxis.yaml >no-image.yaml
refused no-image.yaml "none.sqsh' doesn't exist"
sed "s|$PWD/rw:/rw|./none:/rw|; 1i name: no-source" pyxis.yaml >no-source.yaml
refused no-source.yaml "none' doesn't exist"
sed "s|:/rw\"|:/nowhere\"|; 1i name: no-point" charliecloud.yaml >no-point.yaml
refused no-point.yaml "has no '/nowhere' for a mount, and ch-run doesn't make it"
