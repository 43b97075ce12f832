# SPDX-License-Identifier: Apache-2.0
# Words and values that trip shells, Slurm and Pyxis arrive as they were written: in arguments, in the
# environment, as paths of mounts, as the working folder. What cannot be carried is refused when
# compiling.

mkdir -p 'da ta/in ner' 'übung'
echo content >'da ta/in ner/file'
cat >program.sh <<'PROGRAM'
printf 'argument <%s>\n' "$@"
for name in BLANK QUOTE COMMA DOLLAR TICK UTF8 DASH EQUALS BACKSLASH EMPTY STAR NEWLINE; do
	eval "printf 'variable %s <%s>\n' $name \"\${$name-unset}\""
done
pwd
PROGRAM

for backend in host pyxis $(apptainer_if_any); do
	cat >"$backend.yaml" <<-YAML
		name: "values, 'quoted' \$\${x} ü"
		runtime: {backend: $backend}
		services:
		  "weird name.1":
		    image: $(image_for "$backend")
		    command:
		      - sh
		      - \${PROGRAM}
		      - a b
		      - it's "quoted"
		      - -x
		      - --
		      - ""
		      - "\$\$HOME \`id\` \$\$(id) \\\\ * ? ~"
		      - "two\nlines"
		      - über→
		      - a,b=c:d;e&f|g
		    environment:
		      BLANK: "a  b "
		      QUOTE: it's "quoted"
		      COMMA: a,b,c=d
		      DOLLAR: "\$\$HOME \$\${HOME}"
		      TICK: "\`id\` \$\$(id)"
		      UTF8: über→
		      DASH: -x --y
		      EQUALS: =a=b=
		      BACKSLASH: 'a\\b\\\\c\n'
		      EMPTY: ""
		      STAR: "* ? ~ {a,b} !x #y"
		      NEWLINE: "one\ntwo"
		    volumes:
		      - $PWD/da ta:/mnt/da ta
		      - $PWD/übung:/mnt/übung:ro
		    working_dir: /mnt/da ta/in ner
	YAML
	if [ "$backend" = host ]; then
		sed -i "/^    volumes:/,/übung:ro/d; s|working_dir: .*|working_dir: $PWD/da ta/in ner|" "$backend.yaml"
		program=$PWD/program.sh
	else
		cp program.sh 'da ta/program.sh'
		program='/mnt/da ta/program.sh'
	fi
	compile "$backend.yaml" --env "PROGRAM=$program"
	submit "$backend.sbatch"
	wait_job
	assert_state COMPLETED
	log=$(log_of weird_x20_name.1)
	sed '/^slurmstepd/d' "$log" >"$backend.got"
	cat >"$backend.wanted" <<-'WANTED'
		argument <a b>
		argument <it's "quoted">
		argument <-x>
		argument <-->
		argument <>
		argument <$HOME `id` $(id) \ * ? ~>
		argument <two
		lines>
		argument <über→>
		argument <a,b=c:d;e&f|g>
		variable BLANK <a  b >
		variable QUOTE <it's "quoted">
		variable COMMA <a,b,c=d>
		variable DOLLAR <$HOME ${HOME}>
		variable TICK <`id` $(id)>
		variable UTF8 <über→>
		variable DASH <-x --y>
		variable EQUALS <=a=b=>
		variable BACKSLASH <a\b\\c\n>
		variable EMPTY <>
		variable STAR <* ? ~ {a,b} !x #y>
		variable NEWLINE <one
		two>
	WANTED
	if [ "$backend" = host ]; then
		echo "$PWD/da ta/in ner" >>"$backend.wanted"
	else
		echo '/mnt/da ta/in ner' >>"$backend.wanted"
	fi
	# shows: services.<name>.{command,environment,volumes,working_dir}
	diff "$backend.wanted" "$backend.got" || fail "differences on $backend"
	assert_nothing_left
done

# Pyxis splits mounts at commas and colons, so a path with a comma cannot be mounted.
cat >comma.yaml <<YAML
services:
  a:
    image: $IMAGE
    command: "true"
    volumes: ["$PWD/a,b:/mnt"]
YAML
status=0
"$HPCC" comma.yaml -o comma.sbatch 2>comma.err || status=$?
assert_equal 'status of a mount with a comma' "$status" 2
assert_log comma.err 'comma.yaml:5:'
[ ! -e comma.sbatch ] || fail 'a script was written'
