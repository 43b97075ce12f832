# SPDX-License-Identifier: Apache-2.0
# The examples, compiled and run on the nodes themselves.
. "$SOURCE/examples.bash"
run_examples host quickstart redis-workers pipeline \
	training-with-sidecar two-nodes four-nodes restart failing artifacts
