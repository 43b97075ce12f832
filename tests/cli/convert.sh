#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# shellcheck disable=SC2016 # specs and patterns in single quotes
# hpcc convert: Compose files of many kinds become specs that compile at once.
. "$(dirname "$0")/lib.bash"
files=$(realpath "$(dirname "$0")/../convert")

# Each file: one command, no error, nothing more to lose.
for file in "$files"/*.yml; do
	rm -rf here && mkdir here && cd here
	cp "$file" docker-compose.yml
	run 0 hpcc convert docker-compose.yml -o compose.yaml
	err_has 'To be decided by you:'
	err_has '  1. x-slurm.time: '
	run 0 hpcc validate compose.yaml
	run 0 hpcc convert --check compose.yaml
	out_lacks 'left out'
	run 0 hpcc convert compose.yaml -o again.yaml
	that 'what is a spec stays as it is' cmp -s compose.yaml again.yaml
	{ grep -o '#.*' "$file" || true; } | while read -r comment; do
		grep -qF -- "$comment" compose.yaml || echo "$comment"
	done >lost
	that "comments of ${file##*/} stay" test ! -s lost
	cd ..
done

# Keys that edits can't find their way round: refused, nothing is written.
rm -rf here && mkdir here && cd here
for text in $'&a services:\n  app:\n    image: redis:7\n' $'services:\n  !!str app:\n    image: redis:7\n' \
	$'services:\n  app: { &b image: redis:7}\n' $'? services\n: app:\n    image: redis:7\n'; do
	printf '%s' "$text" >docker-compose.yml
	run 2 hpcc convert docker-compose.yml -o compose.yaml
	err_has "or with an anchor or a tag of its own, can't be converted"
	that 'nothing is written' test ! -e compose.yaml
done
cd ..

# Files that it asks for are taken in: comments, order, paths and variables, at any depth; nothing else is written.
rm -rf here && cp -r "$files/files" here && cd here
run 0 hpcc convert docker-compose.yml -o compose.yaml
err_has "services.web.image: build the image 'web:'"
that 'no more files than the spec' diff <(cd "$files/files" && find . -type f | sort) \
	<(find . -type f ! -name compose.yaml | sort)
run 0 cat compose.yaml
out_has $'# include:\n#   - db/compose.yml   # the database\n'
out_has $'  web:  # the web\n    # extends:\n    #   file: common/base.yml\n'
out_has $'    environment: {LOG: info, MODE: fast} # quick\n    command: [serve]\n'
out_has 'volumes: [./common/src:/src]'
out_has $'  # from db/compose.yml\n  # The database.\n'
out_has $'  # first comment\n  db:\n    image: postgres:${PG-16}\n    env_file: ./db/db.env\n'
out_has $'      - ./db/data:/d   # where it is\n      - ./volumes/pg:/v\n      - "${X:-./db/y}:/y"\n      - ./db/pw.txt:/run/secrets/pw:ro\n'
out_has '  # trailing'
out_has $'    image: redis:7\n    volumes: [./share:/s, ./db/c:/c]\n'
out_has $'    command: [c]\n    environment: {A: 1, B: 2}\n'
out_has 'x-slurm: {time: "8:00:00", cpus_per_task: 4, mem: 7168M}'
run 0 hpcc validate compose.yaml
run 1 hpcc convert --check docker-compose.yml
out_has 'common/base.yml:7:5: left out: services.web.build: '
out_has 'db/compose.yml:8:5: left out: services.db.tty: '
out_has 'db/compose.yml:23:1: left out: networks: '
run 1 hpcc convert --check --format=json docker-compose.yml
out_has '"file": "db/compose.yml"'
run 0 hpcc convert - <docker-compose.yml
that 'the same without files' diff - compose.yaml <<<"$out"
cd ..

# Forms of asking for files, and what can't be taken in: then nothing is written.
mkdir -p asked/deep && cd asked
echo 'services: {b: {image: b}}' >b.yml
printf 'services:\n  u: {image: "u", volumes: ["./d:/d"]}\n' >../above.yml
printf 'include: [in.yml]\n' >circle.yml
printf 'hello: 1\n' >no.yml
printf 'x-slurm: {time: 1}\nservices: {s: {image: s}}\n' >spec.yml
asks() { # STATUS COMPOSE TEXT...: in the spec, or in what is said
	local status=$1 text
	printf '%s\n' "$2" >in.yml
	rm -f out.yaml
	run "$status" hpcc convert in.yml -o out.yaml
	for text in "${@:3}"; do
		if ((status)); then err_has "$text"; else that "$text" grep -qF -- "$text" out.yaml - <<<"$err"; fi
	done
	if ((status)); then
		that 'nothing is written' test ! -e out.yaml
	else
		run 0 hpcc validate out.yaml
	fi
}
asks 0 'include: b.yml' '# include: b.yml' '    image: b'
asks 0 '{"include": ["b.yml"], "services": {"a": {"image": "a"}}}' '"services": {b: {image: b}, "a": {"image": "a"}}'
asks 0 $'include: [../above.yml]\nservices:\n  a: {image: a}' '  u: {image: "u", volumes: ["../d:/d"]}'
asks 0 $'include: [{path: ../above.yml, project_directory: deep}]\nservices:\n  a: {image: a}' 'volumes: [./deep/d:/d]'
asks 0 $'include: ["oci://x/y", b.yml]\nservices:\n  a: {image: a}' "left out (the other file isn't there)" 'image: b'
asks 0 $'services:\n  a: {extends: {file: in.yml, service: c}}\n  c: {image: d}' '  a: {extends: c}'
asks 0 $'services:\n  a:\n    extends: c\n    command: run it\n  c: {image: d, command: [x]}' 'command: !override [run, it]'
asks 0 $'services:\n  a:\n    extends: {file: ../above.yml, service: u}\n    volumes: [./e:/d]' 'volumes: [./e:/d]'
asks 0 $'include:\n  - no/such.yml\nservices: {a: {image: a}}' '#   - no/such.yml' \
	'include: put the other file beside this one, and convert both again'
asks 0 'services: {a: {image: a, extends: {file: no.yaml, service: b}}}' 'left out (the other file isn' \
	"services.a.extends: put 'no.yaml' beside this file"
asks 2 'include: [{path: [b.yml, no/such.yml]}]' "can't read 'no/such.yml'" 'the path goes by the folder'
asks 2 'include: [no.yml]' "'no.yml' is no Compose file: it has no services [E16]"
asks 2 'include: [spec.yml]' "'spec.yml' is a spec already"
asks 2 'include: [circle.yml]' "circle.yml:1:11: error: taking in 'in.yml' here closes a circle [E16]"
asks 2 $'include: [b.yml]\nservices:\n  b: {image: a}' "in.yml:3:3: error: service 'b' is in 'b.yml', too"
asks 2 'include: [{path: b.yml, env_file: no.env}]' "can't read 'no.env'"
asks 2 'include: ["${D}/b.yml"]' "a variable in '\${D}/b.yml' has no value"
asks 2 'include: {a: 1}' "in.yml:1:10: error: 'include' needs a path"
asks 2 'services: {a: {extends: {file: b.yml, service: c}}}' "no service 'c' in 'b.yml' [R023]"
asks 2 'services: {a: {extends: {file: b.yml}}}' "'extends' needs 'service'"
cd ..

# Values: what they become.
# becomes COMPOSE SPEC: the lines of a service, and what stands in the spec.
becomes() {
	printf 'services:\n  db:\n    image: db:1\n  a:\n    image: a:1\n%s\n' "$1" >in.yml
	run 0 hpcc convert in.yml
	out_has "$2"
	printf '%s\n' "$out" >out.yaml
	that 'it compiles' hpcc validate out.yaml 2>"$work/said"
}
becomes '    restart: always' 'x-slurm: {failure_policy: {mode: restart_on_failure, max_restarts: 100}}'
becomes '    restart: on-failure:7' 'x-slurm: {failure_policy: {mode: restart_on_failure, max_restarts: 7}}'
becomes '    deploy: {restart_policy: {condition: any, delay: 1500ms, window: 2m}}' \
	'max_restarts: 100, backoff_seconds: 2, window_seconds: 120}}'
becomes '    deploy: {restart_policy: {condition: on-failure, max_attempts: 3, window: 120s}}' \
	'max_restarts: 100, max_restarts_in_window: 3, window_seconds: 120}}'
that 'without advice of its own' test "$(grep -c A16 "$work/said")" = 0
becomes '    deploy: {replicas: 0}' 'scale: 0'
out_has 'cpus_per_task: 1}'
becomes '    deploy: {restart_policy: {condition: none}}' $'  a:\n    image: a:1'
out_lacks failure_policy
becomes '    cpus: 1.5' $'    x-slurm: {cpus_per_task: 2}'
out_has 'x-slurm: {time: "8:00:00", cpus_per_task: 3}'
becomes '    mem_limit: 1.5g' '    x-slurm: {mem: 1536M}'
out_has 'cpus_per_task: 2, mem: 3584M}'
becomes '    deploy: {resources: {limits: {cpus: "0.25", memory: 512M}, reservations: {memory: 1M}}}' \
	'x-slurm: {cpus_per_task: 1, mem: 512M}'
becomes '    deploy: {resources: {reservations: {devices: [{capabilities: [gpu], count: 2}, {capabilities: [gpu], device_ids: ["1"]}, {capabilities: [tpu], count: 9}]}}}' \
	'x-slurm: {gpus: 3}'
becomes '    gpus: all' 'x-slurm: {gpus: 1}'
err_has 'services.a.x-slurm.gpus: it wants GPUs; say how many, 1 is written'
becomes '    user: root' 'x-runtime: {remap_root: true}'
becomes '    user: "1000:1000"' '# left out (services run as the user who submits): user: "1000:1000"'
becomes '    read_only: true' 'x-runtime: {writable: false}'
becomes '    stop_signal: SIGINT' 'stop_signal: INT'
becomes '    stop_grace_period: 1500ms' 'stop_grace_period: 2s'
becomes '    stop_grace_period: 1m30s' 'stop_grace_period: 1m30s'
becomes "    command: sh -c 'echo \"\$\$X\" \$Y'" 'command: [sh, "-c", "echo \"$$X\" ${Y:-}"]'
becomes '    command: run ${ARGS:-a b} ${N}' 'command: [run, "${ARGS:-a b}", "${N:-}"]'
err_has 'variables: give N in .env'
becomes '    command: ["$A", "${B:-x${C}}", "$$D"]' 'command: ["${A:-}", "${B:-x${C:-}}", "$$D"]'
becomes '    environment: {A: , B: "${C:?needed}"}' 'environment: {A: "${A:-}", B: "${C:-}"}'
becomes '    environment: [A, B=$C]' 'environment: ["A=${A:-}", "B=${C:-}"]'
becomes '    volumes: ["data:/d:ro,z", "./x:/x:cached", "/only", "~/h:/h:ro"]' \
	'volumes: [./volumes/data:/d:ro, ./x:/x, "~/h:/h:ro"]'
becomes $'    volumes:\n      - type: bind\n        source: ./a\n        target: /b\n        read_only: true\n      - {type: tmpfs, target: /t}\n      - {type: volume, source: v, target: /v, volume: {subpath: s}}' \
	$'    volumes:\n      - ./a:/b:ro\n      # left out (a mount of type tmpfs has no counterpart): - {type: tmpfs, target: /t}\n      - ./volumes/v/s:/v'
becomes '    depends_on: {db: {condition: service_started, required: true}, c: {condition: service_healthy, required: false}}' \
	'depends_on: {db: {condition: service_started}}'
becomes '    ports: ["${P}:80", "${Q}:${Q}", "81:81"]' 'ports: ["80", "81:81"]'
err_has 'services.a.ports[0]: only root may listen on port 80'
becomes '    env_file: nothere.env' '# left out (the file isn'"'"'t there): env_file: nothere.env'
err_has "services.a.env_file: make the file 'nothere.env'"
echo A=1 >there.env
becomes '    env_file: [{path: there.env, required: false}, {path: no.env, required: false}]' 'env_file: [there.env]'
becomes '    image2: x' 'left out (' # what nobody knows is told by the compiler
becomes '    build: .' "# left out (images aren't built in a job): build: ."
err_has "services.a.image: build the image 'a:1'"
becomes $'    labels:  # as before\n      - n   # of old\n    init: true # fast' \
	$'    # left out (nobody reads labels in a job):\n    # labels:  # as before\n    #   - n   # of old\n    # left out (hpcc reaps and signals processes itself): init: true # fast'
becomes $'    restart: always  # for ever' $'    # for ever\n    x-slurm'

# What hpcc would take for its own meaning of a health check keeps Compose's: three rounds of 30 s, and so long for one.
becomes '    healthcheck: {test: curl -f http://localhost/, timeout: 3s}' 'healthcheck: {retries: 3, test: curl -f http://localhost/, timeout: 3s}'
becomes $'    healthcheck:\n      test: ["CMD", "nc", "-z", "localhost", "80"]' $'localhost", "80"]\n      retries: 3'
becomes '    healthcheck: {test: curl -f http://localhost/, interval: 5s}' 'localhost/, interval: 5s}'
becomes '    healthcheck: {test: [NONE]}' 'healthcheck: {test: [NONE]}'

# A Dockerfile becomes a prepare block, where one can stand for it.
mkdir -p app
cat >app/Dockerfile <<'END'
# syntax=docker/dockerfile:1
ARG VERSION=3.11
FROM python:${VERSION}
LABEL of="nobody"
ARG MODE=debug
ENV MODE=$MODE LANG="C.UTF-8"
WORKDIR /srv
COPY requirements.txt ./
# a comment in between
RUN pip install \
    # one a line
    -r requirements.txt && echo "$HOME"
COPY . .
EXPOSE 8000
CMD ["serve", "--home", "$HOME"]
END
becomes '    build: {context: ./app, args: {VERSION: "3.12"}}' 'image: python:3.12'
out_lacks 'left out'
out_has 'mounts: [./app:/hpcc-context:ro]'
out_has '"mkdir -p /srv/ && cp -R /hpcc-context/. /srv/"'
out_has '"cd /srv\npip install -r requirements.txt && echo \"$HOME\""'
out_has 'env: {VERSION: "3.12", MODE: debug, LANG: C.UTF-8}'
out_has 'environment: {MODE: debug, LANG: C.UTF-8}'
out_has 'command: ["serve", "--home", "$$HOME"]'
out_has 'working_dir: /srv'
becomes $'    build: ./app\n    command: run it\n    environment: [MODE=fast]' 'command: [run, it]'
out_has 'environment: [LANG=C.UTF-8, MODE=fast]'
out_lacks serve
# What goes on in another line keeps its distance, and each RUN sees the values that were set ahead of it.
printf 'FROM debian:12\nRUN apt-get install -y\\\n    curl\\\n\tgit\nENV A=1\\\n  B=2\n' >app/Other
becomes '    build: {context: app, dockerfile: Other}' 'apt-get install -y curl git'
out_has 'env: {A: "1", B: "2"}'
refused_recipe() { # TEXT of a Dockerfile
	printf '%s\n' "$1" >app/Other
	becomes '    build: {context: app, dockerfile: Other}' "# left out (images aren't built in a job): build: "
}
refused_recipe $'FROM debian:12\nARG A=1\nRUN echo $A\nARG A=2\nRUN echo $A'
refused_recipe $'FROM debian:12\nENV A=1\nWORKDIR /$A\nENV A=2'
refused_recipe $'# escape=`\nFROM debian:12\nRUN dir c:\\\nRUN y'
for line in 'FROM other:1' 'RUN <<EOF' 'SHELL ["sh"]' 'COPY --from=x /a /b' 'ENV PATH=/a:$PATH' 'ADD http://x/y /z'; do
	refused_recipe $'FROM debian:12\n'"$line"
done

# .env beside the file counts, as for Compose.
printf 'PORT=8080\nSOCKET=/var/run/docker.sock\n' >.env
becomes '    volumes: ["${SOCKET}:/var/run/docker.sock:ro"]' '# left out (there is no Docker on the nodes)'
becomes '    volumes: ["${OTHER:-/run/docker.sock}:/var/run/docker.sock"]' '# left out (there is no Docker on the nodes)'
becomes '    ports: ["${PORT}:${PORT}"]' 'ports: ["${PORT:-}:${PORT:-}"]'
rm .env

# An anchor is converted once, whoever refers to it; a service that merges another one has its own needs.
cat >in.yml <<'END'
x-base: &base
  restart: always
  environment: &env {A: }
  tty: true
services:
  a: &a
    <<: *base
    image: a:1
    cpus: 2
  b:
    <<: *a
    cpus:
    restart: "no"
  c: {<<: *base, image: c:1, environment: {<<: *env, B: 1}}
END
run 0 hpcc convert in.yml -o out.yaml --force
run 0 cat out.yaml
out_has 'environment: &env {A: "${A:-}"}'
out_has $'    image: a:1\n    x-slurm: {cpus_per_task: 2, failure_policy: {mode: restart_on_failure, max_restarts: 100}}\n'
out_has $'    <<: *a\n    x-slurm: {}\n    x-runtime: {}\n'
out_has 'c: {x-slurm: {failure_policy: {mode: restart_on_failure, max_restarts: 100}}, <<: *base, image: c:1'
run 0 hpcc validate out.yaml

# Secrets and configs are mounted; named volumes are made beside the spec.
mkdir -p sub
cat >in.yml <<'END'
services:
  a: {image: a:1, secrets: [pw, {source: tls, target: /etc/tls}], configs: [conf], volumes: [v:/v]}
  b: {image: b:1, secrets: [env]}
secrets: {pw: {file: ./pw.txt}, tls: {file: tls.pem}, env: {environment: X}}
configs: {conf: {file: ./conf}}
volumes: {v: , w: {driver_opts: {device: ./w}}}
END
run 0 hpcc convert in.yml -o sub/out.yaml
err_has "secrets.env: write it to a file, and mount that in service 'b'"
that 'the folder of a named volume is there' test -d sub/volumes/v

# What a service merges from another one is mounted there.
cat >in.yml <<'END'
services:
  a: &a {image: "a:1", secrets: [pw], volumes: ["./x:/x"]}
  b: {<<: *a, command: [b]}
secrets: {pw: {file: ./pw.txt}}
END
run 0 hpcc convert in.yml -o merged.yaml
that 'nothing is asked for' test "$(grep -c mount <<<"$err")" = 0
run 0 hpcc config merged.yaml
that 'both have the mount' test "$(grep -c 'pw.txt:/run/secrets/pw' <<<"$out")" = 2

# Folders are made beside the spec alone, whatever a volume is called or bound to.
mkdir -p beside/spec && cd beside/spec
cat >docker-compose.yml <<END
services:
  a:
    image: a:1
    volumes:
      - q/../../../climbs:/c
      - out:/o
      - net:/n
      - {type: volume, source: deep, target: /d, volume: {subpath: in/side}}
volumes:
  out: {driver_opts: {type: none, o: bind, device: $PWD/../bound}}
  net: {driver_opts: {type: nfs, o: addr=10.0.0.1, device: $PWD/../export}}
END
run 0 hpcc convert docker-compose.yml -o compose.yaml
err_has 'volumes.net: it is of type nfs'
that 'nothing is made elsewhere' test "$(ls ..)" = spec
that 'a folder below a volume is made' test -d volumes/deep/in/side
that 'the volume of a network has a folder' test -d volumes/net
cd ../..
run 0 cat sub/out.yaml
out_has './volumes/v:/v'
out_has './pw.txt:/run/secrets/pw:ro, ./tls.pem:/etc/tls:ro, ./conf:/conf:ro'
run 0 hpcc validate sub/out.yaml

# Sources of mounts are made as Docker makes them, unless they look like files; contents of configs become files.
mkdir -p sources && cd sources
mkdir there && echo 1 >conf && echo 2 >with.conf
cat >docker-compose.yml <<'END'
services:
  a:
    image: a:1
    volumes: [./there:/t, ./made/below:/m, ./conf:/c, ./with.conf:/w, ./gone.conf:/g, ./.cache:/h, ../up:/u, "$PWD/own:/o"]
    configs: [{source: text, target: /etc/text}, kept]
  b: {image: b:1, volumes: [v:/v], configs: [text]}
volumes: {v: {driver_opts: {type: none, o: bind, device: "${PWD}/bound"}}}
configs:
  text: {content: "of ${WHO:-nobody}, $$1"}
  kept: {content: "written"}
END
mkdir configs && echo before >configs/kept
run 0 hpcc convert docker-compose.yml -o compose.yaml
err_has "volumes: make the file 'gone.conf', which is mounted and isn't there"
that 'what is there is not asked for' test "$(grep -c 'with.conf\|PWD' <<<"$err")" = 0
that 'folders are made' test -d made/below -a -d .cache -a -d own -a -d bound
that 'files stay' test -f conf -a ! -e gone.conf -a ! -e ../up
that 'contents are kept' test "$(cat configs/text configs/kept)" = "$(printf 'of nobody, $1before')"
run 0 cat compose.yaml
out_has './configs/text:/etc/text:ro, ./configs/kept:/kept:ro'
out_has '"${PWD:-.}/own:/o"'
out_has '"${PWD:-.}/bound:/v"'
cd ..

# Variables with dots in their names stay.
becomes '    environment: {node.name: es01, "a-b": 1}' 'environment: {node.name: es01}'
err_has "services.a.environment: 'a-b' is no name of a variable"

# Several files: later ones are laid over the first, as Compose does.
mkdir -p layers && cd layers
cat >docker-compose.yml <<'END'
# the app
x-env: &env {MODE: slow, KEEP: "1"}
services:
  web:  # the web
    image: web:1
    command: [serve]
    ports: ["8080:8080"]
    environment: *env
    volumes: [".:/srv", "data:/data"]
    restart: always
  other: {image: "o:1", environment: *env, tty: true}
volumes: {data: }
END
cat >docker-compose.override.yml <<'END'
services:
  web:
    command: [serve, --debug]
    ports: !reset []
    environment: [MODE=fast]
    volumes: ["./src:/srv"]
    restart: !reset null
    labels: [a]
  mail:
    image: mail:1
    volumes: [spool:/spool]
volumes:
  spool:
END
run 0 hpcc convert -f docker-compose.yml -f docker-compose.override.yml -o compose.yaml
run 0 cat compose.yaml
out_has '  web:  # the web'
out_has 'command: [serve, "--debug"]'
out_has 'environment: {MODE: fast, KEEP: "1"}'
out_has 'volumes: [./src:/srv, ./volumes/data:/data]'
out_has './volumes/spool:/spool'
out_has 'other: {image: "o:1", environment: *env}'
out_lacks 8080
out_lacks failure_policy
run 0 hpcc validate compose.yaml
that 'folders of all files are made' test -d volumes/spool -a -d volumes/data
run 1 hpcc convert --check -f docker-compose.yml -f docker-compose.override.yml
out_has 'docker-compose.yml:11:44: left out: services.other.tty: '
out_has 'docker-compose.override.yml:8:5: left out: services.web.labels: '
# One that Compose would lay over the file by itself is told.
run 0 hpcc convert docker-compose.yml
err_has "docker-compose.override.yml: Compose lays it over this file; 'hpcc convert -f docker-compose.yml -f docker-compose.override.yml' does, too"
run 2 hpcc convert -f docker-compose.yml -f nothere.yml
err_has "can't read 'nothere.yml'"
mkdir -p elsewhere && cd elsewhere
run 0 hpcc convert -f ../docker-compose.yml -f ../docker-compose.override.yml
out_has './src:/srv'
out_has 'command: [serve, "--debug"]'
out_has '# from docker-compose.override.yml'
cd ../..

# --check says what would be lost.
printf 'services:\n  a: {image: a:1, tty: true, ports: ["80:80"]}\n' >in.yml
run 1 hpcc convert --check in.yml
out_has 'in.yml:2:19: left out: services.a.tty: a job has no terminal'
out_has 'x-slurm.time'
run 1 hpcc convert --check --format=json in.yml
out_has '"key": "services.a.tty"'
out_has '"line": 2'
printf 'services:\n  a: {image: a:1}\n' >in.yml
run 0 hpcc convert --check in.yml
out_lacks 'left out'

# Lines are those of the file, also of what only the compiler refuses, rounds after lines have come and gone.
cat >in.yml <<'END'
# 1
services:
  a:
    image: a:1
    restart: always
    labels:
      - one
      - two
    environment: {A: 1}
    nonsense: [1, 2]
  b:
    image: b:1
    environment:
      - A=1
      - 1B=2
    depends_on: {nobody: {condition: service_started}}
END
run 1 hpcc convert --check in.yml
out_has 'in.yml:6:5: left out: services.a.labels: '
out_has 'in.yml:10:5: left out: services.a.nonsense: '
out_has 'in.yml:15:9: left out: services.b.environment[1]: '
out_has 'in.yml:16:18: left out: services.b.depends_on.nobody: '
run 1 hpcc convert --check --format=json in.yml
out_has '"line": 15'

# A spec whose folders can't be made isn't written.
mkdir -p blocked && printf 'services:\n  a: {image: "a:1", volumes: ["data:/d"]}\n' >blocked/in.yml && touch blocked/volumes
run 1 hpcc convert blocked/in.yml -o blocked/out.yaml
err_has "can't make 'blocked/./volumes/data'"
that 'no spec without its folders' test ! -e blocked/out.yaml

# Files that aren't there, that are there, that are no Compose files.
run 2 hpcc convert nothere.yml
err_has "can't read 'nothere.yml'"
echo keep >kept.yaml
run 2 hpcc convert in.yml -o kept.yaml
err_has '--force overwrites it'
run 0 cat kept.yaml
out_has keep
printf 'services:\n  a: {image: [\n' >in.yml
run 2 hpcc convert in.yml
err_has '[R001]'
printf 'a: 1\n' >in.yml
run 2 hpcc convert in.yml
err_has 'no services to convert [R009]'
printf '[]\n' >in.yml
run 2 hpcc convert in.yml
err_has 'the file must be a mapping'
run 0 bash -c 'printf "services: {a: {image: \"a:1\"}}" | hpcc convert -'
out_has 'services: {a: {image: "a:1"}}'

# Commands say in one line what a Compose file needs.
for word in up validate compile inspect; do
	run 2 hpcc "$word" "$files/monitoring.yml"
	that "$word: one line" test "$(wc -l <<<"$err")" = 1
	err_has "is a Docker Compose file; 'hpcc convert $files/monitoring.yml -o compose.yaml' makes a spec of it"
done
printf 'x-slurm: {time: 10}\nservices:\n  a: {image: a:1, restart: always}\n' >in.yml
run 2 hpcc validate in.yml
err_has 'write '"'"'x-slurm: {failure_policy'

# The page's example is what comes out.
awk '/^This Compose file, say:/ {on = 1; next} /^becomes this spec/ {exit} on {sub(/^    /, ""); print}' \
	"$files/../../docs/coming-from-compose.md" | sed '/./,$!d' >in.yml
awk '/^```yaml$/ {on = 1; next} /^```$/ {exit} on' "$files/../../docs/coming-from-compose.md" >wanted.yaml
run 0 hpcc convert in.yml -o out.yaml --force
that 'the page shows what comes out' diff wanted.yaml out.yaml
finish
