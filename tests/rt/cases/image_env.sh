# SPDX-License-Identifier: Apache-2.0
# The shim sets the variables of an image but for those of the job and those it is told to keep.
. "$1/lib.bash"

cd "$WORK" || exit
printf '%s\n' "PATH=/opt/tool/bin:/bin:/usr/bin" "MINE=image" "TAKEN=image" "QUOTED='a  b'" "EMPTY=" '# NO=1' 'NOTHING' \
	'=odd' 'EQUALS=a=b' 'HPC_COMPOSE_JOB_DIR=/elsewhere' 'SLURM_JOB_ID=image' >environment
printf 'LAST=without an end' >>environment
mkdir -p job
show() {
	HPC_COMPOSE_JOB_DIR=$PWD/job SLURM_JOB_ID=7 MINE='' TAKEN=host "$RT" step "$@" -- \
		sh -c 'for n in PATH MINE TAKEN QUOTED EMPTY NOTHING EQUALS HPC_COMPOSE_JOB_DIR SLURM_JOB_ID LAST; do
			eval "echo $n \"<\${$n-unset}>\""; done'
}
show --image-env "$PWD/environment" --keep OTHER,MINE >got
diff - got <<WANTED || fail 'other variables'
PATH </opt/tool/bin:/bin:/usr/bin>
MINE <>
TAKEN <image>
QUOTED <a  b>
EMPTY <>
NOTHING <unset>
EQUALS <a=b>
HPC_COMPOSE_JOB_DIR <$PWD/job>
SLURM_JOB_ID <7>
LAST <without an end>
WANTED
show --image-env "$PWD/none" >got
grep -qx 'TAKEN <host>' got || fail 'a file that is not there sets something'
