#!/usr/bin/env python3
"""manual.py PROGRAM FOLDER: writes a manual page for each command of PROGRAM into FOLDER, from the program's own help
(--experimental-dump-help). The same program gives the same bytes; the date is SOURCE_DATE_EPOCH's."""
import json
import os
import subprocess
import sys
import time


def escaped(text):
    lines = text.replace("\\", "\\e").replace("-", "\\-").split("\n")
    return "\n".join("\\&" + line if line[:1] in ".'" else line for line in lines)


def name(flag):
    return ("--" if flag["kind"] == "long" else "-") + flag["name"]


def term(argument):
    """What is typed, such as `-u, --username <username>`."""
    if argument["kind"] == "positional":
        return f"<{argument['valueName']}>"
    names = sorted(map(name, argument["names"]), key=len)
    value = f" <{argument['valueName']}>" if argument["kind"] == "option" else ""
    return ", ".join(names) + value


def synopsis(argument):
    """How it stands in the synopsis."""
    if argument["kind"] == "positional":
        text = f"<{argument['valueName']}>"
    else:
        value = f" <{argument['valueName']}>" if argument["kind"] == "option" else ""
        text = name(argument["preferredName"]) + value
    if argument["isRepeating"]:
        text += " ..."
    return f"[{text}]" if argument["isOptional"] else text


def paragraphs(text):
    """The discussion: indented lines are examples, which keep their line ends."""
    out, is_example = [], False
    for line in text.strip("\n").split("\n"):
        if line.startswith("  ") != is_example:
            out.append(".fi\n.RE" if is_example else ".PP\n.RS 4\n.nf")
            is_example = not is_example
        out.append(escaped(line[2:] if is_example else line) if line.strip() else ".PP")
    return out + ([".fi", ".RE"] if is_example else [])


def page(command, words, date, version):
    title = "-".join(words)
    arguments = [one for one in command.get("arguments", []) if one["shouldDisplay"]]
    commands = [one for one in command.get("subcommands", []) if one["shouldDisplay"] and one["commandName"] != "help"]
    out = [f'.TH {title.upper()} 1 {date} "{words[0]} {version}" "User Commands"', ".SH NAME",
           escaped(f"{title} - {command.get('abstract', '').rstrip('.')}"), ".SH SYNOPSIS",
           f".B {escaped(' '.join(words))}", escaped(" ".join(map(synopsis, arguments)))]
    if commands:
        out.append("<subcommand>")
    if command.get("discussion"):
        out += [".SH DESCRIPTION", *paragraphs(command["discussion"])]
    if commands:
        out.append(".SH COMMANDS")
        for one in commands:
            below = "-".join([*words, one["commandName"]])
            out += [".TP", f".BR {escaped(below)} (1)", escaped(one.get("abstract", ""))]
    if arguments:
        out.append(".SH OPTIONS")
        for one in arguments:
            out += [".TP", f".B {escaped(term(one))}", escaped(one.get("abstract", ""))]
    if len(words) > 1:
        out += [".SH SEE ALSO", f".BR {escaped(words[0])} (1)"]
    yield f"{title}.1", "\n".join(line for line in out if line) + "\n"
    for one in commands:
        yield from page(one, [*words, one["commandName"]], date, version)


def main():
    program, folder = sys.argv[1:]
    dump = json.loads(subprocess.run([program, "--experimental-dump-help"], check=True, capture_output=True).stdout)
    version = subprocess.run([program, "--version"], check=True, capture_output=True, text=True).stdout.split()[-1]
    moment = time.gmtime(int(os.environ.get("SOURCE_DATE_EPOCH", time.time())))
    os.makedirs(folder, exist_ok=True)
    root = dump["command"]
    for file, text in page(root, [root["commandName"]], time.strftime("%Y-%m-%d", moment), version):
        with open(os.path.join(folder, file), "w", encoding="utf-8") as out:
            out.write(text)


main()
