# SPDX-License-Identifier: Apache-2.0
# The step shim gives the value of HPCC_ENV_NAME to NAME, whatever a container has put there.
. "$1/lib.bash"

values=$(env HPCC_ENV_PATH="$PATH" PATH=/nowhere X=image HPCC_ENV_X=$'a "b"\n$HOME `id` =c' HPCC_ENV_EMPTY= \
	HPCC_ENV_HPCC_ENV_Y=y "$RT" step --dir "$WORK" -- bash -c \
	'printf "%s|" "$X" "${EMPTY-unset}" "$Y"; env | grep -c ^HPCC_ENV_ || :')
[ "$values" = $'a "b"\n$HOME `id` =c||y|0' ] || fail "variables: $values"
