#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""make-docker-archive.py FOLDER OUT.tar NAME=VALUE...: an image of one layer for skopeo."""
import hashlib
import io
import json
import sys
import tarfile

folder, out, variables = sys.argv[1], sys.argv[2], sys.argv[3:]
buffer = io.BytesIO()
with tarfile.open(fileobj=buffer, mode='w') as tar:
    tar.add(folder, arcname='.')
layer = buffer.getvalue()
config = json.dumps({
    'architecture': 'amd64', 'os': 'linux', 'config': {'Env': variables, 'Cmd': ['/bin/sh']},
    'history': [{'created': '2020-01-01T00:00:00Z', 'created_by': 'a test'}],
    'rootfs': {'type': 'layers', 'diff_ids': ['sha256:' + hashlib.sha256(layer).hexdigest()]},
}).encode()
name = hashlib.sha256(config).hexdigest() + '.json'
manifest = json.dumps([{'Config': name, 'RepoTags': ['tiny:1'], 'Layers': ['layer.tar']}]).encode()
with tarfile.open(out, 'w') as tar:
    for path, content in ((name, config), ('layer.tar', layer), ('manifest.json', manifest)):
        info = tarfile.TarInfo(path)
        info.size = len(content)
        tar.addfile(info, io.BytesIO(content))
