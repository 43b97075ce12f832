# SPDX-License-Identifier: Apache-2.0
# The same examples in Apptainer's containers.
# NEEDS: apptainer
. "$SOURCE/examples.bash"
run_examples apptainer quickstart redis-workers pipeline training-with-sidecar two-nodes four-nodes restart failing artifacts
