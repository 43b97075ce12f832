#!/bin/bash
# The application: counts its starts in the database, writes into both of its volumes, and serves them.
set -euo pipefail
export PGHOST=$POSTGRE_HOST PGUSER=postgres
psql -qAtc 'create table if not exists starts(n int)' -c 'insert into starts values (1)' 2>/dev/null
starts=$(psql -Atc 'select count(*) from starts')
echo "start $starts" >data/starts
mkdir -p label_studio/static
echo "static of $starts" >label_studio/static/index.html
echo "starts: $starts, password '$POSTGRE_PASSWORD', host '$LABEL_STUDIO_HOST'"
exec httpd -f -p 8080 -h data
