#!/usr/bin/env python3
"""Has several clients log in to the same servers (run.py), and prints what came of it side by side.

usage: compare.py [CLIENT…]     vault, skopeo, docker and apptainer without arguments
"""

import os
import subprocess
import sys

RUN = os.path.join(os.path.dirname(os.path.abspath(__file__)), "run.py")
CLIENTS = sys.argv[1:] or ["vault", "skopeo", "docker", "apptainer"]


class Result:
    def __init__(self, line):
        fields = line.split("\t")
        self.name, self.wanted, self.status, self.group = fields[0], fields[1], fields[2], fields[6]
        self.seconds, self.kib, self.faults = float(fields[3]), int(fields[4]), fields[5].split(",")

    @property
    def leaked(self):
        return any(fault in ("stranger", "registry", "proxy") for fault in self.faults)

    @property
    def hung(self):
        return self.status == "hung"

    @property
    def accepted(self):
        return self.status == "0"


def results(client):
    lines = subprocess.run([sys.executable, "-B", RUN, client], check=True, capture_output=True,
                           text=True).stdout.splitlines()
    return [Result(line) for line in lines]


def row(title, cells):
    print(f"| {title} | " + " | ".join(str(cell) for cell in cells) + " |")


found = {client: results(client) for client in CLIENTS}
count = len(next(iter(found.values())))
print(f"{count} servers, none of which takes the password that is sent.\n")
row("", CLIENTS)
row("---", ["---"] * len(CLIENTS))
row("says that the login succeeded", [sum(r.accepted for r in found[c]) for c in CLIENTS])
row("of these, a wrong password (of 3)",
    [sum(r.accepted for r in found[c] if r.group == "wrong password") for c in CLIENTS])
row("gives the password to somebody who must not have it",
    [sum(r.leaked for r in found[c]) for c in CLIENTS])
row("waits for longer than 12 s", [sum(r.hung for r in found[c]) for c in CLIENTS])
row("longest, in s", [f"{max(r.seconds for r in found[c]):.1f}" for c in CLIENTS])
row("most memory, in MiB", [max(r.kib for r in found[c]) // 1024 for c in CLIENTS])
print("\nThe servers with which they differ from what is right:\n")
row("", CLIENTS)
row("---", ["---"] * len(CLIENTS))


def word(result):
    words = []
    if result.leaked:
        words.append("leaks")
    if result.hung:
        words.append("hangs")
    if result.accepted:
        words.append("accepts")
    return " and ".join(words) or "-"


for place in range(count):
    cells = [word(found[c][place]) for c in CLIENTS]
    if any(cell != "-" for cell in cells):
        row(found[CLIENTS[0]][place].name, cells)
