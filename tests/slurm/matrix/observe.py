#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""observe.py BACKEND JOB OUT NODE...: what a job of the matrix left behind, as text without what
differs from run to run, in the folder OUT. The job was submitted from the present folder.

On the host a job has real paths; they become those that containers see. Numbers of the job and names
of nodes, times and process ids become words."""
import json
import os
import re
import sys

backend, job, out = sys.argv[1:4]
nodes = sys.argv[4:]
here = os.getcwd()
root = f'.hpc-compose/{job}'
folder = os.path.realpath(root + '/logs/..')
words = [
    (folder, '/hpc-compose/job' if backend == 'host' else '<job folder>'),
    (f'{here}/scratch/{job}', '/scratch' if backend == 'host' else '<scratch>'),
    (f'{here}/resume', '/hpc-compose/resume' if backend == 'host' else '<resume>'),
    (here, '<here>'),
]


def plain(text):
    for old, new in words:
        text = text.replace(old, new)
    text = re.sub(rf'\b{job}\b', '<job>', text)
    for number, name in enumerate(nodes):
        text = re.sub(rf'\b{name}\b', f'<node {number}>', text)
    text = re.sub(r'\bn\[[0-9,-]+\]', '<nodes>', text)
    text = re.sub(r'(MASTER_PORT=|RDZV_ENDPOINT=[^"]*:|"dist_master_port": "|_DO=serve |:)\d{4,5}\b',
                  r'\1<port>', text)
    return re.sub(r'(SLURM_(STEP_?ID|SRUN_COMM_PORT|STEP_LAUNCHER_PORT|TASK_PID)=)\d+', r'\1<number>', text)


def write(name, text):
    path = os.path.join(out, name)
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, 'w', encoding='utf-8') as file:
        file.write(plain(text))


def read(path):
    with open(path, encoding='utf-8', errors='backslashreplace') as file:
        return file.read()


def without_times(value):
    """Times, numbers of processes and what was used, when they are there at all."""
    if isinstance(value, dict):
        for key in value:
            if re.search(r'_at$|^t_|^pid$|^step_id$|^duration_seconds$|^usage$', key) and value[key] is not None:
                value[key] = f'<{key}>'
            value[key] = without_times(value[key])
    elif isinstance(value, list):
        value = [without_times(item) for item in value]
    return value


def without_slurm(lines):
    """What Slurm itself says about steps that were stopped."""
    # The second form is that of Slurm 26.05.
    own = re.compile(r'(slurmstepd(-\S+)?|srun): |\[[-0-9T:.]+\] error: \*\*\* ')
    return [line for line in lines if not own.match(line)]


def dump(value):
    return json.dumps(value, indent=1, sort_keys=True, ensure_ascii=False) + '\n'


for name in sorted(os.listdir(folder + '/seen')):
    write(f'seen/{name}', read(f'{folder}/seen/{name}'))
for name in sorted(os.listdir(folder + '/logs')):
    # Standard error comes through a pipe of its own, and ranks write as they come.
    lines = without_slurm(read(f'{folder}/logs/{name}').splitlines())
    # A busy Slurm delivers a signal twice now and then.
    lines = [line for number, line in enumerate(lines)
             if not (len(nodes) == 1 and number and line.startswith('signal ') and line == lines[number - 1])]
    lines.sort(key=lambda line: line if len(nodes) > 1 else line == 'on standard error')
    write(f'logs/{name}', ''.join(line + '\n' for line in lines))
write('state', dump(without_times(json.load(open(folder + '/state.json')))))
write('manifest', dump(without_times(json.load(open(folder + '/artifacts/manifest.json')))))

# What happens to different services has no order; what happens to one has.
events = {}
for line in read(folder + '/events.jsonl').splitlines():
    event = without_times(json.loads(line))
    events.setdefault(event.get('service') or '', []).append(event)
for name in events:
    # A probe may see the log before the supervisor sees the mark of the start.
    for first, second in zip(events[name], events[name][1:]):
        if first['event'] == 'ready' and second['event'] == 'running':
            first['event'], second['event'], first['state'] = 'running', 'ready', 'running'
            first['text'], second['text'] = second['text'], first['text']
write('events', ''.join(f'{name}\n' + dump(events[name]) for name in sorted(events)))

# Lines of the batch log by service, in their order there.
lines = without_slurm(read(f'slurm-{job}.out').splitlines())
lines.sort(key=lambda line: (re.findall(r"service '([^']*)'", line) or [''])[0])
write('batch', '\n'.join(lines) + '\n')

# All files; samples are as many as the job took time.
paths = []
for base, _, files in os.walk(folder):
    below = os.path.relpath(base, folder)
    paths += [os.path.normpath(os.path.join(below, name)) for name in files]
write('files', ''.join(sorted(re.sub(r'^metrics/.*', 'metrics/*', path) + '\n' for path in paths)))
for name in ('result', 'resume/saved'):
    if os.path.exists(name):
        write(name, read(name))
