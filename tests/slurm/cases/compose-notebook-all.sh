# SPDX-License-Identifier: Apache-2.0
# The same (compose-notebook.sh) in each way that there is, on one node and on two.
# SERVERS: postgres redis scipy-notebook
# NEEDS: pg_ctlcluster redis-server
# NIGHTLY
. "$SOURCE/cases/compose-notebook.sh"
site charliecloud >site.yaml
visit
site pyxis >site.yaml
visit
