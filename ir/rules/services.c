/* SPDX-License-Identifier: Apache-2.0 */
/* R086 to R114: commands, probes, modules, hooks, preparation of images. */
#include "ir/rules/rules.h"

/* clang-format off: one string a line, as the example is written */
const struct rule rules_services[] = {
	{.id = "R086", .name = "script-and-command",
	 .meaning =
	 "script stands with command or entrypoint.",
	 .remedy =
	 "script is a command of its own, run by /bin/sh. Keep one of them.",
	 .bad =
	 "services:\n"
	 "  app:\n"
	 "    image: redis:7\n"
	 "    command: serve\n"
	 "    script: echo hi\n",
	 .good =
	 "services:\n"
	 "  app:\n"
	 "    image: redis:7\n"
	 "    script: echo hi\n"},
	{.id = "R087", .name = "script-blank",
	 .meaning =
	 "script is blank.",
	 .remedy =
	 "Write at least one command.",
	 .bad =
	 "services:\n"
	 "  app:\n"
	 "    image: redis:7\n"
	 "    script: \" \"\n",
	 .good =
	 "services:\n"
	 "  app:\n"
	 "    image: redis:7\n"
	 "    script: echo hi\n"},
	{.id = "R088", .name = "command-forms",
	 .meaning =
	 "entrypoint and command have different forms.",
	 .remedy =
	 "Both are texts, or both are lists: they are joined into one.",
	 .bad =
	 "services:\n"
	 "  app:\n"
	 "    image: redis:7\n"
	 "    entrypoint: /run.sh\n"
	 "    command: [serve]\n",
	 .good =
	 "services:\n"
	 "  app:\n"
	 "    image: redis:7\n"
	 "    entrypoint: [/run.sh]\n"
	 "    command: [serve]\n"},
	{.id = "R089", .name = "working-dir-alone",
	 .meaning =
	 "working_dir stands without a command.",
	 .remedy =
	 "The image's own start command can't be moved; add command, entrypoint or "
	 "script.",
	 .bad =
	 "services:\n"
	 "  app:\n"
	 "    image: redis:7\n"
	 "    working_dir: /data\n",
	 .good =
	 "services:\n"
	 "  app:\n"
	 "    image: redis:7\n"
	 "    working_dir: /data\n"
	 "    command: serve\n"},
	{.id = "R090", .name = "probe-twice",
	 .meaning =
	 "readiness and healthcheck stand together.",
	 .remedy =
	 "healthcheck is Compose's spelling of readiness. Keep one.",
	 .bad =
	 "services:\n"
	 "  app:\n"
	 "    image: redis:7\n"
	 "    readiness: {type: tcp, port: 6379}\n"
	 "    healthcheck: {test: nc -z localhost 6379}\n",
	 .good =
	 "services:\n"
	 "  app:\n"
	 "    image: redis:7\n"
	 "    readiness: {type: tcp, port: 6379}\n"},
	{.id = "R091", .name = "healthcheck-rhythm",
	 .meaning =
	 "interval, retries or start_period stands on a healthcheck.",
	 .remedy =
	 "A service is probed until it is ready once, so only timeout counts.",
	 .bad =
	 "services:\n"
	 "  app:\n"
	 "    image: redis:7\n"
	 "    healthcheck: {test: nc -z localhost 6379, interval: 5s}\n",
	 .good =
	 "services:\n"
	 "  app:\n"
	 "    image: redis:7\n"
	 "    healthcheck: {test: nc -z localhost 6379, timeout: 30s}\n"},
	{.id = "R092", .name = "healthcheck-no-test",
	 .meaning =
	 "A healthcheck has no test and is not disabled.",
	 .remedy =
	 "Add test, or disable: true.",
	 .bad =
	 "services:\n"
	 "  app:\n"
	 "    image: redis:7\n"
	 "    healthcheck: {timeout: 30s}\n",
	 .good =
	 "services:\n"
	 "  app:\n"
	 "    image: redis:7\n"
	 "    healthcheck: {test: nc -z localhost 6379, timeout: 30s}\n"},
	{.id = "R093", .name = "healthcheck-list",
	 .meaning =
	 "The list of a test does not begin with CMD or CMD-SHELL, or has nothing behind "
	 "it.",
	 .remedy =
	 "Write [CMD, nc, -z, host, port]. To switch the probe off write disable: true.",
	 .bad =
	 "services:\n"
	 "  app:\n"
	 "    image: redis:7\n"
	 "    healthcheck: {test: [NONE]}\n",
	 .good =
	 "services:\n"
	 "  app:\n"
	 "    image: redis:7\n"
	 "    healthcheck: {disable: true}\n"},
	{.id = "R094", .name = "healthcheck-nc",
	 .meaning =
	 "An nc probe lacks -z, or a host and a port.",
	 .remedy =
	 "Write nc -z HOST PORT. Words behind other options count as host and port.",
	 .bad =
	 "services:\n"
	 "  app:\n"
	 "    image: redis:7\n"
	 "    healthcheck: {test: nc localhost 6379}\n",
	 .good =
	 "services:\n"
	 "  app:\n"
	 "    image: redis:7\n"
	 "    healthcheck: {test: nc -z localhost 6379}\n"},
	{.id = "R095", .name = "healthcheck-unknown",
	 .meaning =
	 "The test is no probe that hpcc knows.",
	 .remedy =
	 "Known are nc -z, curl with a URL, wget --spider with a URL. For others write "
	 "readiness with type log, http, tcp or sleep.",
	 .bad =
	 "services:\n"
	 "  app:\n"
	 "    image: redis:7\n"
	 "    healthcheck: {test: [CMD, redis-cli, ping]}\n",
	 .good =
	 "services:\n"
	 "  app:\n"
	 "    image: redis:7\n"
	 "    readiness: {type: log, pattern: Ready to accept}\n"},
	{.id = "R096", .name = "duration",
	 .meaning =
	 "A time of a healthcheck is not a duration.",
	 .remedy =
	 "Seconds, or parts with h, m and s: 45, 30s, 1m30s.",
	 .bad =
	 "services:\n"
	 "  app:\n"
	 "    image: redis:7\n"
	 "    healthcheck: {test: nc -z localhost 6379, timeout: 500ms}\n",
	 .good =
	 "services:\n"
	 "  app:\n"
	 "    image: redis:7\n"
	 "    healthcheck: {test: nc -z localhost 6379, timeout: 1m30s}\n"},
	{.id = "R097", .name = "probe-port",
	 .meaning =
	 "A readiness port is 0.",
	 .remedy =
	 "Ports go from 1 to 65535.",
	 .bad =
	 "services:\n"
	 "  app:\n"
	 "    image: redis:7\n"
	 "    readiness: {type: tcp, port: 0}\n",
	 .good =
	 "services:\n"
	 "  app:\n"
	 "    image: redis:7\n"
	 "    readiness: {type: tcp, port: 6379}\n"},
	{.id = "R098", .name = "probe-blank",
	 .meaning =
	 "A readiness host, pattern or url is blank.",
	 .remedy =
	 "Fill it in; host may be left out for 127.0.0.1.",
	 .bad =
	 "services:\n"
	 "  app:\n"
	 "    image: redis:7\n"
	 "    readiness: {type: log, pattern: \" \"}\n",
	 .good =
	 "services:\n"
	 "  app:\n"
	 "    image: redis:7\n"
	 "    readiness: {type: log, pattern: ready}\n"},
	{.id = "R099", .name = "status-code",
	 .meaning =
	 "status_code is not between 100 and 599.",
	 .remedy =
	 "It is the HTTP status that means ready, 200 unless set.",
	 .bad =
	 "services:\n"
	 "  app:\n"
	 "    image: redis:7\n"
	 "    readiness: {type: http, url: \"http://localhost:80/\", status_code: 99}\n",
	 .good =
	 "services:\n"
	 "  app:\n"
	 "    image: redis:7\n"
	 "    readiness: {type: http, url: \"http://localhost:80/\", status_code: 204}\n"},
	{.id = "R100", .name = "probe-timeout",
	 .meaning =
	 "A readiness time-out is 0.",
	 .remedy =
	 "Nothing is ready at once; leave the key out for 60 seconds.",
	 .bad =
	 "services:\n"
	 "  app:\n"
	 "    image: redis:7\n"
	 "    readiness: {type: tcp, port: 6379, timeout_seconds: 0}\n",
	 .good =
	 "services:\n"
	 "  app:\n"
	 "    image: redis:7\n"
	 "    readiness: {type: tcp, port: 6379, timeout_seconds: 5}\n"},
	{.id = "R101", .name = "assert-empty",
	 .meaning =
	 "assert sets nothing.",
	 .remedy =
	 "Set exit_code, artifacts_contain or max_duration_seconds, or drop the block.",
	 .bad =
	 "services:\n"
	 "  app:\n"
	 "    image: redis:7\n"
	 "    assert: {}\n",
	 .good =
	 "services:\n"
	 "  app:\n"
	 "    image: redis:7\n"
	 "    assert: {exit_code: 0}\n"},
	{.id = "R102", .name = "assert-exit-code",
	 .meaning =
	 "assert.exit_code is above 255.",
	 .remedy =
	 "A process ends with 0 to 255.",
	 .bad =
	 "services:\n"
	 "  app:\n"
	 "    image: redis:7\n"
	 "    assert: {exit_code: 300}\n",
	 .good =
	 "services:\n"
	 "  app:\n"
	 "    image: redis:7\n"
	 "    assert: {exit_code: 3}\n"},
	{.id = "R103", .name = "assert-glob",
	 .meaning =
	 "assert.artifacts_contain is no path inside the job's folder.",
	 .remedy =
	 "One line; relative, or absolute below /hpc-compose/job; without ..",
	 .bad =
	 "services:\n"
	 "  app:\n"
	 "    image: redis:7\n"
	 "    assert: {artifacts_contain: ../out}\n",
	 .good =
	 "services:\n"
	 "  app:\n"
	 "    image: redis:7\n"
	 "    assert: {artifacts_contain: out/*.txt}\n"},
	{.id = "R104", .name = "assert-duration",
	 .meaning =
	 "assert.max_duration_seconds is 0.",
	 .remedy =
	 "Leave the key out for no limit.",
	 .bad =
	 "services:\n"
	 "  app:\n"
	 "    image: redis:7\n"
	 "    assert: {max_duration_seconds: 0}\n",
	 .good =
	 "services:\n"
	 "  app:\n"
	 "    image: redis:7\n"
	 "    assert: {max_duration_seconds: 60}\n"},
	{.id = "R105", .name = "modules-twice",
	 .meaning =
	 "modules and x-env.modules stand in one scope.",
	 .remedy =
	 "modules is short for x-env.modules. Keep one.",
	 .bad =
	 "modules: [gcc]\n"
	 "x-env: {modules: [cuda]}\n"
	 "services:\n"
	 "  app:\n"
	 "    image: redis:7\n",
	 .good =
	 "x-env: {modules: [gcc, cuda]}\n"
	 "services:\n"
	 "  app:\n"
	 "    image: redis:7\n"},
	{.id = "R106", .name = "modules-shape",
	 .meaning =
	 "The short form modules is no list of texts, or x-env beside it is no mapping.",
	 .remedy =
	 "Write modules: [name, name].",
	 .bad =
	 "modules: gcc\n"
	 "services:\n"
	 "  app:\n"
	 "    image: redis:7\n",
	 .good =
	 "modules: [gcc]\n"
	 "services:\n"
	 "  app:\n"
	 "    image: redis:7\n"},
	{.id = "R107", .name = "module-name",
	 .meaning =
	 "The name of a module is blank, has several lines, or begins with -.",
	 .remedy =
	 "It becomes one argument of module load.",
	 .bad =
	 "modules: [\"-f\"]\n"
	 "services:\n"
	 "  app:\n"
	 "    image: redis:7\n",
	 .good =
	 "modules: [gcc/12]\n"
	 "services:\n"
	 "  app:\n"
	 "    image: redis:7\n"},
	{.id = "R108", .name = "spack-view",
	 .meaning =
	 "x-env.spack.view is blank, has several lines, or is not absolute.",
	 .remedy =
	 "Name the folder of a Spack view.",
	 .bad =
	 "x-env: {spack: {view: spack/view}}\n"
	 "services:\n"
	 "  app:\n"
	 "    image: redis:7\n",
	 .good =
	 "x-env: {spack: {view: /opt/spack/view}}\n"
	 "services:\n"
	 "  app:\n"
	 "    image: redis:7\n"},
	{.id = "R109", .name = "x-env-value",
	 .meaning =
	 "A value of x-env.env is blank or has several lines.",
	 .remedy =
	 "It is exported by a line of the script.",
	 .bad =
	 "x-env: {env: {MODE: \" \"}}\n"
	 "services:\n"
	 "  app:\n"
	 "    image: redis:7\n",
	 .good =
	 "x-env: {env: {MODE: fast}}\n"
	 "services:\n"
	 "  app:\n"
	 "    image: redis:7\n"},
	{.id = "R110", .name = "hook-blank",
	 .meaning =
	 "The script of a prologue, epilogue or hook is blank.",
	 .remedy =
	 "Write at least one command, or drop it.",
	 .bad =
	 "services:\n"
	 "  app:\n"
	 "    image: redis:7\n"
	 "    x-slurm:\n"
	 "      prologue: \" \"\n",
	 .good =
	 "services:\n"
	 "  app:\n"
	 "    image: redis:7\n"
	 "    x-slurm:\n"
	 "      prologue: echo start\n"},
	{.id = "R111", .name = "hook-context",
	 .meaning =
	 "A hook asks for the container.",
	 .remedy =
	 "Hooks on restart and window_exhausted run on the host, where no container "
	 "exists at that time.",
	 .bad =
	 "services:\n"
	 "  app:\n"
	 "    image: redis:7\n"
	 "    x-slurm:\n"
	 "      failure_policy: {mode: restart_on_failure}\n"
	 "      hooks: [{on: restart, context: container, script: date}]\n",
	 .good =
	 "services:\n"
	 "  app:\n"
	 "    image: redis:7\n"
	 "    x-slurm:\n"
	 "      failure_policy: {mode: restart_on_failure}\n"
	 "      hooks: [{on: restart, script: date}]\n"},
	{.id = "R112", .name = "prepare-twice",
	 .meaning =
	 "A service has x-runtime.prepare and x-enroot.prepare.",
	 .remedy =
	 "They are two spellings of one block. Keep x-runtime.prepare.",
	 .bad =
	 "services:\n"
	 "  app:\n"
	 "    image: redis:7\n"
	 "    x-runtime: {prepare: {commands: [date]}}\n"
	 "    x-enroot: {prepare: {commands: [date]}}\n",
	 .good =
	 "services:\n"
	 "  app:\n"
	 "    image: redis:7\n"
	 "    x-runtime: {prepare: {commands: [date]}}\n"},
	{.id = "R113", .name = "prepare-enroot",
	 .meaning =
	 "x-enroot.prepare stands with a backend other than pyxis.",
	 .remedy =
	 "Write x-runtime.prepare, which every container backend takes.",
	 .bad =
	 "runtime: {backend: apptainer}\n"
	 "services:\n"
	 "  app:\n"
	 "    image: redis:7\n"
	 "    x-enroot: {prepare: {commands: [date]}}\n",
	 .good =
	 "runtime: {backend: apptainer}\n"
	 "services:\n"
	 "  app:\n"
	 "    image: redis:7\n"
	 "    x-runtime: {prepare: {commands: [date]}}\n"},
	{.id = "R114", .name = "prepare-empty",
	 .meaning =
	 "prepare has no commands.",
	 .remedy =
	 "Name what to run in the image, or drop the block.",
	 .bad =
	 "services:\n"
	 "  app:\n"
	 "    image: redis:7\n"
	 "    x-runtime: {prepare: {commands: []}}\n",
	 .good =
	 "services:\n"
	 "  app:\n"
	 "    image: redis:7\n"
	 "    x-runtime: {prepare: {commands: [date]}}\n"},
};
/* clang-format on */
const size_t n_rules_services = sizeof(rules_services) / sizeof(rules_services[0]);
