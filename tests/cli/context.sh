#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# shellcheck disable=SC2016 # specs in single quotes
# What is in force, and where variables come from: context, config --variables, --strict-env.
tests=$(cd "$(dirname "$0")/.." && pwd)
# shellcheck source=tests/cli/lib.bash disable=SC1091,SC2154
. "$tests/cli/lib.bash"

# Without anything it still says so.
run 0 hpcc context
out_has 'no compose.yaml'
out_has 'no .hpc-compose/settings.toml'

mkdir -p .hpc-compose spec
cat >.hpc-compose/settings.toml <<'TOML'
default_profile = "dev"
[defaults]
compose_file = "spec/compose.yaml"
cache_dir = "/shared/cache"
[defaults.env]
REGISTRY = "registry.test"
[profiles.dev]
env.LEVEL = "debug"
[profiles.night]
cache_dir = "/shared/night"
TOML
cat >spec/compose.yaml <<'YAML'
runtime: {backend: host}
x-slurm: {time: "${MINUTES:-5}", runtime_root: /shared/jobs}
services:
  app:
    command: [run, "${TAG}", "${TAG}", "${LEVEL+set}", "$DB_PASSWORD"]
    environment: {WHERE: "$REGISTRY", HOW: "${HOW-plain}"}
YAML
printf 'TAG=7.2\nDB_PASSWORD=hidden-value\n' >spec/.env

run 0 hpcc context
for row in 'spec/compose.yaml .hpc-compose/settings.toml:3:16' 'dev .hpc-compose/settings.toml:1:19' \
	'/shared/cache .hpc-compose/settings.toml:4:13' '/shared/jobs spec/compose.yaml:2:' \
	'TAG=7.2 spec/.env:1:5' 'LEVEL=debug .hpc-compose/settings.toml:8:13' 'REGISTRY=registry.test .hpc-compose/settings.toml:6:12'; do
	that "a row with ${row% *} from ${row#* }" grep -qE -- "${row% *} +${row#* }" "$work/out"
done
out_lacks hidden-value
run 0 env COMPOSE_PROFILES=extra hpcc context --profile night
that 'the profile of the command line' grep -qE 'profile +night +--profile' "$work/out"
that 'its folder' grep -qE 'cache_dir +/shared/night +.hpc-compose/settings.toml:10:13' "$work/out"
out_has COMPOSE_PROFILES
out_lacks LEVEL=
run 0 hpcc context --format=json
that 'context prints JSON' python3 -c 'import json, sys
rows = json.load(open(sys.argv[1]))
assert {"what": "profile", "value": "dev", "from": ".hpc-compose/settings.toml:1:19"} in rows' "$work/out"

# Each variable: value, origin, uses.
run 0 env HOW=loud hpcc config --variables
for line in '^TAG=7.2 +spec/.env:1:5$' '^ +services.app.command\[1\], spec/compose.yaml:5:21$' \
	'^MINUTES=5 +the default$' '^HOW=loud +the environment$' '^REGISTRY=registry.test +.hpc-compose/settings.toml:6:12$' \
	'^DB_PASSWORD=<redacted> +spec/.env:2:13$'; do
	that "a line like $line" grep -qE -- "$line" "$work/out"
done
out_lacks hidden-value
run 0 hpcc config --variables --format=json
that 'variables as JSON' python3 -c 'import json, sys
by = {v["name"]: v for v in json.load(open(sys.argv[1]))}
assert len(by["TAG"]["uses"]) == 2 and by["TAG"]["origin"] == "spec/.env:1:5"
assert by["MINUTES"]["value"] is None and by["MINUTES"]["uses"][0]["default"] == "5"
assert by["HOW"]["uses"][0]["takes"] == "default" and by["LEVEL"]["uses"][0]["takes"] == "instead"
assert by["DB_PASSWORD"]["is_secret"] and by["DB_PASSWORD"]["value"] == "<redacted>"' "$work/out"

# Under --strict-env a default is no value; one that is set, and empty, is.
run 2 hpcc validate --strict-env
err_has "variable 'MINUTES' is not set, and --strict-env takes no default"
err_has "variable 'HOW' is not set, and --strict-env takes no default"
run 0 hpcc validate --strict-env --env MINUTES= --env HOW=
run 0 hpcc validate
run 2 hpcc config --variables --strict-env
that 'what is missing is shown' grep -qE '^HOW +not set$' "$work/out"

finish
