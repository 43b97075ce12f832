# SPDX-License-Identifier: Apache-2.0
# The same examples with every service in a container.
. "$SOURCE/examples.bash"
run_examples pyxis quickstart redis-workers pipeline \
	training-with-sidecar two-nodes four-nodes restart failing
