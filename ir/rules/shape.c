/* SPDX-License-Identifier: Apache-2.0 */
/* R001 to R023: the shape of a file, and `extends`. */
#include "ir/rules/rules.h"

/* clang-format off: one string a line, as the example is written */
const struct rule rules_shape[] = {
	{.id = "R001", .name = "not-yaml",
	 .meaning =
	 "The text is not well-formed YAML, or holds more than one document.",
	 .remedy =
	 "The message names the place and what is wrong there. A syntax error ends the "
	 "reading of that file, so mend it first. Values that are nested or aliased "
	 "beyond hpcc's limits count as well.",
	 .bad =
	 "services:\n"
	 "  app:\n"
	 "    image: \"redis:7\n"
	 "    command: serve\n",
	 .good =
	 "services:\n"
	 "  app:\n"
	 "    image: redis:7\n"
	 "    command: serve\n"},
	{.id = "R002", .name = "duplicate-key",
	 .meaning =
	 "A mapping has the same key twice.",
	 .remedy =
	 "YAML readers differ in which of the two wins, so neither is taken. Keep one, "
	 "or join both values under it.",
	 .bad =
	 "services:\n"
	 "  app:\n"
	 "    image: redis:7\n"
	 "    command: serve\n"
	 "    image: redis:8\n",
	 .good =
	 "services:\n"
	 "  app:\n"
	 "    image: redis:7\n"
	 "    command: serve\n"},
	{.id = "R003", .name = "not-a-mapping",
	 .meaning =
	 "The file as a whole is not a mapping of keys to values.",
	 .remedy =
	 "A spec begins with keys such as services. An empty file and a bare list are "
	 "refused.",
	 .bad =
	 "- name: app\n"
	 "  image: redis:7\n",
	 .good =
	 "services:\n"
	 "  app:\n"
	 "    image: redis:7\n"},
	{.id = "R004", .name = "key-not-a-string",
	 .meaning =
	 "A key is a list, a mapping, a number, a boolean or null.",
	 .remedy =
	 "Keys are texts. A number or a word like true that is meant as a name needs "
	 "quotes.",
	 .bad =
	 "services:\n"
	 "  app:\n"
	 "    image: redis:7\n"
	 "    environment:\n"
	 "      1: one\n",
	 .good =
	 "services:\n"
	 "  app:\n"
	 "    image: redis:7\n"
	 "    environment:\n"
	 "      ONE: one\n"},
	{.id = "R005", .name = "unknown-key",
	 .meaning =
	 "A key is not known where it stands.",
	 .remedy =
	 "It is misspelt, or belongs to another level. Nothing is ignored, because an "
	 "ignored setting would change the job unnoticed. Keys of your own may stand at "
	 "the root when they begin with x-.",
	 .bad =
	 "services:\n"
	 "  app:\n"
	 "    imge: redis:7\n",
	 .good =
	 "x-notes: mine\n"
	 "services:\n"
	 "  app:\n"
	 "    image: redis:7\n"},
	{.id = "R006", .name = "compose-only",
	 .meaning =
	 "A Docker Compose key that has no meaning in a Slurm job.",
	 .remedy =
	 "build: name an image and write x-runtime.prepare; ports, networks, "
	 "network_mode: services share the nodes' network, use readiness; restart: use "
	 "x-slurm.failure_policy; deploy: a job has one allocation, use x-slurm.",
	 .bad =
	 "services:\n"
	 "  app:\n"
	 "    image: redis:7\n"
	 "    ports: [\"6379:6379\"]\n",
	 .good =
	 "services:\n"
	 "  app:\n"
	 "    image: redis:7\n"
	 "    readiness: {type: tcp, port: 6379}\n"},
	{.id = "R007", .name = "unknown-version",
	 .meaning =
	 "The version is neither 1 nor \"1\".",
	 .remedy =
	 "It numbers this language, not Docker Compose. Leave the key out or write 1.",
	 .bad =
	 "version: \"3.8\"\n"
	 "services:\n"
	 "  app:\n"
	 "    image: redis:7\n",
	 .good =
	 "version: \"1\"\n"
	 "services:\n"
	 "  app:\n"
	 "    image: redis:7\n"},
	{.id = "R008", .name = "version-kind",
	 .meaning =
	 "The version is neither a text nor a number.",
	 .remedy =
	 "Leave the key out or write 1.",
	 .bad =
	 "version: [1]\n"
	 "services:\n"
	 "  app:\n"
	 "    image: redis:7\n",
	 .good =
	 "version: 1\n"
	 "services:\n"
	 "  app:\n"
	 "    image: redis:7\n"},
	{.id = "R009", .name = "no-services",
	 .meaning =
	 "The file has neither services nor steps.",
	 .remedy =
	 "A job is made of services; add at least one.",
	 .bad =
	 "name: demo\n",
	 .good =
	 "name: demo\n"
	 "services:\n"
	 "  app:\n"
	 "    image: redis:7\n"},
	{.id = "R010", .name = "services-and-steps",
	 .meaning =
	 "A file has both services and steps.",
	 .remedy =
	 "They are two names of one thing. Move all of them under one of the names.",
	 .bad =
	 "services:\n"
	 "  app:\n"
	 "    image: redis:7\n"
	 "steps:\n"
	 "  worker:\n"
	 "    image: redis:7\n",
	 .good =
	 "services:\n"
	 "  app:\n"
	 "    image: redis:7\n"
	 "  worker:\n"
	 "    image: redis:7\n"},
	{.id = "R011", .name = "service-not-a-mapping",
	 .meaning =
	 "services, or one service, is not a mapping.",
	 .remedy =
	 "services maps names to bodies, and a body maps keys to values. A missing blank "
	 "after a colon is a frequent cause.",
	 .bad =
	 "services:\n"
	 "  - app\n",
	 .good =
	 "services:\n"
	 "  app:\n"
	 "    image: redis:7\n"},
	{.id = "R012", .name = "services-empty",
	 .meaning =
	 "services has no entry.",
	 .remedy =
	 "A job without services would do nothing. Add one.",
	 .bad =
	 "services: {}\n",
	 .good =
	 "services:\n"
	 "  app:\n"
	 "    image: redis:7\n"},
	{.id = "R013", .name = "wrong-kind",
	 .meaning =
	 "A value has a kind that its field does not take.",
	 .remedy =
	 "A list was written where a text belongs, a mapping where a number belongs, and "
	 "so on. Integers and booleans are written without quotes; texts may be.",
	 .bad =
	 "x-slurm:\n"
	 "  nodes: two\n"
	 "services:\n"
	 "  app:\n"
	 "    image: redis:7\n",
	 .good =
	 "x-slurm:\n"
	 "  nodes: 2\n"
	 "services:\n"
	 "  app:\n"
	 "    image: redis:7\n"},
	{.id = "R014", .name = "unknown-word",
	 .meaning =
	 "A field that takes one of a few words has another one.",
	 .remedy =
	 "The message lists the words. Case counts.",
	 .bad =
	 "runtime: {backend: docker}\n"
	 "services:\n"
	 "  app:\n"
	 "    image: redis:7\n",
	 .good =
	 "runtime: {backend: apptainer}\n"
	 "services:\n"
	 "  app:\n"
	 "    image: redis:7\n"},
	{.id = "R015", .name = "missing-key",
	 .meaning =
	 "A key that its block cannot do without is missing.",
	 .remedy =
	 "Add the key, or drop the whole block.",
	 .bad =
	 "services:\n"
	 "  app:\n"
	 "    image: redis:7\n"
	 "    readiness:\n"
	 "      type: tcp\n",
	 .good =
	 "services:\n"
	 "  app:\n"
	 "    image: redis:7\n"
	 "    readiness:\n"
	 "      type: tcp\n"
	 "      port: 6379\n"},
	{.id = "R016", .name = "out-of-range",
	 .meaning =
	 "An integer lies outside what its field can hold.",
	 .remedy =
	 "The message names the range.",
	 .bad =
	 "services:\n"
	 "  app:\n"
	 "    image: redis:7\n"
	 "    readiness:\n"
	 "      type: tcp\n"
	 "      port: 70000\n",
	 .good =
	 "services:\n"
	 "  app:\n"
	 "    image: redis:7\n"
	 "    readiness:\n"
	 "      type: tcp\n"
	 "      port: 7000\n"},
	{.id = "R017", .name = "sweep-shape",
	 .meaning =
	 "sweep is not a mapping, or names another spec.",
	 .remedy =
	 "A sweep belongs to the file that holds it and consists of parameters and "
	 "matrix.",
	 .bad =
	 "sweep: [1, 2]\n"
	 "services:\n"
	 "  app:\n"
	 "    image: redis:7\n",
	 .good =
	 "sweep:\n"
	 "  parameters: {LR: [1, 2]}\n"
	 "  matrix: full\n"
	 "services:\n"
	 "  app:\n"
	 "    image: redis:7\n"},
	{.id = "R018", .name = "extends-kind",
	 .meaning =
	 "extends has a kind that it does not take.",
	 .remedy =
	 "At the root it is a path. In a service it is a path, the name of a service, or "
	 "a mapping of file and service.",
	 .bad =
	 "extends: [base.yaml]\n"
	 "services:\n"
	 "  app:\n"
	 "    image: redis:7\n",
	 .good =
	 "extends: base.yaml\n"
	 "services:\n"
	 "  app:\n"
	 "    image: redis:7\n",
	 .needs = "", .file_name = "base.yaml",
	 .file_text =
	 "name: base\n"},
	{.id = "R019", .name = "extends-service-shape",
	 .meaning =
	 "A service's extends mapping lacks service, has another key, or holds something "
	 "that is no text.",
	 .remedy =
	 "Write service, and file when the base is in another file.",
	 .bad =
	 "services:\n"
	 "  app:\n"
	 "    image: redis:7\n"
	 "    extends: {file: base.yaml}\n",
	 .good =
	 "services:\n"
	 "  app:\n"
	 "    image: redis:7\n"
	 "    extends: {file: base.yaml, service: web}\n",
	 .needs = "", .file_name = "base.yaml",
	 .file_text =
	 "services:\n"
	 "  web:\n"
	 "    command: serve\n"},
	{.id = "R020", .name = "extends-file-circle",
	 .meaning =
	 "Files extend each other in a circle, or in a chain of more than 64.",
	 .remedy =
	 "Every edge of the circle is shown. Take one of them out.",
	 .bad =
	 "extends: base.yaml\n"
	 "services:\n"
	 "  app:\n"
	 "    image: redis:7\n",
	 .good =
	 "services:\n"
	 "  app:\n"
	 "    image: redis:7\n",
	 .needs = "", .file_name = "base.yaml",
	 .file_text =
	 "extends: job.yaml\n"},
	{.id = "R021", .name = "extends-service-circle",
	 .meaning =
	 "Services of one file extend each other in a circle, or in a chain of more than "
	 "64.",
	 .remedy =
	 "Every edge of the circle is shown. Put what they share into a service of its "
	 "own that extends nothing.",
	 .bad =
	 "services:\n"
	 "  a: {image: redis:7, extends: b}\n"
	 "  b: {extends: a}\n",
	 .good =
	 "services:\n"
	 "  a: {image: redis:7}\n"
	 "  b: {extends: a}\n"},
	{.id = "R022", .name = "extends-unreadable",
	 .meaning =
	 "A file named by extends is missing or cannot be read.",
	 .remedy =
	 "The path goes by the folder of the file that holds it; it is not interpolated.",
	 .bad =
	 "extends: nowhere.yaml\n"
	 "services:\n"
	 "  app:\n"
	 "    image: redis:7\n",
	 .good =
	 "extends: base.yaml\n"
	 "services:\n"
	 "  app:\n"
	 "    image: redis:7\n",
	 .needs = "", .file_name = "base.yaml",
	 .file_text =
	 "name: base\n"},
	{.id = "R023", .name = "extends-no-service",
	 .meaning =
	 "The service to extend does not exist.",
	 .remedy =
	 "A name without a slash or .yaml means a service of this file; else the file "
	 "must have a service of that name.",
	 .bad =
	 "services:\n"
	 "  app:\n"
	 "    image: redis:7\n"
	 "    extends: bsae\n"
	 "  base:\n"
	 "    image: redis:7\n",
	 .good =
	 "services:\n"
	 "  app:\n"
	 "    image: redis:7\n"
	 "    extends: base\n"
	 "  base:\n"
	 "    image: redis:7\n"},
};
/* clang-format on */
const size_t n_rules_shape = sizeof(rules_shape) / sizeof(rules_shape[0]);
