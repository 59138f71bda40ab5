"""Reads the command blocks of a Markdown page.

A block that shows commands is fenced and has at least one line that starts with "$ ". A comment before it says how it
is tested:

  <!-- test: not run: REASON -->    the block is not run, because REASON
  <!-- test: fresh home -->         the home is emptied first
  <!-- test: setup: COMMAND -->     COMMAND is run first, and what it prints is not compared

Several comments before a block are carried out in their order.
"""

import re
from dataclasses import dataclass, field

COMMENT = re.compile(r"^\s*<!-- test: (?P<text>.*?) -->\s*$")
FENCE = re.compile(r"^\s*```")


@dataclass
class Command:
    line: int
    text: str
    output: list[str] = field(default_factory=list)


@dataclass
class Block:
    line: int
    commands: list[Command]
    # Commands to run before; None empties the home.
    setup: list[str | None] = field(default_factory=list)
    reason: str | None = None


class PageError(Exception):
    pass


def rewrite(path: str, outputs: list[tuple[Command, list[str]]]):
    """Puts new output after commands of a page."""
    lines = open(path, encoding="utf-8").read().split("\n")
    for command, output in sorted(outputs, key=lambda pair: -pair[0].line):
        first = command.line + command.text.count("\n")
        lines[first : first + len(command.output)] = output
    with open(path, "w", encoding="utf-8") as file:
        file.write("\n".join(lines))


def blocks(path: str) -> list[Block]:
    """The blocks of a page that show commands, in order."""
    found: list[Block] = []
    notes: list[str] = []
    lines = open(path, encoding="utf-8").read().split("\n")
    number = 0
    while number < len(lines):
        line = lines[number]
        number += 1
        if comment := COMMENT.match(line):
            notes.append(comment["text"])
            continue
        if not FENCE.match(line):
            continue
        start, content = number + 1, []
        while number < len(lines) and not FENCE.match(lines[number]):
            content.append(lines[number])
            number += 1
        number += 1
        commands = split(start, content)
        if commands:
            found.append(block(path, start, commands, notes))
        elif notes:
            raise PageError(f"{path}:{start}: a test comment before a block without commands")
        notes = []
    if notes:
        raise PageError(f"{path}: a test comment after the last block")
    return found


def block(path: str, line: int, commands: list[Command], notes: list[str]) -> Block:
    result = Block(line, commands)
    for note in notes:
        if note == "fresh home":
            result.setup.append(None)
        elif note.startswith("setup: "):
            result.setup.append(note.removeprefix("setup: "))
        elif note.startswith("not run: "):
            result.reason = note.removeprefix("not run: ")
        else:
            raise PageError(f"{path}:{line}: unknown test comment '{note}'")
    return result


def split(start: int, content: list[str]) -> list[Command]:
    """The commands of a block, each with the output that follows it.

    A command goes on after a line that ends with a backslash.
    """
    commands: list[Command] = []
    continued = False
    for offset, line in enumerate(content):
        if continued:
            commands[-1].text += "\n" + line
            continued = line.endswith("\\")
        elif line.startswith("$ "):
            commands.append(Command(start + offset, line[2:]))
            continued = line.endswith("\\")
        elif commands:
            commands[-1].output.append(line)
        elif line.strip():
            return []
    return commands
