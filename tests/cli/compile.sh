#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# shellcheck disable=SC2016 # specs and patterns in single quotes
# The compiler's command line: files, outputs, exit codes, help.
. "$(dirname "$0")/lib.bash"

# Finding the spec.
run 2 hpcc
err_has 'there is no compose.yaml'
run 2 hpcc nothere.yaml
err_has "can't read 'nothere.yaml': no such file or directory"
run 2 hpcc .
err_has 'it is a folder'
small_spec docker-compose.yml
run 0 hpcc
out_has '#SBATCH --job-name=small'
small_spec compose.yml
sed -i s/small/second/ compose.yml
run 0 hpcc
out_has '#SBATCH --job-name=second'
small_spec compose.yaml
sed -i s/small/first/ compose.yaml
run 0 hpcc
out_has '#SBATCH --job-name=first'
run 0 hpcc -f compose.yml
out_has '#SBATCH --job-name=second'
run 2 hpcc -f compose.yml compose.yaml
err_has 'named twice'
run 0 bash -c 'hpcc - <compose.yaml'
out_has '#SBATCH --job-name=first'
run 0 bash -c 'hpcc <(cat compose.yaml) | head -n 1'
out_has '#!/bin/bash'

# Outputs: whole or not at all.
run 0 hpcc compose.yaml -o job.sbatch
quiet
that 'the script is a plain file' test "$(stat -c %a job.sbatch)" = "$(printf %o $((0666 & ~$(umask))))"
(umask 077 && hpcc -o private.sbatch)
that 'the umask counts' test "$(stat -c %a private.sbatch)" = 600
run 0 hpcc compose.yaml -o -
out_has '#SBATCH --job-name=first'
run 1 hpcc -o /nonexistent/job.sbatch
err_has "can't write '/nonexistent/job.sbatch'"
mkdir folder
run 1 hpcc -o folder
err_has "can't write 'folder': is a directory"
run 1 hpcc -o /dev/full
err_has 'no space left on device'
run 1 bash -c 'hpcc >/dev/full'
err_has 'no space left on device'
run 1 bash -c 'hpcc --help >/dev/full'
err_has "can't write"
run 0 hpcc -o /dev/null
quiet
cp job.sbatch before
printf 'services:\n  one: {imge: x}\n' >bad.yaml
run 2 hpcc bad.yaml -o job.sbatch
err_has "did you mean 'image'?"
that 'a failed compilation leaves the old script' cmp -s job.sbatch before
that 'no temporary file stays' test -z "$(find . -name '.hpcc-*')"
ln -s job.sbatch link.sbatch
run 0 hpcc -o link.sbatch
that 'a link stays a link' test -L link.sbatch
if [ "$(id -u)" != 0 ]; then
	mkdir closed && chmod 500 closed
	run 1 hpcc -o closed/job.sbatch
	err_has 'permission denied'
fi
run 1 bash -c 'trap "" XFSZ; ulimit -f 1; hpcc compose.yaml -o big.sbatch'
err_has 'file too large'
that 'no half-written script' test ! -e big.sbatch
that 'no temporary file stays' test -z "$(find . -name '.hpcc-*')"

# --check.
run 0 hpcc --check job.sbatch compose.yaml
quiet
sed -i 's/^exit .*/exit 0/' job.sbatch
run 1 hpcc --check job.sbatch compose.yaml
out_has '-exit 0'
out_has '+exit "$status"'
out_has '@@ '
err_has 'is stale'
run 2 hpcc --check nothere compose.yaml
err_has "can't read 'nothere'"

# Secrets: a script that may hold one is private.
printf 'secrets:\n  TOKEN: {env: MY_TOKEN}\nruntime: {backend: host}\nservices:\n  one:\n    command: ["echo", "$TOKEN"]\n' >secret.yaml
run 0 env MY_TOKEN=s3same hpcc secret.yaml -o secret.sbatch
that 'mode 0600' test "$(stat -c %a secret.sbatch)" = 600
run 0 env MY_TOKEN=s3same hpcc --emit=plan secret.yaml
out_lacks s3same
sed -i 's/"echo"/"say"/; s/one:$/&\n    environment: {AUTH: plain}/' secret.yaml
run 1 env MY_TOKEN=s3same hpcc --check secret.sbatch secret.yaml
out_has 'export AUTH=<redacted>'
out_has ' say <redacted>'
out_lacks s3same
out_lacks plain
line=$(grep -n s3same secret.sbatch | cut -d: -f1)
run 0 env MY_TOKEN=s3same hpcc explain -f secret.yaml "secret.sbatch:$line"
out_has '<redacted>'
out_lacks s3same
out_lacks plain

# What a terminal would act upon is spelled out, in the forms for people and in whatever goes to a terminal.
printf 'runtime: {backend: host}\nservices:\n  a: {command: "echo \\e[31mred", working_dir: "/\\e[2J"}\n' >escape.yaml
escape=$'\e'
run 0 hpcc inspect escape.yaml
out_has '\x1b[31mred'
out_lacks "$escape"
run 0 hpcc escape.yaml
out_has "${escape}[31mred"
for words in '' --emit=plan --emit=json --emit=table config inspect; do
	run 0 script -qec "NO_COLOR=1 TERM=xterm hpcc $words escape.yaml" /dev/null
	out_lacks "$escape"
done

# Variables.
printf 'name: ${JOB:-none}\nruntime: {backend: host}\nservices:\n  one: {command: ["true"]}\n' >var.yaml
run 0 hpcc var.yaml
out_has 'job-name=none'
run 0 hpcc --env JOB=given var.yaml
out_has 'job-name=given'
echo 'JOB=filed' >vars
run 0 hpcc --env-file vars var.yaml
out_has 'job-name=filed'
run 2 hpcc --env JOB var.yaml
err_has 'NAME=VALUE'
run 2 hpcc --env 1JOB=x var.yaml
err_has "'1JOB' is no name of a variable"
run 2 hpcc validte var.yaml
err_has "'validte' is neither a command nor a file"
err_has "did you mean 'hpcc validate'?"
run 2 hpcc var.yaml var.yaml
err_has 'one argument too many'
run 2 hpcc -x var.yaml
err_has "'hpcc --help' lists the options"
run 2 hpcc --env-file nothere var.yaml

# Forms of output.
for form in script tokens tree ir plan json dot map deps table; do
	run 0 hpcc --emit=$form compose.yaml
	that "--emit=$form writes something" test -n "$out"
done
run 0 hpcc --emit=json compose.yaml
that 'JSON is JSON' python3 -m json.tool "$work/out" /dev/null
run 0 hpcc --emit=deps var.yaml -o x.d
that 'deps name the spec' grep -q var.yaml x.d
run 0 hpcc --backend=local compose.yaml
out_lacks srun
run 0 hpcc --annotate compose.yaml
out_has 'compose.yaml:'
# One file is enough: a copy of hpcc alone writes a script that finds its supervisor, but only where a
# script stays.
mkdir "$work/alone"
cp "$BUILD/hpcc" "$work/alone/copied"
rm -rf .hpc-compose
for look in '-o -' '-o /dev/null' '--emit=plan -o plan.txt' '--embed-runtime -o embedded.sbatch'; do
	read -ra words <<<"$look"
	run 0 env -u HPCC_RT PATH=/usr/bin:/bin "$work/alone/copied" compose.yaml "${words[@]}"
	that "'$look' puts no supervisor here" test ! -e .hpc-compose
done
run 0 env -u HPCC_RT PATH=/usr/bin:/bin "$work/alone/copied" compose.yaml -o job.sbatch
quiet
that 'the supervisor is there' cmp .hpc-compose/bin/hpcc-rt "$BUILD/hpcc-rt"
that 'it can be run' test -x .hpc-compose/bin/hpcc-rt
rm -r .hpc-compose job.sbatch plan.txt embedded.sbatch
: >.hpc-compose
run 0 hpcc compose.yaml -o job.sbatch
err_has "--embed-runtime"
that 'the script is there' test -s job.sbatch
rm .hpc-compose
run 2 env HPCC_RT=/nowhere hpcc --embed-runtime compose.yaml
err_has "HPCC_RT names '/nowhere', which is no program"
run 0 hpcc --embed-runtime compose.yaml
that 'the payload is there' test "${#out}" -gt 100000
run 0 hpcc --print-passes
out_has placement
run 0 hpcc --emit-after=order compose.yaml
out_has 'services[0].name'
run 2 hpcc --emit-after=odrer compose.yaml
err_has "did you mean 'order'?"
run 0 hpcc --time-passes -o /dev/null compose.yaml
err_has 'in all'
run 0 hpcc --target=slurm=20.11,pyxis=0.15,bash=4.2 compose.yaml
run 2 hpcc --target=slrm=20.11 compose.yaml
err_has '--target'

# Wrong command lines.
run 2 hpcc --nosuch
err_has "unknown option '--nosuch'"
run 2 hpcc --emti=plan compose.yaml
err_has "did you mean '--emit'?"
run 2 hpcc --emit=paln compose.yaml
err_has '--emit=plan'
run 2 hpcc validat
err_has "did you mean 'hpcc validate'?"
run 2 hpcc --output
err_has 'wants a value'
run 2 hpcc a.yaml b.yaml
err_has 'one argument too many'
run 2 hpcc validate --output=x
err_has "no option of 'hpcc validate'"
run 2 hpcc --annotate=yes compose.yaml
err_has 'takes no value'
run 2 hpcc -W '' compose.yaml

# Advice.
printf 'runtime: {backend: host}\nx-slurm: {mem: "4096", time: 5}\nservices:\n  one: {command: ["true"]}\n' >advice.yaml
run 0 hpcc validate advice.yaml
err_has '[A09'
run 4 hpcc validate -W error advice.yaml
run 0 hpcc validate -W no-A09 -W error advice.yaml
quiet
run 0 hpcc validate -W no-memory-unit -W error advice.yaml
quiet
run 4 hpcc -Werror advice.yaml -o advice.sbatch
that 'no script under -W error' test ! -e advice.sbatch

run 2 hpcc validate -W no-memory-unti advice.yaml
err_has "did you mean 'memory-unit'?"
run 2 hpcc validate -W no-R012 advice.yaml
err_has "can't be switched off"
run 0 hpcc validate -W no-all -W error advice.yaml
quiet

# Colours.
run 2 hpcc bad.yaml --color=always
err_has $'\033['
run 2 env NO_COLOR=1 hpcc bad.yaml
that 'no colours' test "${err/$'\033'/}" = "$err"
run 2 script -qec 'env -u NO_COLOR TERM=xterm hpcc bad.yaml' /dev/null
out_has $'\033['
run 2 script -qec 'NO_COLOR=1 TERM=xterm hpcc bad.yaml' /dev/null
out_lacks $'\033['

# Nothing that a user, a file or a program wrote makes a terminal do something.
escape=$'a\e[2Jb\x9b\xc2\x9bc\u202ed'
no_escape() {
	that "nothing raw reaches the terminal: $1" test -z "$(tr -d '\n\t -~' <<<"$out$err" | tr -d '\200-\377')"
	that "no C1 and no turned direction: $1" test -z "$(LC_ALL=C grep -aoE $'\xc2\x9b|\xe2\x80\xae|(^|[^\xc2])\x9b' <<<"$out$err")"
}
printf 'services:\n  a:\n    imge: "a\\e[2Jb\\u009bc\\u202ed"\n' >"$escape.yaml"
for words in "validate" "validate --diagnostics=json" "validate --diagnostics=sarif"; do
	# shellcheck disable=SC2086 # words
	run 2 hpcc $words "$escape.yaml"
	no_escape "$words"
done
run 2 hpcc "--$escape"
no_escape 'an option'
run 2 hpcc "$escape/nothing.yaml"
no_escape 'a file'
run 2 hpcc --env "$escape" "$escape.yaml"
no_escape 'a variable'

# A difference shows no secret: with quotes, of several lines, known by its name, or of yesterday.
printf "pa'ss-ONE\n" >one
printf -- '-----BEGIN KEY-----\nTWO-of-them\n-----END KEY-----\n' >two
echo DB_PASSWORD=THREE >.env
cat >secret.yaml <<'SPEC'
runtime: {backend: host}
secrets: {ONE: {file: one}, TWO: {file: two}}
services: {a: {command: env, environment: {A: "${ONE}", B: "${TWO}", C: "${DB_PASSWORD}", D: d, MY_TOKEN: "it's 'mine'"}}}
SPEC
run 0 hpcc secret.yaml -o secret.sbatch
that 'only its owner reads the script' test "$(stat -c %a secret.sbatch)" = 600
sed -i -e 's/--ntasks=1/--ntasks=2/' -e 's/export D=d/export D=e/' secret.sbatch
run 1 hpcc --check secret.sbatch secret.yaml
out_has '-  exec srun --nodes=1 --overlap --mem=0 --job-name=hpc-compose:a --ntasks=2'
out_has '+  export D=d'
out_has '  export A=<redacted>'
no_secret() {
	for word in -ONE TWO THREE KEY mine "$@"; do
		out_lacks "$word"
	done
}
no_secret
echo "another'one" >one
printf 'short\nlines-of-four\n' >two
echo DB_PASSWORD=FOUR >.env
run 1 hpcc --check secret.sbatch secret.yaml
no_secret another short lines FOUR
run 0 hpcc secret.yaml -o secret.sbatch
echo "an old'one" >one
run 1 hpcc --check secret.sbatch secret.yaml
no_secret another old
err_has 'the value of a secret differs'
rm one two .env secret.yaml secret.sbatch

# Wherever the value appears, whatever form it came in.
cat >secret.yaml <<'SPEC'
runtime: {backend: host}
secrets: {tok: {env: MYTOK}}
services:
  a:
    command: [echo, "x ${MYTOK} y"]
    environment: ["A=${MYTOK}", "B=${NONE:-${MYTOK}}", "C=${tok}", "D=pre-${MYTOK}"]
  b:
    command: [echo, "x hunter2 y"]
    environment: {A: "${MYTOK}", B: "${NONE:-${MYTOK}}", C: "${MYTOK:-x}", D: hunter2, E: "z${tok}z", hunter2: x}
SPEC
MYTOK=hunter2 hpcc secret.yaml -o secret.sbatch
for words in config inspect 'inspect --format=json' --emit={plan,json,ir,tree,tokens,dot,map,deps,table} validate \
	'validate --diagnostics=json' '--check /dev/null' 'explain secret.sbatch:53 -f' 'explain secret.sbatch:57 -f'; do
	# shellcheck disable=SC2086 # words
	MYTOK=hunter2 hpcc $words secret.yaml >text 2>&1 || :
	that "$words says something" test -s text -o "${words%% *}" = validate
	that "$words shows no secret" test -z "$(grep -F hunter2 text)"
done
that 'the script has it' grep -q hunter2 secret.sbatch
rm secret.yaml secret.sbatch text

# Results for programs: JSON and nothing else.
printf 'name: j\nruntime: {backend: host}\nx-slurm: {setup: ["a: b"], nodes: 1}\nservices: {one: {command: "echo $$x", environment: {A: "${B:-c$$d}"}}}\n' >json.yaml
hpcc json.yaml -o json.sbatch
read_json() {
	python3 -c 'import json,sys; d = json.load(sys.stdin); print(eval(sys.argv[1]))' "$1" <<<"$out"
}
run 0 hpcc config --format=json json.yaml
that 'config' test "$(read_json '[d["x-slurm"], d["services"]["one"]]')" = \
	"[{'setup': ['a: b'], 'nodes': 1}, {'command': 'echo \$\$x', 'environment': {'A': 'c\$\$d'}}]"
hpcc config --format=json json.yaml >again.yaml
run 0 hpcc inspect again.yaml
again=$out
run 0 hpcc inspect json.yaml
that 'it compiles to the same' test "$out" = "$again"
run 0 hpcc explain --format=json R012
that 'a rule' test "$(read_json '[d["kind"], d["id"], d["severity"]]')" = "['rule', 'R012', 'error']"
run 0 hpcc explain --format=json x-slurm.time
that 'a field' test "$(read_json '[d["kind"], d["path"], d["variables"], d["rules"] != []]')" = "['field', 'x-slurm.time', True, True]"
run 0 hpcc explain --format=json
that 'all rules' test "$(read_json 'len(d) > 100')" = True
line=$(grep -n 'export A=' json.sbatch | cut -d : -f 1)
run 0 hpcc explain --format=json json.sbatch:"$line" -f json.yaml
that 'a line' test "$(read_json '[d["kind"], d["is_fresh"], d["origins"][0]["field"], d["origins"][0]["line"]]')" = "['line', True, 'environment.A', 4]"
run 0 hpcc clean --yes --all --format=json
that 'clean' test "$(read_json 'sorted(d)')" = "['dry_run', 'left_alone', 'removed']"
rm json.yaml json.sbatch again.yaml

# Help: fits a screen, shows an example; every command has one, and a manual page.
run 0 hpcc --version
out_has 'hpcc '
run 0 hpcc --help
that 'the overview fits a screen' test "$(wc -l <<<"$out")" -le 48
out_has 'up            submit and watch'
out_has 'also          '
overview=$out
run 0 hpcc --help=all
commands=$(sed -n 's/^  \([a-z]*\)\(,\| \).*/\1/p' <<<"$out" | grep -v '^hpcc$')
for name in $commands; do
	that "the overview has $name" grep -qw "$name" <<<"$overview"
done
for name in $commands; do
	run 0 hpcc "$name" --help
	out_has "Usage: hpcc $name"
	out_has 'Examples:'
	that "help of $name fits a screen" test "$(wc -l <<<"$out")" -le 48
	that "help of $name is at most 80 wide" test -z "$(awk 'length > 80' <<<"$out")"
	run 0 hpcc "$name" --help=man
	out_has '.SH SYNOPSIS'
done
that 'there are commands' test "$(wc -w <<<"$commands")" -gt 10
for shell in bash zsh fish; do
	run 0 hpcc completions $shell
	out_has validate
done
for words in 'hpcc explain R05' 'hpcc explain x-slurm.placement.node' 'hpcc validate -W no-mem' 'hpcc ins' \
	'hpcc --emit=pl' 'hpcc inspect --tr' 'hpcc completions z'; do
	run 0 bash -c '. <(hpcc completions bash); compopt() { :; }; read -ra COMP_WORDS <<<"$1"
		COMP_CWORD=$((${#COMP_WORDS[@]} - 1)); _hpcc; echo "${COMPREPLY[*]}"' - "$words"
	that "something follows '$words'" test -n "$out"
done
# As bash itself splits the words at '='.
completed() { # completed WORD...: what follows these
	run 0 bash -c '. <(hpcc completions bash); compopt() { :; }; COMP_WORDS=("$@")
		COMP_CWORD=$(($# - 1)); _hpcc; echo "${COMPREPLY[*]}"' - "$@"
}
completed hpcc --emit = pl
that 'a value is completed' test "$out" = plan
completed hpcc --emit =
out_has 'script tokens tree'
out_lacks compose.yaml
completed hpcc --color = never val
out_has validate
completed hpcc --file = comp
out_has compose.yaml
completed hpcc validate --diagnostics = s
that 'the value of a command is completed' test "$out" = sarif
run 0 bash -c 'hpcc completions bash | bash -n'

# A site that forbids connections between nodes.
mkdir -p site/.hpc-compose && cd site
small_spec compose.yaml
run 0 hpcc compose.yaml
out_lacks 'job wire'
echo 'wire = "off"' >.hpc-compose/cluster.toml
run 0 hpcc compose.yaml
out_has 'job wire off'
# What its controller bears, and how many steps a job may take.
printf '[limits]\nstep_launches = 4\nmax_step_count = 2\n' >.hpc-compose/cluster.toml
run 0 hpcc compose.yaml
out_has 'job launches 4'
run 0 hpcc --backend=local compose.yaml
out_lacks 'job launches'
run 0 hpcc --emit=json compose.yaml
out_has '"step_launches": 4'
for name in a b c; do printf '  %s: {command: "true"}\n' $name; done | cat <(printf 'runtime: {backend: host}\nservices:\n') - >steps.yaml
run 2 hpcc steps.yaml
err_has 'the job has 3 services, a step each, and the site creates 2 steps for a job [B15]'
err_has 'Slurm would say: Step limit reached for this job'
that 'no advice beside it' test "${err/A21/}" = "$err"
sed -i '/  c:/d; s/  b: {/&x-slurm: {failure_policy: {mode: restart_on_failure, max_restarts: 3}}, /' steps.yaml
run 0 hpcc steps.yaml
err_has 'with its restarts the job may take 5 steps, and Slurm creates 2 for a job [A21]'
err_has 'cluster.toml:3:18'
sed -i 's/= 2/= 5/' .hpc-compose/cluster.toml
run 0 hpcc steps.yaml
that 'no advice beside it' test "${err/A21/}" = "$err"
echo 'wire = "off"' >.hpc-compose/cluster.toml
printf 'services:\n  a:\n    command: sleep 9\n    readiness: {type: log, pattern: up, tasks: all}\n' >all.yaml
printf '    x-slurm: {ntasks: 2}\nruntime: {backend: host}\n' >>all.yaml
run 0 hpcc all.yaml
out_has ' step --lines up '
sed -i 's/log, pattern: up/tcp, port: 7/' all.yaml
run 2 hpcc all.yaml
err_has 'R144'
cd ..

# Words of other tools, and slips of the keys: never towards what removes files.
for pair in plan=inspect render=compile lint=validate launch=up debug=status top=watch kill=cancel build=prepare ls=jobs; do
	run 2 hpcc "${pair%=*}"
	err_has "help: 'hpcc ${pair#*=}' does that"
done
for word in clea dwn cahce rm prune destroy ls list history delete purge; do
	run 2 hpcc "$word"
	for deletes in clean down cache; do
		that "no hint at $deletes" test "${err/hpcc $deletes/}" = "$err"
	done
done
run 2 hpcc completions tcsh

# A script that Slurm refuses for its size.
{
	printf 'runtime: {backend: host}\nname: big\nservices: {app: {command: [x]}}\nx-slurm:\n  setup:\n'
	printf -v line '%05000d' 0
	for ((i = 0; i < 900; i++)); do printf '    - ": %s"\n' "$line"; done
} >big.yaml
run 0 hpcc big.yaml -o big.sh
err_has 'bytes, and Slurm takes no more than 4194304'
run 0 hpcc --backend=local big.yaml -o big.sh
that 'nothing is said of it' test "${err/Slurm takes/}" = "$err"
small_spec compose.yaml
run 0 hpcc -o small.sh
that 'nothing is said of it' test "${err/Slurm takes/}" = "$err"

finish
