#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# shellcheck disable=SC2016 # specs and programs in single quotes
# Modules by what sites really have: Environment Modules and Lmod as Debian packages them (./bootstrap puts both
# in place), found by variables and by the profile; and Spack's way to them.
tests=$(cd "$(dirname "$0")/.." && pwd)
# shellcheck source=tests/cli/lib.bash disable=SC1091,SC2154
. "$tests/cli/lib.bash"
unset MODULESHOME LMOD_PKG SPACK_ROOT BASH_ENV "${!BASH_FUNC_@}"

environment_modules=/usr/share/modules lmod=/usr/share/lmod/lmod
for init in $environment_modules $lmod; do
	[ -e "$init/init/bash" ] && continue
	echo "skipped: $init isn't here; ./bootstrap puts it there"
	exit 77
done

# A module that a variable tells of, one that conflicts with it, and one that needs what isn't there.
mkdir -p modulefiles/gcc modulefiles/clang modulefiles/broken
printf '#%%Module1.0\nsetenv GCC_LOADED 13.2\nprepend-path PATH /opt/gcc-13.2/bin\n' >modulefiles/gcc/13.2
printf '#%%Module1.0\nconflict gcc\nsetenv CLANG_LOADED 16\n' >modulefiles/clang/16
printf '#%%Module1.0\nprereq nothing-of-that-name\n' >modulefiles/broken/1
export MODULEPATH=$PWD/modulefiles

cat >compose.yaml <<'YAML'
name: modules
runtime: {backend: host}
x-slurm: {time: 1}
modules: [gcc/13.2]
services:
  job:
    command: ["bash", "-c", "echo \"gcc $$GCC_LOADED $${PATH%%:*}\" >job.txt"]
  own:
    x-env: {modules: {purge: true, load: [clang]}}
    command: ["bash", "-c", "echo \"clang $$CLANG_LOADED gcc $${GCC_LOADED-none}\" >own.txt"]
YAML

# loads WHAT [NAME=VALUE…]: the job's module is there for one service, another one's own for the other.
loads() {
	local what=$1
	shift
	rm -f job.txt own.txt
	run 0 env "$@" hpcc up --local --no-preflight
	that "$what: the job's module" test "$(cat job.txt 2>&1)" = 'gcc 13.2 /opt/gcc-13.2/bin'
	that "$what: a service's own" test "$(cat own.txt 2>&1)" = 'clang 16 gcc none'
}
loads 'Environment Modules by MODULESHOME' MODULESHOME=$environment_modules
loads 'Lmod by MODULESHOME' MODULESHOME=$lmod
loads 'Lmod by LMOD_PKG' LMOD_PKG=$lmod

# By the profile's own file, as the package has it; another /etc/profile.d for this process alone takes root.
if [ "$(id -u)" = 0 ] && unshare --mount true 2>/dev/null; then
	mkdir profile.d
	printf 'if [ -n "$NO_SUCH_VARIABLE" ]; then return 1; fi\n. %s/init/sh\n[ 1 = 2 ]\n' $environment_modules >profile.d/modules.sh
	loads 'Environment Modules by the profile' unshare --mount bash -c \
		'mount --bind "$0/profile.d" /etc/profile.d && exec "$@"' "$PWD"
	printf 'export LMOD_sys=Linux\n. %s/init/bash >/dev/null\n' $lmod >profile.d/modules.sh
	mv profile.d/modules.sh profile.d/lmod.sh
	loads 'Lmod by the profile' unshare --mount bash -c \
		'mount --bind "$0/profile.d" /etc/profile.d && exec "$@"' "$PWD"
fi

# What isn't there, or can't be loaded, ends the job with its name, under both.
for home in $environment_modules $lmod; do
	for name in missing/9 broken; do
		sed "s,gcc/13.2,$name," compose.yaml >wrong.yaml
		run 1 env MODULESHOME="$home" hpcc up --local --no-preflight wrong.yaml
		that "$name of $home is named" grep -rqx "hpcc: module load ended with status [1-9][0-9]*: $name" .hpc-compose --include='*.out' --include='*.log'
	done
done

# A module that is loaded, and whose command ends with another status all the same: the list is believed.
mkdir -p hooked/init
printf '%s\n' ". $environment_modules/init/bash" 'eval "real_$(declare -f module)"' \
	'module() { real_module "$@"; [ "$1" = hooks ]; }' 'export -f real_module' >hooked/init/bash
sed 's/modules: {purge: true, load: \[clang\]}/modules: {load: [clang]}/; /clang \$/s/ gcc .*/"]/; s/\[gcc.13.2\]/[gcc]/' compose.yaml >hooked.yaml
sed -i '/^  own:/,$d' hooked.yaml
rm -f job.txt
run 0 env MODULESHOME="$PWD/hooked" hpcc up --local --no-preflight hooked.yaml
that 'a module that is loaded whatever its status' test "$(cat job.txt 2>&1)" = 'gcc 13.2 /opt/gcc-13.2/bin'
run 0 hpcc logs batch
out_has 'hpcc: module load ended with status 1: gcc, but it is loaded'

# What a site's own command tells by its status is nothing: it keeps no list. Neither do variables that aren't set
# or a line's last status end the job; and what failed is in its log, and in what hpcc why says.
cat >odd.yaml <<'YAML'
# Environment Modules, Lmod hooks and conda's activate scripts use unset variables and return non-zero.
name: modules
runtime: {backend: host}
x-slurm:
  time: 2
  setup:
    - module() { if [ -z "$NO_SUCH_VARIABLE_SITE" ]; then export LOADED="$LOADED $2"; fi; [ 1 = 2 ]; }
    - module load first
    - |
      cd /no/such/folder
      no-such-command
      export LATER=yes
modules: [gcc]
services:
  a:
    modules: [python]
    command: echo "loaded $LOADED, $LATER" >odd.txt
YAML
run 0 hpcc up --local --no-preflight odd.yaml
that 'site code with any status' test "$(cat odd.txt 2>&1)" = 'loaded  first gcc python, yes'
run 0 hpcc logs batch
out_has 'hpcc: x-slurm.setup[1] ended with status 1 (line '
out_has 'hpcc: x-slurm.setup[2] ended with status 127 (line '
out_has "hpcc: module load ended with status 1: gcc, and the job goes on: 'module' keeps no list"
run 0 hpcc why odd.yaml
out_has 'set-up    x-slurm.setup[1] ended with status 1 (line '
out_has '), and 2 more failures  [batch.log:1]'

# Whoever asks for it has the job end there, at a line within a block as well; and a command that isn't there is
# no site's odd status.
sed 's/- module load first/- set -e/' odd.yaml >asked.yaml
run 1 hpcc up --local --no-preflight asked.yaml
out_has 'hpcc: x-slurm.setup[2] ended the job with status 1'
out_lacks 'the job goes on'
sed '/- module/d' odd.yaml >none.yaml
run 1 hpcc up --local --no-preflight none.yaml
out_has 'hpcc: module load ended with status 127: gcc'

# Spack's setup-env.sh makes the command of what it has installed. This one wants what the real one wants: bin/spack
# to run, variables that needn't be set, its own place found by BASH_SOURCE; and it refuses other questions.
mkdir -p spack/bin spack/share/spack spack/opt/modules/bin
cat >spack/bin/spack <<'SH'
#!/bin/bash
[ "$*" = '--print-shell-vars sh,modules' ] || { echo "==> Error: unknown command: $*" >&2; exit 1; }
root=$(cd "$(dirname "$0")/.." && pwd)
echo "_sp_module_prefix='$root/opt/modules';"
echo "_sp_tcl_roots='$root/tcl';"
SH
printf '#!/bin/bash\nexec tclsh %s "$@"\n' "$(find /usr/lib -name modulecmd.tcl -print -quit)" >spack/opt/modules/bin/modulecmd
cat >spack/share/spack/setup-env.sh <<'SH'
[ -z "${_sp_initializing:-}" ] || return 0
export _sp_initializing=true
add_to_path() { if [ -n "$2" ]; then return 1; fi; PATH=$1:$PATH; }
prefix=$(cd "$(dirname "$(dirname "$(dirname "${BASH_SOURCE[0]}")")")" >/dev/null && pwd)
[ -x "$prefix/bin/spack" ] || { echo '==> Error: SPACK_ROOT must point to spack'; return 1; }
add_to_path "$prefix/bin"
eval "spack() { command spack \"\$@\"; }"
export -f spack
if ! type module 2>&1 | grep -q function; then
	eval "$(spack --print-shell-vars sh,modules)"
	eval "module() { eval \"\$($_sp_module_prefix/bin/modulecmd bash \"\$@\")\"; }"
fi
unset _sp_initializing
export _sp_initializing
SH
chmod 755 spack/bin/spack spack/opt/modules/bin/modulecmd
loads 'modules of Spack' SPACK_ROOT="$PWD/spack"

finish
