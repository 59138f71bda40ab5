"""Rewrites the slots of a vault that has one passphrase slot, and makes its checksum right again.

usage: hostile-header.py VAULT ATTACK
"""
import hashlib
import os
import struct
import sys

path, attack = sys.argv[1:]
vault = open(path, "rb").read()

# Magic, version, identifier, generation, commitment, the lengths of slots, entries and index.
lengths = 16 + 4 + 16 + 8 + 32
(slots_length,) = struct.unpack_from("<I", vault, lengths)
start = lengths + 12
slot = vault[start : start + slots_length]
kind, _ = struct.unpack_from("<HH", slot)
assert kind == 1, "no passphrase slot"
passes, memory = struct.unpack_from("<II", slot, 12)


def with_cost(passes, memory, identifier=None):
    return slot[:4] + (identifier or slot[4:12]) + struct.pack("<II", passes, memory) + slot[20:]


def several(count, passes, memory):
    return b"".join(with_cost(passes, memory, os.urandom(8)) for _ in range(count))


GIB = 1024 * 1024  # in KiB
slots = {
    "nothing": slot,
    "most memory": with_cost(passes, 0xFFFFFFFF),
    "4 GiB": with_cost(passes, 4 * GIB),
    "little memory": with_cost(passes, 8),
    "most passes": with_cost(0xFFFFFFFF, memory),
    "one pass": with_cost(1, memory),
    "no passes": with_cost(0, memory),
    "much work in one slot": with_cost(256, GIB),
    "much work in four slots": several(4, 2, GIB),
    "five slots": several(5, 2, 19 * 1024),
    "thirty-three slots": several(33, 2, 19 * 1024),
}[attack]
(entries_length,) = struct.unpack_from("<I", vault, lengths + 4)
entries = vault[start + slots_length : start + slots_length + entries_length]
index = vault[start + slots_length + entries_length + 32 :]
head = (
    vault[:lengths]
    + struct.pack("<I", len(slots))
    + vault[lengths + 4 : start]
    + slots
    + entries
)
with open(path, "wb") as file:
    file.write(head + hashlib.blake2b(head, digest_size=32).digest() + index)
