# SPDX-License-Identifier: Apache-2.0
# Commands that cannot run: not there, not executable, no such folder; a function that ends early.
. "$1/lib.bash"

service_missing() { exec "$RT" step -- /no/such/program; }
service_data() { exec "$RT" step -- /etc/passwd; }
service_folder() { exec "$RT" step --chdir /no/such/folder -- true; }
service_early() {
	false
	exec "$RT" step -- true
}

begin
job 0 <<'TABLE'
service missing
  run service_missing
  log logs/missing.log
  on-failure ignore
service data
  run service_data
  log logs/data.log
  on-failure ignore
service folder
  run service_folder
  log logs/folder.log
  on-failure ignore
service early
  run service_early
  on-failure ignore
TABLE
expect_state missing last_exit_code 127
expect_state data last_exit_code 126
expect_state folder last_exit_code 1
expect_state early last_exit_code 1
for service in missing data folder; do
	expect_state $service verdict not-started
	grep -q '^hpcc-rt step: cannot ' "$JOB_DIR/logs/$service.log" || fail "$service says nothing"
done
