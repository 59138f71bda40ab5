"""Compares what a command printed with what a page says.

Times and random ids differ from run to run, so they are masked. An id that a page shows keeps standing for the same
id of this run, so that a later command of the page can name it. A line of the page that is "…" stands for any lines.
"""

import re

TIME = re.compile(
    r"\d{4}-\d\d-\d\d(?:[T ]\d\d:\d\d(?::\d\d)?(?:Z| ?[+-]\d\d:?\d\d| [A-Z]{3,4})?)?"
)
ID = re.compile(r"\b[0-9a-f]{16}\b")


class Ids:
    """Which id of this run an id of the page stands for."""

    def __init__(self):
        self.actual: dict[str, str] = {}

    def substitute(self, command: str) -> str:
        return ID.sub(lambda match: self.actual.get(match[0], match[0]), command)

    def as_on_page(self, line: str) -> str:
        """A line of this run with the ids that the page shows."""
        shown = {actual: page for page, actual in self.actual.items()}
        return ID.sub(lambda match: shown.get(match[0], match[0]), line).rstrip()

    def agree(self, page: str, run: str) -> bool:
        """Notes which ids stand for which; False if one already stands for another."""
        return all(
            self.actual.setdefault(shown, actual) == actual
            for shown, actual in zip(ID.findall(page), ID.findall(run))
        )


def masked(line: str) -> str:
    return ID.sub("ID", TIME.sub("TIME", line)).rstrip()


def differences(page: list[str], run: list[str], ids: Ids) -> tuple[list[str], int]:
    """What differs, as lines to show, and how many lines had something masked."""
    page, run = trimmed(page), trimmed(run)
    if not page:
        return [], 0
    if not matches(page, run):
        return [f"  page: {line}" for line in page] + [f"  run:  {line}" for line in run], 0
    masks = 0
    if len(page) == len(run):
        for shown, actual in zip(page, run):
            if masked(shown) != shown.rstrip():
                masks += 1
            if not ids.agree(shown, actual):
                return [f"  another id than before: {shown}", f"  run: {actual}"], 0
    return [], masks


def trimmed(lines: list[str]) -> list[str]:
    lines = list(lines)
    while lines and not lines[-1].strip():
        lines.pop()
    return lines


def matches(page: list[str], run: list[str]) -> bool:
    if not page:
        return not run
    if page[0].strip() == "…":
        return any(matches(page[1:], run[start:]) for start in range(len(run) + 1))
    return bool(run) and masked(page[0]) == masked(run[0]) and matches(page[1:], run[1:])
