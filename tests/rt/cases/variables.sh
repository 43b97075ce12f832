# SPDX-License-Identifier: Apache-2.0
# The step shim gives the value of HPCC_ENV_NAME to NAME, whatever a container has put there, and that of
# HPCC_LINES_NAME with its line breaks; and it sets an image's variables as the tool reads them.
. "$1/lib.bash"

values=$(env HPCC_ENV_PATH="$PATH" PATH=/nowhere X=image HPCC_ENV_X=$'a "b"\n$HOME `id` =c' HPCC_ENV_EMPTY= \
	HPCC_ENV_HPCC_ENV_Y=y "$RT" step --dir "$WORK" -- bash -c \
	'printf "%s|" "$X" "${EMPTY-unset}" "$Y"; env | grep -c ^HPCC_ENV_ || :')
[ "$values" = $'a "b"\n$HOME `id` =c||y|0' ] || fail "variables: $values"

# shellcheck disable=SC1003 # a backslash at the end of a value
values=$(env X=image HPCC_LINES_X=':one\n PATH=two\\n\n' HPCC_LINES_EMPTY=: HPCC_LINES_Q=':"q" \' "$RT" step --dir "$WORK" -- \
	bash -c 'printf "%s|" "$X" "${EMPTY-unset}" "$Q"; env | grep -c ^HPCC_LINES_ || :')
[ "$values" = $'one\n PATH=two\\n\n||"q" \\|0' ] || fail "lines: $values"

# Names with dots, which no shell sets, and small ones lose.
values=$(env HPCC_DOTS_node_Dname=n1 HPCC_DOTS_a_Db__c_D=$'two\nlines=1' HPCC_LINES_HPCC_DOTS_l_Dl=':x\ny' "$RT" step --dir "$WORK" -- \
	env -0 | tr '\0' '|' | grep -oE 'node.name=n1|a.b_c.=two|lines=1|l.l=x|HPCC_DOTS' | sort | paste -sd ' ')
[ "$values" = 'a.b_c.=two l.l=x lines=1 node.name=n1' ] || fail "dots: $values"

cat >"$WORK/environment" <<'IMAGE'
# a comment
A=image
 B="in quotes"
C='in these'
D='"both"'
E=${HOST}
KEPT=image
HOME=/root
ENROOT_X=image
SLURM_X=image
no name=image
F=a=b
IMAGE
# seen OPTION: the variables with that option of the shim.
seen() {
	env -i HOME=/home/user E=tool KEPT=service "$RT" step --dir "$WORK" "$1" "$WORK/environment" --keep KEPT,OTHER -- \
		/usr/bin/env | grep -v '^HPC_COMPOSE' | LC_ALL=C sort | paste -sd ' '
}
enroot=$(seen --enroot-env)
[ "$enroot" = "A=image B=in quotes C=in these D=\"both\" E=tool F=a=b HOME=/home/user KEPT=service" ] || fail "Enroot's: $enroot"
charliecloud=$(seen --image-env)
[ "$charliecloud" = ' B="in quotes" A=image C=in these D="both" E=${HOST} ENROOT_X=image F=a=b HOME=/root KEPT=service no name=image' ] ||
	fail "Charliecloud's: $charliecloud"
