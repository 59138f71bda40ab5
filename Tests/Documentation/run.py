#!/usr/bin/python3
"""Runs the command blocks of README.md and docs/*.md, and compares what they print with what the pages say.

usage: run.py [--write] PROGRAMS [PAGE…]

PROGRAMS is the folder with vault and docker-credential-vault. Without PAGE, all pages are run, each in a home of its
own. With --write, what differs is written into the pages, to be read before it is committed. Status 0 if everything agrees, 1 if something differs, 77 if this machine allows no namespaces.
"""

import glob
import os
import subprocess
import sys

sys.dont_write_bytecode = True

from compare import Ids, differences
from page import PageError, blocks, rewrite
from world import World

ROOT = os.path.realpath(os.path.join(os.path.dirname(__file__), "../.."))


def enter_namespaces(arguments: list[str]) -> int:
    """Runs this script again in its own network, mount and session keyring."""
    words = ["unshare", "--net", "--mount"] + ([] if os.geteuid() == 0 else ["--map-root-user"])
    if subprocess.run(words + ["true"], capture_output=True).returncode != 0:
        print("no network and mount namespaces here", file=sys.stderr)
        return 77
    script = ["/usr/bin/python3", os.path.realpath(__file__), "--inside", *arguments]
    return subprocess.run(words + ["keyctl", "session", "-", *script]).returncode


def run_page(world: World, path: str, write: bool) -> dict[str, int]:
    name = os.path.relpath(path, ROOT)
    count = {"blocks": 0, "commands": 0, "masked": 0, "marked": 0, "different": 0}
    ids = Ids()
    outputs = []
    world.fresh_home()
    for block in blocks(path):
        if block.reason is not None:
            count["marked"] += 1
            print(f"{name}:{block.line}: not run: {block.reason}")
            continue
        count["blocks"] += 1
        for step in block.setup:
            world.fresh_home() if step is None else world.execute(step)
        for command in block.commands:
            count["commands"] += 1
            shown = world.execute(ids.substitute(command.text))
            different, masked = differences(command.output, shown, ids)
            count["masked"] += masked
            if different:
                count["different"] += 1
                outputs.append((command, [ids.as_on_page(line) for line in shown]))
                print(f"{name}:{command.line}: $ {command.text}")
                print("\n".join(different))
    if write:
        rewrite(path, outputs)
    return count


def main(arguments: list[str]) -> int:
    if arguments[:1] != ["--inside"]:
        return enter_namespaces(arguments)
    arguments = arguments[1:]
    write = arguments[:1] == ["--write"]
    programs, *pages = arguments[1:] if write else arguments
    pages = [os.path.realpath(page) for page in pages] or [
        os.path.join(ROOT, "README.md"),
        *sorted(glob.glob(os.path.join(ROOT, "docs/*.md"))),
    ]
    total: dict[str, int] = {}
    try:
        with World(os.path.realpath(programs)) as world:
            for page in pages:
                for key, value in run_page(world, page, write).items():
                    total[key] = total.get(key, 0) + value
    except PageError as error:
        print(error, file=sys.stderr)
        return 1
    print(", ".join(f"{key}: {value}" for key, value in total.items()))
    return 1 if total["different"] else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
