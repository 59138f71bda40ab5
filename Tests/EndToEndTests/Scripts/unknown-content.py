#!/usr/bin/env python3
"""A vault with what only a later version knows: unknown-content.py READER make|show VAULT KEYFILE

READER is the folder of the second reader. make writes the vault and its key file, show prints in lines what is
unknown in it."""
import sys

sys.dont_write_bytecode = True
sys.path.insert(0, sys.argv[1])
import reader  # noqa: E402
from recover import open_index, open_secret, unwrap  # noqa: E402, which reader has loaded

action, vault, key_file = sys.argv[2:]


def login(host, tags):
    return reader.Record(1, b"", 0, name=host, time=1, username="u", spellings=["docker://" + host],
                         attributes=tags, secret=b"pw")


def make():
    reader.make_key_file(key_file)
    key, vault_key, vault_id = reader.read_key_file(key_file), bytes(range(32)), bytes(range(16))
    slots = reader.make_slot(reader.KEY_SLOT, key, b"", vault_key, vault_id)
    slots += reader.u16(77) + reader.u16(3) + b"\x09" * 8 + b"\1\2\3"
    records = [
        login("critical.example.com", {0x8001: b"\1"}),
        login("registry.example.com", {0x0007: b"\1", 0x4007: b"\2"}),
        reader.Record(7, b"", 0, content=b"\5\6\7"),
        reader.Record(200, b"", 0, content=b"\x08", secret=b"a secret of later"),
    ]
    sealed = []
    for number, record in enumerate(records):
        record.id = bytes([number]) * 16
        if record.secret:
            sealed.append(reader.seal_secret(record.secret, reader.subkey(vault_key, 2), vault_id, record.id))
            record.secret_length = len(sealed[-1])
    reader.write_new(vault, reader.assemble(vault_key, vault_id, 1, slots, {0x0003: b"\1\2\3"}, records, sealed))


def show():
    sealed = reader.parse(reader.read_vault(vault))
    vault_key = unwrap(sealed, reader.read_key_file(key_file), None)
    index = open_index(sealed, vault_key)
    print("vault", {tag: value for tag, value in index.attributes.items() if tag > 2})
    print("slots", [slot.raw.hex() for slot in sealed.slots if slot.type > 4])
    at = 0
    for record in index.records:
        piece = sealed.entries[at:at + record.secret_length]
        at += record.secret_length
        if record.kind > reader.TOMBSTONE or record.name in ("critical.example.com", "registry.example.com"):
            secret = open_secret(piece, reader.subkey(vault_key, 2), sealed.vault_id, record.id) if piece else b""
            unknown = {tag: value for tag, value in record.attributes.items() if tag & 0x3fff > 6 or tag & 0x8000}
            print(record.kind, record.name, record.content.hex(), secret, unknown)


make() if action == "make" else show()
