# SPDX-License-Identifier: Apache-2.0
# The same examples with every service in a container of the Pyxis stand-in.
. "$SOURCE/examples.bash"
run_examples pyxis quickstart redis-workers pipeline \
	training-with-sidecar two-nodes four-nodes restart failing artifacts
