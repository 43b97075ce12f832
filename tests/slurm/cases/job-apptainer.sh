# SPDX-License-Identifier: Apache-2.0
# Apptainer, and Singularity, whose name Apptainer answers to: the service's variables beat those of the
# image and of Apptainer itself, the image's own command runs where its author wants, early signals reach
# the program.
# NEEDS: apptainer

show='echo "$WHO_WINS $IMAGE_ONLY $LEVEL <$ODD> $PATH $HOME $(echo "$LD_LIBRARY_PATH" | cut -d: -f1)"; pwd'
mkdir bin
command -v singularity >/dev/null || ln -s "$(command -v apptainer)" bin/singularity
PATH=$PWD/bin:$PATH
image=$(image_for apptainer)
home=$(getent passwd "$USER" | cut -d: -f6) # Apptainer takes it from there
for backend in apptainer singularity; do
	cat >$backend.yaml <<-YAML
		runtime: {backend: $backend}
		x-env: {env: {LEVEL: job}}
		x-slurm: {time: 3}
		services:
		  plain:
		    image: $image
		    script: |
		      $show
		  own:
		    image: $image
		    script: |
		      $show
		    working_dir: /etc
		    environment:
		      WHO_WINS: service
		      PATH: /opt/bin:/bin
		      HOME: /opt/home
		      LD_LIBRARY_PATH: /opt/lib
		      ODD: "a,b=\"c\" 'd' \$\$HOME \`id\` \\\\n ü"
		  default:
		    image: $image
	YAML
	compile $backend.yaml
	submit $backend.sbatch
	wait_job
	assert_state COMPLETED
	assert_equal 'the image' "$(head -n 1 "$(log_of plain)")" "image image job <> /bin $home /.singularity.d/libs"
	assert_equal 'the service' "$(cat "$(log_of own)")" \
		"service image job <a,b=\"c\" 'd' \$HOME \`id\` \\n ü> /opt/bin:/bin /opt/home /opt/lib"$'\n/etc'
	assert_equal 'own command' "$(cat "$(log_of default)")" 'own command in /srv, service default'
	assert_nothing_left
done
