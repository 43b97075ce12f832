#!/bin/sh
# Waits for the database, and becomes the words that follow.
set -e
until psql -h "$POSTGRE_HOST" -U postgres -Atc 'select 1' >/dev/null 2>"$OPT_DIR/why"; do
	sleep 0.3
done
exec "$@"
