# SPDX-License-Identifier: Apache-2.0
# Which variables a step has inside the Pyxis stand-in, and inside Pyxis where that is installed. Enroot
# keeps the container's own in a file of lines, and starts the image's shell as a login shell.
# shellcheck disable=SC2016 # for the shell inside

inside() {
	slurm srun --container-image="$IMAGE" "$@" 2>inside.err || fail "srun $*: $(cat inside.err)"
}

assert_equal 'language' "$(inside sh -c 'echo ${LANG-none}')" none
assert_equal 'language, asked for' "$(inside --container-env=LANG sh -c 'echo ${LANG-none}')" "$LANG"

export HOST_ONLY=host WHO_WINS=host EMPTY=''
show='echo $HOST_ONLY $WHO_WINS $IMAGE_ONLY $PATH'
assert_equal 'environment' "$(inside sh -c "$show")" 'host image image /bin'
assert_equal 'environment, asked for' "$(inside --container-env=WHO_WINS,HOST_ONLY sh -c "$show")" \
	'host host image /bin'
WHO_WINS='' assert_equal 'an empty value, asked for' \
	"$(WHO_WINS='' inside --container-env=WHO_WINS sh -c 'echo "<$WHO_WINS>"')" '<>'

# Enroot's folders are kept from Enroot, not from the task.
export ENROOT_CACHE_PATH=/somewhere ENROOT_DATA_PATH=/somewhere ENROOT_TEMP_PATH=/somewhere
assert_equal 'folders of Enroot' "$(inside sh -c 'echo $ENROOT_CACHE_PATH $ENROOT_DATA_PATH $ENROOT_TEMP_PATH')" \
	'/somewhere /somewhere /somewhere'
unset ENROOT_CACHE_PATH ENROOT_DATA_PATH ENROOT_TEMP_PATH

# A value with line breaks is whole, but its further lines are variables, too, when it is asked for.
export LINES_OF=$'first\nSECOND=second\nnot one\nPATH=/bin:/third'
show='echo "$LINES_OF/${SECOND-none}/$PATH"'
assert_equal 'lines' "$(inside sh -c "$show")" "$LINES_OF/none//bin"
assert_equal 'lines, asked for' "$(inside --container-env=LINES_OF sh -c "$show")" "$LINES_OF/second//bin:/third"

# The image's shell reads the image's profile.
cp -R "${IMAGE%.sqsh}" debian
echo 'export PATH=/usr/bin:/bin IMAGE_ONLY=profile' >debian/etc/profile
printf 'PATH=/opt/conda/bin:/bin\nQUOTED="in quotes"\nFROM_HOST=<${HOST_ONLY}>\n' >>debian/etc/environment
mksquashfs debian debian.sqsh -all-root -no-xattrs -no-progress -quiet >/dev/null
IMAGE=$PWD/debian.sqsh
assert_equal 'profile' "$(inside sh -c 'echo $PATH $IMAGE_ONLY, $QUOTED, $FROM_HOST')" \
	'/usr/bin:/bin profile, in quotes, <host>'

if [ -z "$PYXIS" ]; then
	echo no-login-shell >debian/etc/standin
	IMAGE=$PWD/debian
	assert_equal 'no profile' "$(inside sh -c 'echo $PATH $IMAGE_ONLY')" '/opt/conda/bin:/bin image'
fi
