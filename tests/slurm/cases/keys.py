#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Runs a command in a terminal and presses keys, as a person would.

    keys.py COMMAND... <<'KEYS'
    see next:              until this is on the screen, below all that was seen before
    send stty size
    key ^C                 a byte alone; ^C, ^D, ^Z
    size 40 100            rows and columns
    KEYS

Prints all that the terminal showed, and ends with the command's status; with 99 if it saw something in vain.
"""
import fcntl
import os
import pty
import select
import struct
import sys
import termios
import time

LIMIT = 120  # seconds for all of it


def resize(fd, rows, columns):
    fcntl.ioctl(fd, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))


def act(fd, word, rest):
    if word == "send":
        os.write(fd, rest.encode() + b"\n")
    elif word == "key":
        os.write(fd, bytes([ord(rest[1]) & 31]))
    else:
        resize(fd, *map(int, rest.split()))


def main():
    steps = [line.rstrip("\n").split(" ", 1) for line in sys.stdin if line.strip()]
    pid, fd = pty.fork()
    if pid == 0:
        os.execvp(sys.argv[1], sys.argv[1:])
    resize(fd, 33, 77)
    shown, at, end = b"", 0, time.time() + LIMIT
    while time.time() < end:
        while steps and (steps[0][0] != "see" or steps[0][1].encode() in shown[at:]):
            word, rest = steps.pop(0)
            if word == "see":
                at = shown.index(rest.encode(), at) + len(rest.encode())
            else:
                act(fd, word, rest)
        if not select.select([fd], [], [], 0.5)[0]:
            continue
        try:
            block = os.read(fd, 65536)
        except OSError:  # the terminal's other end is closed
            block = b""
        if not block:
            break
        shown += block
    sys.stdout.buffer.write(shown)
    if time.time() >= end or steps:
        print("\nkeys: in vain:", *(steps[0] if steps else ["its end"]))
        os.kill(pid, 9)
        sys.exit(99)
    sys.exit(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]))


main()
