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
		that "$name of $home is named" grep -rq "module load ended with status [1-9][0-9]*: $name" .hpc-compose --include='*.out' --include='*.log'
	done
done

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
