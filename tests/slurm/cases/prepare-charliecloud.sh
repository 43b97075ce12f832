# SPDX-License-Identifier: Apache-2.0
# An ordinary user prepares images with Charliecloud's own tools, from a local base and from a registry
# on this machine, and runs them on the nodes. Nothing is made twice, and everything that goes into
# an image makes another when it changes.
# shellcheck disable=SC2016 # specs and scripts in single quotes
command -v ch-image >/dev/null || { echo '# skipped: no ch-image (Debian package charliecloud-builders)' && exit 0; }
export CH_IMAGE_STORAGE=$PWD/storage HOME=$PWD # a user without any git configuration
images=$(dirname "${IMAGE:?}")
cp -R "$images/charliecloud" base

cat >compose.yaml <<'YAML'
runtime: {backend: charliecloud}
x-slurm: {cache_dir: ./cache, time: 3}
services:
  made:
    image: ./base.sqfs
    script: cat /made "/opt/with blank/file"
    x-runtime:
      prepare:
        commands:
          - echo "made by $(id -u), it's $KEY" >/made
          - mkdir -p "/opt/with blank" && echo kept >"/opt/with blank/file"
          - echo said while preparing
        env: {KEY: "a  b"}
YAML
mksquashfs base base.sqfs -all-root -no-xattrs -no-progress -quiet >/dev/null

# prepare STATUS SPEC: what it says goes to prepare.log.
prepare() {
	local status=0
	"$HPCC" prepare "$2" >prepare.log 2>&1 || status=$?
	[ "$status" = "$1" ] || fail "hpcc prepare ended with $status, not $1: $(cat prepare.log)"
}

# prepared_images: how many there are; nothing else is ever left behind.
prepared_images() {
	local odd
	odd=$(find cache storage/img -mindepth 1 -name 'hpcc-*' -o -name '*.work')
	[ -z "$odd" ] || fail "left behind: $odd"
	find cache/prepared -name '[0-9a-f]*-made.sqfs' | wc -l
}

# unpacked PATH: a file of the newest image.
unpacked() {
	local newest
	newest=$(find cache/prepared -name '*.sqfs' -printf '%T@ %p\n' | sort -n | tail -n 1)
	unsquashfs -cat "${newest#* }" "$1"
}

prepare 0 compose.yaml
assert_log prepare.log '^said while preparing$'
assert_equal 'images' "$(prepared_images)" 1
assert_equal 'what the commands made' "$(unpacked made)" "made by 0, it's a  b"
[[ $(basename cache/prepared/*.sqfs) =~ ^[0-9a-f]{16}-made\.sqfs$ ]] || fail "odd name: $(ls cache/prepared)"
prepare 0 compose.yaml
assert_log prepare.log '^images: nothing to make, 1 found$'
assert_no_log prepare.log 'said while preparing'

# Another command, another base, other variables: other images.
sed 's/said while/said again while/' compose.yaml >command.yaml
prepare 0 command.yaml
assert_log prepare.log '^said again while preparing$'
assert_equal 'images' "$(prepared_images)" 2
sed 's/a  b/other/' compose.yaml >variable.yaml
prepare 0 variable.yaml
assert_equal 'what the commands made' "$(unpacked made)" "made by 0, it's other"
echo changed >base/changed
mksquashfs base base.sqfs -noappend -all-root -no-xattrs -no-progress -quiet >/dev/null
prepare 0 compose.yaml
assert_equal 'images' "$(prepared_images)" 4
assert_equal 'the new base' "$(unpacked changed)" changed

# A folder as base; any change in it counts.
sed 's/base.sqfs/folder.sqfs/' compose.yaml >folder.yaml
cp -R base folder.sqfs
prepare 0 folder.yaml
assert_equal 'images' "$(prepared_images)" 5
prepare 0 folder.yaml
assert_no_log prepare.log 'said while preparing'
echo more >folder.sqfs/changed
prepare 0 folder.yaml
assert_equal 'images' "$(prepared_images)" 6
assert_equal 'the new base' "$(unpacked changed)" more

# A mount is there while commands run, and makes hpcc build every time.
mkdir 'input folder' && echo input >'input folder/file'
sed "s|^        env:.*|        mounts: ['./input folder:/mnt/in put']|; s|said while preparing|\$(cat '/mnt/in put/file')|" \
	compose.yaml >mount.yaml
prepare 0 mount.yaml
assert_log prepare.log '^input$' # shows: services.<name>.x-runtime.prepare.mounts
prepare 0 mount.yaml
assert_log prepare.log '^input$'
assert_equal 'images' "$(prepared_images)" 7

# A command that fails: its words are shown, no image is made, nothing stays.
sed 's/echo said while preparing/echo the disk is gone >\&2; exit 7/' compose.yaml >fails.yaml
prepare 3 fails.yaml
assert_log prepare.log '^the disk is gone$'
assert_log prepare.log "^hpcc: preparing an image: 'ch-image' ended with status 1$"
assert_equal 'images' "$(prepared_images)" 7

# Secrets among the variables are neither printed nor kept in the image.
printf 'secrets: {TOKEN: {env: MY_TOKEN}}\n%s\n' "$(sed 's/"a  b"/"${TOKEN}"/; s/, it.s \$KEY//' compose.yaml)" >secret.yaml
MY_TOKEN=very-hidden prepare 0 secret.yaml
assert_no_log prepare.log 'very-hidden'
unsquashfs -no-progress -d unpacked "$(find cache/prepared -name '*.sqfs' -newer secret.yaml)" >/dev/null
! grep -rqs very-hidden unpacked storage || fail 'the image holds the secret'

# Nor in an argument of any process while they are used; TERM ends everything, and nothing stays.
sed "s/echo said while preparing/while :; do sleep 9$$; done/" secret.yaml >hangs.yaml
in_the_making() {
	pgrep -f -u "$(id -u)" "sleep 9$$" >/dev/null
}
for signal in TERM INT KILL; do
	# A shell's background commands ignore INT.
	MY_TOKEN=very-hidden python3 -c 'import os, signal, sys
signal.signal(signal.SIGINT, signal.SIG_DFL); os.execv(sys.argv[1], sys.argv[1:])' \
		"$HPCC" prepare hangs.yaml >prepare.log 2>&1 &
	prepare=$!
	wait_until 60 in_the_making
	for process in /proc/[0-9]*; do
		! tr '\0' ' ' <"$process/cmdline" 2>/dev/null | grep >/dev/null very-hidden || fail "an argument of $process"
	done
	kill -s $signal $prepare
	! wait $prepare || fail "$signal is taken for a success"
	[ $signal = KILL ] || assert_equal "images after $signal" "$(prepared_images)" 8
done
# What the killed one has left goes before anything else is made.
pkill -KILL -u "$(id -u)" -f "sleep 9$$" || :
prepare 0 compose.yaml
assert_equal 'images' "$(prepared_images)" 8

# An image from a registry, with its variables.
registry=''
serve_images() {
	local port
	port=$(free_port)
	openssl req -x509 -newkey rsa:2048 -nodes -keyout key.pem -out cert.pem -days 2 -subj /CN=localhost \
		-addext subjectAltName=DNS:localhost >/dev/null 2>&1
	cat >registry.yml <<-YAML
		version: 0.1
		storage: {filesystem: {rootdirectory: $PWD/registry}}
		http: {addr: "localhost:$port", tls: {certificate: $PWD/cert.pem, key: $PWD/key.pem}}
	YAML
	docker-registry serve registry.yml >registry.log 2>&1 &
	server=$!
	trap 'kill "$server"' EXIT
	registry=localhost:$port
	python3 "$SOURCE/cases/make-docker-archive.py" base image.tar PATH=/bin:/usr/local/bin "FROM_IMAGE=the image's" WHO_WINS=image
	wait_until 20 file_matches registry.log 'listening on'
	skopeo --insecure-policy copy --dest-tls-verify=false docker-archive:image.tar "docker://$registry/tiny:1" >skopeo.log 2>&1 ||
		fail "skopeo: $(cat skopeo.log)"
	export REQUESTS_CA_BUNDLE=$PWD/cert.pem
}
if command -v docker-registry >/dev/null && command -v skopeo >/dev/null; then
	serve_images
	cat >registry.yaml <<-YAML
		runtime: {backend: charliecloud}
		x-slurm: {cache_dir: ./cache, time: 3}
		services:
		  plain:
		    image: $registry/tiny:1
		    script: echo "\$FROM_IMAGE \$WHO_WINS"
		    environment: {WHO_WINS: environment}
	YAML
	prepare 0 registry.yaml
	[[ $(basename cache/base/*.sqfs) =~ ^[0-9a-f]{16}-localhost_[0-9]+_tiny_1\.sqfs$ ]] || fail "odd name: $(ls cache/base)"
	prepare 0 registry.yaml
	assert_log prepare.log '^images: nothing to make, 1 found$'
else
	echo '# no registry (Debian packages docker-registry, skopeo)'
fi

# run_image SPEC SERVICE: where nobody may use FUSE, the image is unpacked first.
run_image() {
	local image
	compile "$1.yaml"
	if [ ! -w /dev/fuse ]; then
		echo "# $1: unpacked, since /dev/fuse can't be opened"
		image=$(sed -n 's|^ *"\$CACHE_ROOT/\(.*\)" -- .*|\1|p' "$1.sbatch")
		ch-convert -i squash -o dir "cache/$image" "cache/$image.dir" >/dev/null 2>&1
		sed -i "s|$image|&.dir|" "$1.sbatch"
	fi
	submit "$1.sbatch"
	wait_job
	assert_state COMPLETED
	assert_nothing_left
}
run_image compose
# shows: services.<name>.x-runtime.prepare.{commands,env}
assert_equal 'from the nodes' "$(cat "$(log_of made)")" "made by 0, it's a  b"$'\nkept'
[ -z "$registry" ] || {
	run_image registry
	assert_equal 'the variables' "$(cat "$(log_of plain)")" "the image's environment"
}
