#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""compare.py DIFFERENCES FOLDER...: what observe.py wrote into FOLDER/{host,pyxis,charliecloud} must be
the same but for the lines that the file DIFFERENCES lists, one group a line:

    seen/*  both  ^folder "(<here>|/srv|/)"$    why it differs

in these files, for one container or both, lines like this don't count. A group that no difference needs
any more is a failure, too. Prints what is wrong and ends with 1."""
import difflib
import fnmatch
import os
import re
import sys

groups = []
for line in open(sys.argv[1], encoding='utf-8'):
    if line.strip() and not line.startswith('#'):
        files, who, pattern, reason = re.split(r'\s{2,}', line.strip(), maxsplit=3)
        groups.append({'files': files, 'who': who, 'pattern': re.compile(pattern), 'reason': reason, 'used': False})


def texts(folder):
    found = {}
    for base, _, files in os.walk(folder):
        for name in files:
            path = os.path.join(base, name)
            found[os.path.relpath(path, folder)] = open(path, encoding='utf-8').read().splitlines()
    return found


def group_of(name, other, line):
    for group in groups:
        if group['who'] in ('both', other) and fnmatch.fnmatch(name, group['files']) and group['pattern'].search(line):
            return group
    return None


wrong = False
for folder in sys.argv[2:]:
    host = texts(f'{folder}/host')
    if len(host) < 10:
        sys.exit(f'{folder}/host holds next to nothing')
    for other in ('pyxis', 'charliecloud'):
        theirs = texts(f'{folder}/{other}')
        for name in sorted(host.keys() | theirs.keys()):
            mine, their = host.get(name, []), theirs.get(name, [])
            for line in difflib.ndiff(mine, their):
                if line[0] in '+-' and (group := group_of(name, other, line[2:])):
                    group['used'] = True
            difference = list(difflib.unified_diff(*([line for line in lines if not group_of(name, other, line)]
                                                     for lines in (mine, their)),
                                                   f'{folder}/host/{name}', f'{folder}/{other}/{name}', '', '', 2, ''))
            if difference:
                wrong = True
                print('\n'.join(difference))
for group in groups:
    if not group['used']:
        wrong = True
        print(f"no difference needs this group any more: {group['files']} {group['pattern'].pattern}")
sys.exit(wrong)
