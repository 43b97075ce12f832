#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""valid.py SCHEMA FILE: the file's JSON is what the schema says; nothing is checked without python3-jsonschema."""
import json
import sys

with open(sys.argv[1], encoding="utf-8") as schema, open(sys.argv[2], encoding="utf-8") as file:
    schema, value = json.load(schema), json.load(file)
try:
    import jsonschema
except ImportError:
    sys.exit(0)
validator = jsonschema.Draft202012Validator(schema)
errors = [f"{'/'.join(map(str, e.path))}: {e.message}" for e in validator.iter_errors(value)]
print("\n".join(errors[:20]))
sys.exit(bool(errors))
