# SPDX-License-Identifier: Apache-2.0
# Variables in Pyxis's containers: a value with line breaks arrives whole and sets nothing else, quotes
# stay, and what the image sets is kept though Enroot's login shell reads a profile that sets it anew.
# shellcheck disable=SC2016 # for the shell inside
cp -R "${IMAGE%.sqsh}" conda
mkdir -p conda/opt/conda/bin
printf '#!/bin/sh\necho "tool of the image"\n' >conda/opt/conda/bin/tool
chmod +x conda/opt/conda/bin/tool
cat >conda/etc/environment <<'ENV'
PATH=/opt/conda/bin:/bin
LD_LIBRARY_PATH=/opt/conda/lib
LANG=C.UTF-8
QUOTED="of the image"
WHO_WINS=image
SETTINGS=image
ENV
echo 'export PATH=/usr/bin:/bin LD_LIBRARY_PATH=/profile LANG=profile QUOTED=profile WHO_WINS=profile SETTINGS=profile' >conda/etc/profile
mksquashfs conda conda.sqsh -all-root -no-xattrs -no-progress -quiet >/dev/null

cat >variables.yaml <<'YAML'
x-slurm: {time: 5}
services:
  image:
    image: ./conda.sqsh
    command: tool; echo "$PATH $LD_LIBRARY_PATH $LANG $QUOTED $WHO_WINS"
  service:
    image: ./conda.sqsh
    environment:
      WHO_WINS: service
      QUOTE: '"in quotes"'
      EMPTY: ''
      SETTINGS: |
        HOST=db
        PATH=/opt/app/bin
        \n $$HOME `id` "

      LAST: last
    command: |
      printf '<%s>' "$WHO_WINS" "$QUOTE" "${EMPTY-unset}" "$SETTINGS" "$LAST" "${HOST-none}" "$PATH"
      env | grep -c '^HPCC_' || :
  own:
    image: ./conda.sqsh
    environment: {PATH: "/other:/bin", X: "1\n2"}
    command: printf "<%s>" "$PATH" "$X"; ! tool 2>/dev/null
YAML
compile variables.yaml
submit variables.sbatch
wait_job
assert_state COMPLETED
assert_equal 'variables of the image' "$(cat "$(log_of image)")" \
	$'tool of the image\n/opt/conda/bin:/bin /opt/conda/lib C.UTF-8 of the image image'
assert_equal 'variables of the service' "$(cat "$(log_of service)")" \
	$'<service><"in quotes"><><HOST=db\nPATH=/opt/app/bin\n\\n $HOME `id` "\n><last><none></opt/conda/bin:/bin>0'
assert_equal 'its own path' "$(cat "$(log_of own)")" $'</other:/bin><1\n2>'
