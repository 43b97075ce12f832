# SPDX-License-Identifier: Apache-2.0
# The same examples in Charliecloud's containers, which need no help from root.
. "$SOURCE/examples.bash"
run_examples charliecloud quickstart pipeline training-with-sidecar two-nodes four-nodes restart failing artifacts
