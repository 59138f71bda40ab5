#!/usr/bin/env python3
"""What a vault with hostile lengths costs a reader: hostile-lengths.py READER HELPER VAULT KEYFILE

READER is the folder of the second reader, HELPER is docker-credential-vault, which reads with the least of its own.
Prints for each: name, exit status, peak memory in KiB, processor time in ms beyond what a good vault of that size costs."""
import os
import shutil
import subprocess
import sys

sys.dont_write_bytecode = True
sys.path.insert(0, sys.argv[1])
import reader  # noqa: E402

helper, vault, key_file = sys.argv[2:]
reader.make_key_file(key_file)
vault_key, vault_id, key = bytes(range(32)), bytes(range(16)), reader.read_key_file(key_file)
slot = reader.make_slot(reader.KEY_SLOT, key, b"", vault_key, vault_id)
MOST = b"\xff" * 4


def seal(plain):
    """A vault whose seal is right, so that its index is read."""
    entries = bytes(1024)
    size = reader.power_of_two(len(plain) + 40, 4096)
    before = (reader.MAGIC + reader.u32(1) + vault_id + reader.u64(1) + reader.vault_key_commitment(vault_key, vault_id)
              + reader.u32(len(slot)) + reader.u32(len(entries)) + reader.u32(size) + slot + entries)
    associated = before + reader.hash32(before) + bytes(24)
    return associated + reader.seal(reader.subkey(vault_key, 1), bytes(24), plain + bytes(size - 40 - len(plain)),
                                    associated)


def record(kind=1, length=MOST, secret=bytes(4), content=b""):
    return bytes([kind]) + length + b"\x07" * 16 + secret + content


def header(offset, value):
    file = bytearray(GOOD)
    file[offset:offset + len(value)] = value
    digest = len(file) - 4096 - 32  # the sealed index of GOOD is the smallest
    file[digest:digest + 32] = reader.hash32(bytes(file[:digest]))
    return bytes(file)


GOOD = seal(reader.u32(0) + reader.u32(0))
NONE, ONE = reader.u32(0), reader.u32(1)
VAULTS = {
    "good": GOOD,
    "length of the slots": header(76, MOST),
    "length of the entries": header(80, reader.u32(1 << 31)),
    "length of the index": header(84, reader.u32(1 << 31)),
    "length of a slot": header(90, b"\xff\xff"),
    "attributes of the vault": seal(MOST),
    "an attribute of the vault": seal(reader.u32(4) + b"\x03\x00\xff\xff" + NONE),
    "number of records": seal(NONE + MOST),
    "number of records, one there": seal(NONE + MOST + record(7, reader.u32(20))),
    "length of a record": seal(NONE + ONE + record()),
    "length of an unknown record": seal(NONE + ONE + record(200)),
    "length of a record below its least": seal(NONE + ONE + record(7, reader.u32(19))),
    "length of a secret": seal(NONE + ONE + record(7, reader.u32(20), MOST)),
    "length of a name": seal(NONE + ONE + record(1, reader.u32(22), content=b"\xff\xff")),
    "number of spellings": seal(
        NONE + ONE + record(1, reader.u32(46), content=b"\1\0h" + bytes(14 + 4 + 3) + b"\xff\xff")),
    "length of an attribute": seal(
        NONE + ONE + record(1, reader.u32(50), content=b"\1\0h" + bytes(23) + b"\x05\x00\xff\xff")),
}


def cost(file):
    with open(vault, "wb") as out:
        out.write(file)
    os.chmod(vault, 0o600)
    home = os.path.dirname(vault) + "/home"
    environment = {"HOME": home, "VAULT_FILE": vault, "VAULT_KEY_FILE": key_file}
    best = None
    for _ in range(5):
        shutil.rmtree(home, ignore_errors=True)  # with what was seen of the vault before
        # By time, because the peak of a child of this process is at least that of this process.
        timed = subprocess.Popen(["time", "-f", "%M", helper, "list"], env=environment | {"PATH": os.environ["PATH"]},
                                 stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
        memory = int(timed.stderr.read().split()[-1])
        _, status, usage = os.wait4(timed.pid, 0)
        found = (os.waitstatus_to_exitcode(status), memory, (usage.ru_utime + usage.ru_stime) * 1000)
        best = found if best is None or found[2] < best[2] else best
    return best


base = cost(GOOD)[2]
for name, file in VAULTS.items():
    status, memory, time = cost(file)
    print(f"{name}: {status} {memory} {max(0, time - base):.1f}")
