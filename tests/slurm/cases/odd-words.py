#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""odd-words.py write BACKEND...: folders with a spec that has one odd word everywhere.
odd-words.py check JOB: what the job of such a spec, in the present folder, left behind.

A file `refuse` says that the compiler can't carry the word there, and what it says instead."""
import glob
import json
import os
import re
import shutil
import sys

NO_LOG = 'no\\log' # for its spec names no path of a log
WORDS = ['plain', 'a b', '  two  blanks', "it's", '"quoted"', '$HOME', '${X}', '$(id)', '`id`', 'a,b', 'a:b', '-dash', '--nodes=9',
         '#hash', 'a;b', 'a&b', 'a|b', '<in>', '*', '[x]', '{a,b}', '~', 'back\\slash', NO_LOG, 'übung→', '!bang', 'a=b', 'tab\tbed', '%']
# What can't stand in a path that this container mounts, in that of a log for Slurm, or in a search path; how that is told.
LISTS = {'a,b': 'a comma', '{a,b}': 'a comma', 'a:b': r'\[R0(47|50)\]'}
SHELL = {'"quoted"': 'a quote', '$HOME': 'a dollar', '${X}': 'a dollar', '$(id)': 'a dollar', '`id`': 'a backquote'}
LOGS = {'back\\slash': r'\[B03\]'}
REFUSED = {'pyxis': LISTS | SHELL | LOGS, 'charliecloud': LISTS | LOGS, 'host': LOGS | {'a:b': r'\[B08\]'}}


def text(value):
    """As a text of the spec: `$` stands for itself when doubled."""
    return json.dumps(value.replace('$', '$$'), ensure_ascii=False)


def write(word, backend, folder):
    here = os.path.join(os.getcwd(), folder)
    for name in ('in', 'volume', 'work', 'view'):
        os.makedirs(f'{here}/{name} {word}')
    os.makedirs(f'{here}/view {word}/bin')
    with open(f'{here}/in {word}/file', 'w', encoding='utf-8') as file:
        file.write('staged')
    mount = f'/scratch {word}' if backend == 'pyxis' else '/mnt/scratch'
    spec = [f'name: {text("job " + word)}', f'runtime: {{backend: {backend}}}', 'x-slurm:', '  time: 5',
            f'  output: {text("./out " + ("log" if word == NO_LOG else word.replace("%", "%%")))}',
            f'  runtime_root: {text("./root " + word)}',
            f'  scratch: {{base: {text(here + "/base " + word)}, mount: {text(mount)}}}',
            f'  stage_in: [{{from: {text("./in " + word)}, to: {text(mount + "/data " + word)}}}]',
            f'  stage_out: [{{from: {text(mount + "/result " + word)}, to: {text("./result " + word)}}}]',
            f'  resume: {{path: {text(here + "/resume " + word)}}}',
            f'  artifacts: {{export_dir: {text("./export " + word)}, paths: [{text("/hpc-compose/job/kept " + glob.escape(word))}]}}',
            f'  setup: [{text("export FROM_SETUP=" + quoted(word)).replace("$$", "$")}]',
            'secrets: {SECRET: {env: FROM_OUTSIDE}}',
            f'x-env: {{modules: [{text("module " + word)}], spack: {{view: {text(here + "/view " + word)}}}}}',
            'services:', f'  {json.dumps("service " + word, ensure_ascii=False)}:',
            f'    entrypoint: [/bin/sh, -c, {text(SCRIPT)}, {text(word)}]', f'    command: [{text(word)}, "", {text(word)}]',
            f'    environment: {{E: {text(word)}, WITNESS_FOLDERS: "/", S: "${{SECRET}}", LAST: {text("x" + word)}}}',
            f'    x-env: {{env: {{X: {text(word)}}}}}',
            f'    readiness: {{type: log, pattern: {json.dumps("^mark " + expression(word) + "$", ensure_ascii=False)}, timeout_seconds: 60}}',
            '    x-slurm:', f'      extra_srun_args: [{text("--comment=" + word)}]',
            f'      mpi: {{type: none, host_mpi: {{env: {{H: {text(word)}}}}}}}',
            f'      prologue: {json.dumps("echo prologue " + quoted(word), ensure_ascii=False)}',
            f'      epilogue: {json.dumps("echo epilogue " + quoted(word), ensure_ascii=False)}']
    if backend == 'host':
        spec.append(f'    working_dir: {text(here + "/work " + word)}')
    else:
        image = f'{here}/image {word}' + ('.sqsh' if backend == 'pyxis' else '')
        os.symlink(os.getcwd() + ('/image.sqsh' if backend == 'pyxis' else '/charliecloud'), image)
        inside = f'/mnt {word}' if backend == 'pyxis' else '/mnt/volume'
        spec += [f'    image: {text(image)}', f'    working_dir: {text(inside)}',
                 f'    volumes: [{text(here + "/volume " + word + ":" + inside)}]']
    with open(f'{here}/spec.yaml', 'w', encoding='utf-8') as file:
        file.write('\n'.join(spec) + '\n')
    with open(f'{here}/word', 'w', encoding='utf-8') as file:
        file.write(word)
    if word in REFUSED[backend]:
        with open(f'{here}/refuse', 'w', encoding='utf-8') as file:
            file.write(REFUSED[backend][word] + '\n')
    print(folder)


# In scratch as it is seen from inside; the artifact lies in the job's folder.
SCRIPT = '''cat "$HPC_COMPOSE_SCRATCH_DIR/data $0/file" >"$HPC_COMPOSE_SCRATCH_DIR/result $0"
echo kept >"$HPC_COMPOSE_JOB_DIR/kept $0"
printf 'mark %s\\n' "$0"
exec witness "$@" "$FROM_SETUP"'''


def expression(word):
    """A regular expression that means the word."""
    return re.sub(r'[][\\.*^$()+?{}|]', r'\\\g<0>', word)


def quoted(word):
    return "'" + word.replace("'", "'\\''") + "'"


def record(value):
    """As the witness writes it."""
    return '"' + ''.join(f'\\x{ord(c):02x}' if c < ' ' or c in '"\\' else c for c in value) + '"'


def check(job):
    with open('word', encoding='utf-8') as file:
        word = file.read()
    here = os.getcwd()
    root = f'root {word}/{job}'
    seen = os.listdir(f'{root}/attempts/0/seen')
    assert len(seen) == 1 and seen[0] == f'service {word}.0.1', f'records: {seen}'
    with open(f'{root}/attempts/0/seen/{seen[0]}', encoding='utf-8') as file:
        lines = file.read().splitlines()
    words = [line[5:] for line in lines if line.startswith('word ')]
    assert words == [record(w) for w in ('witness', word, '', word, word)], f'words: {words}'
    for wanted in (f'E={word}', f'X={word}', f'H={word}', f'S={word}', f'LAST=x{word}', f'HPC_COMPOSE_SERVICE_NAME=service {word}'):
        assert f'variable {record(wanted)}' in lines, f'no variable {wanted}'
    with open('spec.yaml', encoding='utf-8') as file:
        backend = file.read().split('backend: ')[1].split('}')[0]
    folder = {'host': f'{here}/work {word}', 'pyxis': f'/mnt {word}', 'charliecloud': '/mnt/volume'}[backend]
    assert f'folder {record(folder)}' in lines, f'not in {folder}: {[x for x in lines if x.startswith("folder")]}'
    assert os.path.isfile('out ' + ('log' if word == NO_LOG else word)), f'no batch log: {os.listdir(".")}'
    with open(f'result {word}', encoding='utf-8') as file:
        assert file.read() == 'staged', 'staged out'
    kept = f'{root}/artifacts/payload/kept {word}'
    assert os.path.isfile(kept), f'no artifact: {os.listdir(root + "/artifacts/payload")}'
    logs = os.listdir(f'{root}/logs')
    assert len(logs) == 1, f'logs: {logs}'
    with open(f'{root}/logs/{logs[0]}', encoding='utf-8') as file:
        log = file.read()
        assert log.startswith(f'prologue {word}\n') and log.endswith(f'epilogue {word}\n'), 'hooks'
    with open(f'{root}/state.json', encoding='utf-8') as file:
        state = json.load(file)
    with open('modules', encoding='utf-8') as file:
        assert file.read() == f'load|module {word}|\n', 'modules'
    if backend == 'host':
        assert any(line.startswith('variable ' + record(f'PATH={here}/view {word}/bin:')[:-1]) for line in lines), 'view'
    assert state['services'][0]['readiness'] == 'passed', 'readiness'
    assert state['name'] == f'job {word}' and state['services'][0]['name'] == f'service {word}', 'state'
    assert os.path.isdir(f'resume {word}/_hpc-compose'), 'resume'
    assert not os.path.exists(f'base {word}/{job}'), 'scratch stays'


if sys.argv[1] == 'write':
    for number, odd in enumerate(WORDS):
        for kind in sys.argv[2:]:
            shutil.rmtree(f'{kind}-{number}', ignore_errors=True)
            write(odd, kind, f'{kind}-{number}')
else:
    check(sys.argv[2])
