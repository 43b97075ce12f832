# SPDX-License-Identifier: Apache-2.0
# Lines as services write them: without an end, very long, with NULs, in UTF-8 or in no encoding at all.
. "$1/lib.bash"

cat >"$WORK/write" <<'SCRIPT'
case $1 in
open) printf 'ask> ' ;;                      # a prompt, and no line break
dollar) printf 'ready'; sleep 0.3; printf ' not yet\n' ;;
long) head -c 300000 /dev/zero | tr '\0' x; printf 'READY'; head -c 300000 /dev/zero | tr '\0' y; echo ;;
end) head -c 3000000 /dev/zero | tr '\0' x; echo ' READY' ;;
begin) printf 'x%.0s' {1..20000}; echo '^READY'; printf 'x%.0s' {1..20000}; echo 'no READY' ;;
nul) printf 'a\0\0READY\n' ;;
utf8) printf 'caf\303\251 \342\234\223 bereit\n' ;;
latin1) printf 'caf\351 bereit: \303\244\n' ;;
esac
exec sleep 1000
SCRIPT
export WORK
for name in open dollar long end begin nul utf8 latin1; do
	eval "service_$name() { exec \"\$RT\" step -- bash \"\$WORK/write\" $name; }"
done

begin
start <<'TABLE'
service open
  run service_open
  log logs/open.log
  ready log '^ask>' within 60s
service dollar
  run service_dollar
  log logs/dollar.log
  ready log 'ready$' within 60s
service long
  run service_long
  log logs/long.log
  ready log 'xREADYy' within 60s
service end
  run service_end
  log logs/end.log
  ready log ' READY$' within 60s
service begin
  run service_begin
  log logs/begin.log
  ready log '^(x*y|READY|no)' within 60s
service nul
  run service_nul
  log logs/nul.log
  ready log '^a +READY$' within 60s
service utf8
  run service_utf8
  log logs/utf8.log
  ready log '^caf[éè] . bereit$' within 60s
service latin1
  run service_latin1
  log logs/latin1.log
  ready log '^caf. bereit: [ä]$' within 60s
TABLE
for name in open long end nul utf8 latin1; do
	state_becomes $name state ready
done
for name in dollar begin; do
	wait_for 60 grep -q 'not yet\|no READY' "$JOB_DIR/logs/$name.log"
	state_becomes $name last_look 'no line matched'
	expect_state $name state running
done
kill -TERM "$SUPERVISOR"
finish 143
expect_state dollar readiness none
expect_state begin ready_at null
