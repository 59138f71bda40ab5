#!/usr/bin/env python3
"""Times whole programs in turns: interleaved.py RUNS INPUT NAME COMMAND [NAME COMMAND]…

A command may begin with NAME=VALUE words, which go into its environment. Prints for each its median and 99th percentile in milliseconds, its peak memory in MiB and, by strace, its
system calls with those of its children. Taking turns lets the noise of the machine fall on all of them."""
import os, re, shlex, subprocess, sys, time

runs, input_path = int(sys.argv[1]), sys.argv[2]
names, commands = sys.argv[3::2], []
for words in map(shlex.split, sys.argv[4::2]):
    count = next(place for place, word in enumerate(words) if "=" not in word)
    added = dict(word.split("=", 1) for word in words[:count])
    commands.append((words[count:], {**os.environ, **added}))
quiet = [
    (os.POSIX_SPAWN_OPEN, 0, input_path, os.O_RDONLY, 0),
    (os.POSIX_SPAWN_OPEN, 1, "/dev/null", os.O_WRONLY, 0),
]


def run(command):
    words, environment = command
    start = time.perf_counter()
    child = os.posix_spawnp(words[0], words, environment, file_actions=quiet)
    _, status = os.waitpid(child, 0)
    if status:
        sys.exit(f"{words} ended with {status}")
    return (time.perf_counter() - start) * 1000


def memory(command):
    words, environment = command
    with open(input_path) as file:
        timed = subprocess.run(
            ["/usr/bin/time", "-f", "%M", *words], stdin=file, env=environment, stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE, check=True, text=True)
    return int(timed.stderr.split()[-1]) / 1024


def calls(command):
    words, environment = command
    with open(input_path) as file:
        traced = subprocess.run(
            ["strace", "-f", "-c", "-o", "/dev/stdout", *words],
            stdin=file, env=environment, stdout=subprocess.PIPE, check=True, text=True)
    return re.findall(r"^100\.00 .*? (\d+)(?: +\d+)? total$", traced.stdout, re.M)[-1]


for command in commands:
    for _ in range(5):
        run(command)
results = [[] for _ in commands]
for _ in range(runs):
    for result, command in zip(results, commands):
        result.append(run(command))
print(f"{'':34}{'median':>9}{'p99':>9}{'MiB':>7}{'calls':>8}")
for name, command, result in zip(names, commands, results):
    times = sorted(result)
    p99 = times[min(len(times) - 1, int(len(times) * 0.99))]
    print(f"{name:34}{times[len(times) // 2]:9.2f}{p99:9.2f}{memory(command):7.1f}{calls(command):>8}")
