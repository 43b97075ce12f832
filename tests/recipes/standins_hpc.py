# SPDX-License-Identifier: Apache-2.0
"""Stand-ins of solvers, work flows and what watches machines."""
