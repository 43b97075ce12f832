# SPDX-License-Identifier: Apache-2.0
"""YAML as the compiler reads it."""
import re

import yaml


class Core(yaml.SafeLoader):
    """YAML 1.2 core, as the compiler reads it: `yes` and `1:30:00` are texts."""


Core.yaml_implicit_resolvers = {}
for tag, pattern, first in (
    ("null", r"^(?:~|null|Null|NULL|)$", ["~", "n", "N", ""]),
    ("bool", r"^(?:true|True|TRUE|false|False|FALSE)$", list("tTfF")),
    ("int", r"^[-+]?(?:0|[1-9][0-9]*)$|^0x[0-9a-fA-F]+$|^0o[0-7]+$|^0b[01]+$", list("-+0123456789")),
    ("float", r"^[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?$", list("-+0123456789.")),
    ("merge", r"^<<$", ["<"]),
):
    Core.add_implicit_resolver("tag:yaml.org,2002:" + tag, re.compile(pattern), first)


def construct_int(loader, node):
    return int(node.value, 0) if node.value.lstrip("+-") != "0" else 0


def construct_float(loader, node):
    # A number too long for an integer of ours is one all the same.
    return float(node.value)


Core.add_constructor("tag:yaml.org,2002:int", construct_int)
Core.add_constructor("tag:yaml.org,2002:float", construct_float)
