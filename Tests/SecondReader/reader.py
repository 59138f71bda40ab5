#!/usr/bin/env python3
"""Reads a sealed vault, format 1. Written from format.md alone; needs Python >= 3.11 and PyNaCl.

    reader.py FILE (--key-file F | --passphrase-file F) [--json]
    reader.py --run MANIFEST
"""
from __future__ import annotations

import argparse
import base64
import hashlib
import hmac
import json
import os
import stat
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import nacl.exceptions
from nacl import bindings as sodium

USAGE, DAMAGED, LOCKED, WRONG_SECRET, CONFIG = 64, 65, 75, 77, 78  # 64 is not on the page: seen of `vault`

MAGIC = b"\x89vault sealed\r\n\x1a"
MAX_FILE = 16 * 1024 * 1024
HEADER, DIGEST, TAG, NONCE = 88, 32, 16, 24
PASSPHRASE_SLOT, KEY_SLOT, KEYRING_SLOT = 1, 2, 3
BODY = {PASSPHRASE_SLOT: 128, KEY_SLOT: 104, KEYRING_SLOT: 104}
HEAD = {PASSPHRASE_SLOT: 36, KEY_SLOT: 12, KEYRING_SLOT: 12}
MAX_SECRET = 32768
MAX_TIME = 2**63 - 1
KINDS = {1: "registry", 2: "keyserver", 3: "endpoint", 4: "helper-key", 5: "migration"}


class Refused(Exception):
    """The file is not read: the exit status of the page, and why."""

    def __init__(self, status: int, reason: str) -> None:
        super().__init__(reason)
        self.status = status
        self.reason = reason


def require(condition: bool, reason: str, status: int = DAMAGED) -> None:
    if not condition:
        raise Refused(status, reason)


# Primitives

def hash32(data: bytes) -> bytes:
    return hashlib.blake2b(data, digest_size=32).digest()


def mac(key: bytes, data: bytes) -> bytes:
    return hashlib.blake2b(data, digest_size=32, key=key).digest()


def subkey(key: bytes, number: int) -> bytes:
    salt = number.to_bytes(8, "little") + bytes(8)
    return hashlib.blake2b(b"", digest_size=32, key=key, salt=salt, person=b"vault-01" + bytes(8)).digest()


def unseal(key: bytes, nonce: bytes, sealed: bytes, associated: bytes, what: str) -> bytes:
    try:
        return sodium.crypto_aead_xchacha20poly1305_ietf_decrypt(sealed, associated, nonce, key)
    except nacl.exceptions.CryptoError:
        raise Refused(DAMAGED, f"{what} does not decrypt") from None


def argon(passphrase: bytes, salt: bytes, passes: int, memory: int) -> bytes:
    try:
        return sodium.crypto_pwhash_alg(32, passphrase, salt, passes, memory * 1024,
                                        sodium.crypto_pwhash_ALG_ARGON2ID13)
    except nacl.exceptions.CryptoError:  # what libsodium says where it gets no memory
        raise Refused(LOCKED, "not enough memory for the passphrase") from None


def power_of_two(length: int, least: int) -> int:
    size = least
    while size < length:
        size *= 2
    return size


# The file without a key: rows 2 to 9

class Cursor:
    """Takes bytes from the front of a slice, and never more than there are."""

    def __init__(self, data: bytes, what: str) -> None:
        self.data, self.what, self.at = data, what, 0

    def take(self, count: int) -> bytes:
        require(count <= len(self.data) - self.at, f"{self.what}: cut short")
        self.at += count
        return self.data[self.at - count:self.at]

    def uint(self, size: int) -> int:
        return int.from_bytes(self.take(size), "little")

    def text(self) -> str:
        try:
            return self.take(self.uint(2)).decode("utf-8")
        except UnicodeDecodeError:
            raise Refused(DAMAGED, f"{self.what}: text is not UTF-8") from None

    def done(self) -> bool:
        return self.at == len(self.data)


@dataclass
class Slot:
    type: int
    id: bytes
    raw: bytes  # the whole slot, with type and length

    @property
    def head(self) -> bytes:
        return self.raw[:HEAD[self.type]]

    @property
    def passes(self) -> int:
        return int.from_bytes(self.raw[12:16], "little")

    @property
    def memory(self) -> int:  # KiB
        return int.from_bytes(self.raw[16:20], "little")

    @property
    def salt(self) -> bytes:
        return self.raw[20:36]


@dataclass
class Sealed:
    """A file that has passed every check that needs no key."""
    vault_id: bytes
    generation: int
    commitment: bytes
    slots: list[Slot]
    entries: bytes
    nonce: bytes
    index: bytes
    associated: bytes  # every byte before the sealed index


def parse(file: bytes) -> Sealed:
    require(len(file) <= MAX_FILE, "file is larger than 16 MiB")                       # row 2
    require(file[:16] == MAGIC, "not a sealed vault: wrong magic")                     # row 3
    require(len(file) >= 20, "file ends before the version")                           # row 4
    version = int.from_bytes(file[16:20], "little")
    require(version == 1, f"version {version} is unknown", CONFIG)
    require(len(file) >= 20 + DIGEST, "file ends before the digest")                   # row 5
    require(hash32(file[:-DIGEST]) == file[-DIGEST:], "digest is wrong: the file is damaged")
    header = Cursor(file[20:min(HEADER, len(file) - DIGEST)], "header")                # row 6
    vault_id, generation, commitment = header.take(16), header.uint(8), header.take(32)
    slots_size, entries_size, index_size = header.uint(4), header.uint(4), header.uint(4)
    require(generation >= 1, "generation is 0")
    require(entries_size >= 1024 and entries_size.bit_count() == 1, "length of the entries region")
    require(index_size >= 4096 and index_size.bit_count() == 1, "length of the index")
    require(HEADER + slots_size <= len(file) - DIGEST, "slots: longer than the file")  # row 7
    slots = parse_slots(file[HEADER:HEADER + slots_size])
    require(len(file) == HEADER + slots_size + entries_size + index_size + DIGEST,     # row 8
            "file has another length than its header says")
    check_costs(slots)                                                                 # row 9
    at = HEADER + slots_size
    sealed_at = at + entries_size + NONCE
    return Sealed(vault_id, generation, commitment, slots, entries=file[at:at + entries_size],
                  nonce=file[sealed_at - NONCE:sealed_at], index=file[sealed_at:-DIGEST],
                  associated=file[:sealed_at])


def parse_slots(data: bytes) -> list[Slot]:
    cursor = Cursor(data, "slots")
    slots: list[Slot] = []
    ids: set[bytes] = set()
    while not cursor.done():
        require(len(slots) < 32, "slots: more than 32")
        start = cursor.at
        kind, length, slot_id = cursor.uint(2), cursor.uint(2), cursor.take(8)
        cursor.take(length)
        require(BODY.get(kind, length) == length, "slots: body of a wrong length")
        require(slot_id not in ids, "slots: two with one id")
        ids.add(slot_id)
        slots.append(Slot(kind, slot_id, data[start:cursor.at]))
    require(len(slots) >= 1, "slots: none")
    return slots


def check_costs(slots: list[Slot]) -> None:
    passphrases = [slot for slot in slots if slot.type == PASSPHRASE_SLOT]
    require(len(passphrases) <= 4, "slots: more than 4 with a passphrase")
    for slot in passphrases:
        require(2 <= slot.passes <= 256, "slots: passes out of range")
        require(19456 <= slot.memory <= 1048576, "slots: memory out of range")
    total = sum((slot.passes * slot.memory + 1023) // 1024 for slot in passphrases)
    require(total <= 4096, "slots: passphrases cost too much together")


# The vault key: rows 10 to 12

def machine_memory() -> int:
    """Bytes of the machine, or the least limit of the control groups (version 2) of this process."""
    memory = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    try:
        lines = Path("/proc/self/cgroup").read_text().splitlines()
        group = Path("/sys/fs/cgroup") / next(l[4:] for l in lines if l.startswith("0::/"))
    except (OSError, StopIteration):
        return memory
    for folder in [group, *group.parents]:
        try:
            memory = min(memory, int((folder / "memory.max").read_text()))
        except (OSError, ValueError):  # not there, or "max"
            continue
    return memory


def unwrap(sealed: Sealed, key: bytes | None, passphrase: bytes | None, key_slot: int = KEY_SLOT) -> bytes:
    require(key is not None or passphrase is not None, "locked: no key file or passphrase named", LOCKED)
    kind = key_slot if key is not None else PASSPHRASE_SLOT
    for slot in sealed.slots:
        if slot.type != kind:
            continue
        slot_key = key
        if passphrase is not None:
            require(slot.memory * 1024 <= machine_memory() // 2, "passphrase needs too much memory", LOCKED)
            slot_key = argon(passphrase, slot.salt, slot.passes, slot.memory)
        assert slot_key is not None
        associated = MAGIC + (1).to_bytes(4, "little") + sealed.vault_id + sealed.commitment + slot.head
        rest = Cursor(slot.raw[len(slot.head):], "slot")
        commitment, nonce, wrapped = rest.take(32), rest.take(NONCE), rest.take(32 + TAG)
        if not hmac.compare_digest(commitment, mac(slot_key, b"vault 1 slot commitment" + associated)):
            continue
        vault_key = unseal(mac(slot_key, b"vault 1 slot wrap" + associated), nonce, wrapped, associated,
                           "wrapped vault key")
        expected = mac(subkey(vault_key, 3), b"vault 1 vault key" + sealed.vault_id)
        require(hmac.compare_digest(expected, sealed.commitment), "vault key is not the one of the header")
        return vault_key
    raise Refused(WRONG_SECRET, "the key file or passphrase does not open this vault")


# Index and secrets: rows 13 to 15

@dataclass
class Entry:
    kind: int
    flags: int
    id: bytes
    secret_length: int
    created: int
    expires: int
    verified: int
    port: int
    name: str
    path: str
    username: str
    imported_from: str
    server_url: str
    spellings: list[str]
    secret: bytes = b""


def entry_json(entry: Entry) -> dict[str, Any]:
    """The names of the fields outside: in the output, and in a manifest. What is not known is left out."""
    address = {"host": entry.name, "path": entry.path} if entry.kind == 1 else {"name": entry.name}
    unset = {"port": entry.port, "expires": entry.expires, "verified": entry.verified,
             "importedFrom": entry.imported_from, "serverURL": entry.server_url}
    return {
        "kind": KINDS[entry.kind], **address, "spellings": entry.spellings, "secure": bool(entry.flags & 1),
        "username": entry.username, "created": entry.created,
        "secretBase64": base64.b64encode(entry.secret).decode("ascii"),
        **{name: value for name, value in unset.items() if value},
    }


def parse_entry(cursor: Cursor) -> Entry:
    entry = Entry(kind=cursor.uint(1), flags=cursor.uint(1), id=cursor.take(16), secret_length=cursor.uint(4),
                  created=cursor.uint(8), expires=cursor.uint(8), verified=cursor.uint(8), port=cursor.uint(2),
                  name=cursor.text(), path=cursor.text(), username=cursor.text(), imported_from=cursor.text(),
                  server_url=cursor.text(), spellings=[cursor.text() for _ in range(cursor.uint(2))])
    require(entry.kind in KINDS, "index: unknown kind")
    require(entry.flags <= 1, "index: unknown flag")
    require(max(entry.created, entry.expires, entry.verified) <= MAX_TIME, "index: time out of range")
    require(entry.kind != 1 or (entry.name != "" and entry.port != 443), "index: address not as it is written")
    require(entry.kind == 1 or (entry.port == 0 and entry.path == ""), "index: port or path without registry")
    return entry


def parse_index(plain: bytes, index_size: int, entries_size: int) -> list[Entry]:
    cursor, total = Cursor(plain, "index"), 0
    entries: list[Entry] = []
    seen: set[tuple[int, str, int, str]] = set()
    identifiers: set[bytes] = set()
    for _ in range(cursor.uint(4)):  # ends where the plaintext does, whatever the count claims
        entry = parse_entry(cursor)
        same = (entry.kind, entry.name, entry.port, entry.path)
        require(same not in seen, "index: two entries for one address")
        require(entry.id not in identifiers, "index: two entries with one identifier")
        seen.add(same)
        identifiers.add(entry.id)
        total += entry.secret_length
        require(total <= entries_size, "index: secrets outside of the entries region")
        entries.append(entry)
    require(not any(plain[cursor.at:]), "index: not only zeros behind the last entry")
    require(index_size == power_of_two(cursor.at + NONCE + TAG, 4096), "index: larger than it has to be")
    require(entries_size == power_of_two(total, 1024), "entries region: larger than it has to be")
    return entries


def open_secret(sealed: bytes, key: bytes, vault_id: bytes, entry_id: bytes) -> bytes:
    blocks, rest = divmod(len(sealed) - NONCE - TAG, 256)
    require(rest == 0 and 1 <= blocks <= 129, "secret: impossible length")
    padded = unseal(key, sealed[:NONCE], sealed[NONCE:], b"vault 1 entry" + vault_id + entry_id, "secret")
    length = int.from_bytes(padded[:4], "little")
    require(length <= MAX_SECRET, "secret: longer than 32768 bytes")
    require(len(padded) == -(-(4 + length) // 256) * 256, "secret: padded to a wrong length")
    require(not any(padded[4 + length:]), "secret: padding is not zero")
    return padded[4:4 + length]


def open_parsed(sealed: Sealed, key: bytes | None, passphrase: bytes | None,
                key_slot: int = KEY_SLOT) -> dict[str, Any]:
    vault_key = unwrap(sealed, key, passphrase, key_slot)
    plain = unseal(subkey(vault_key, 1), sealed.nonce, sealed.index, sealed.associated, "index")
    entries = parse_index(plain, NONCE + len(sealed.index), len(sealed.entries))
    at = 0
    for entry in entries:
        piece = sealed.entries[at:at + entry.secret_length]
        entry.secret = open_secret(piece, subkey(vault_key, 2), sealed.vault_id, entry.id)
        at += entry.secret_length
    return {"version": 1, "vaultId": sealed.vault_id.hex(), "generation": sealed.generation,
            "slots": [{"type": slot.type, "id": slot.id.hex()} for slot in sealed.slots],
            "entries": [entry_json(entry) for entry in entries]}


def open_vault(file: bytes, key: bytes | None = None, passphrase: bytes | None = None) -> dict[str, Any]:
    """Everything in the vault, by the 32 bytes of a key or by a passphrase; or raises Refused."""
    if key is not None and passphrase is not None:
        raise ValueError("give a key or a passphrase, not both")
    sealed = parse(file)
    require(key is None or len(key) == 32, "key: not 32 bytes", CONFIG)
    require(passphrase is None or 1 <= len(passphrase) <= 1024, "passphrase: not 1 to 1024 bytes", USAGE)
    return open_parsed(sealed, key, passphrase)


# Files

def without_line_end(data: bytes) -> bytes:
    return data.removesuffix(b"\r\n") if data.endswith(b"\r\n") else data.removesuffix(b"\n")


def key_of_file(data: bytes) -> bytes:
    require(len(data) <= 4096, "key file: longer than 4096 bytes", USAGE)
    line = without_line_end(data)
    prefix, digits = line[:12], line[12:]
    require(len(line) == 84 and prefix == b"vault-key-1:" and set(digits) <= set(b"0123456789abcdef"),
            "key file: not a line of vault-key-1", CONFIG)
    key, checksum = bytes.fromhex(digits[:64].decode()), bytes.fromhex(digits[64:].decode())
    require(hash32(b"vault 1 key file" + key)[:4] == checksum, "key file: wrong checksum", CONFIG)
    return key


def passphrase_of_file(data: bytes) -> bytes:
    require(len(data) <= 1024, "passphrase: longer than 1024 bytes", USAGE)
    line = without_line_end(data)
    require(len(line) >= 1, "passphrase: empty", USAGE)
    return line


def read_limited(path: str, limit: int, what: str, checked: bool) -> bytes:
    """At most limit + 1 bytes: one too many shows the caller that the file is too large."""
    try:
        folder = os.stat(os.path.dirname(path) or ".")
        handle = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC | (os.O_NOFOLLOW if checked else 0))
        with open(handle, "rb") as file:
            found = os.fstat(handle)
            if checked:  # row 1
                require(folder.st_uid == os.geteuid() and folder.st_mode & 0o022 == 0,
                        f"{what}: its folder is not only yours", CONFIG)
                require(stat.S_ISREG(found.st_mode) and found.st_nlink == 1 and found.st_uid == os.geteuid()
                        and found.st_mode & 0o077 == 0, f"{what}: not a plain file of yours alone", CONFIG)
            return file.read(limit + 1)
    except OSError as error:
        raise Refused(CONFIG, f"{what}: {error.strerror}") from None


def run(manifest_path: str) -> None:
    """Reads every vector of a manifest (without row 1), and exits with 1 if one is not as it says."""
    base, failed = Path(manifest_path).parent, 0
    vectors = json.loads(Path(manifest_path).read_text("utf-8"))
    for vector in vectors:
        status, reason, entries = 0, "", []
        try:
            sealed = parse(read_limited(str(base / vector["file"]), MAX_FILE, "vault", checked=False))
            key = passphrase = None
            key_slot = KEY_SLOT
            if vector.get("keyFile") is not None:
                key = key_of_file(read_limited(str(base / vector["keyFile"]), 4096, "key file", checked=False))
            elif vector.get("keyringKey") is not None:
                key, key_slot = base64.b64decode(vector["keyringKey"], validate=True), KEYRING_SLOT
                require(len(key) == 32, "keyring: no key", CONFIG)
            elif vector.get("passphrase") is not None:
                passphrase = vector["passphrase"].encode("utf-8")
                require(1 <= len(passphrase) <= 1024, "passphrase: not 1 to 1024 bytes", USAGE)
            entries = open_parsed(sealed, key, passphrase, key_slot)["entries"]
        except Refused as refused:
            status, reason = refused.status, refused.reason
        except Exception as error:  # a vector must not stop the others
            status, reason = -1, repr(error)
        wanted = vector["entries"] if vector["status"] == 0 else []
        same = wanted == entries
        if status != vector["status"] or not same:
            failed += 1
            print(f"{vector['file']}: wanted {vector['status']}, found {status} {reason}"
                  if status != vector["status"] else f"{vector['file']}: other entries: {json.dumps(entries)[:400]}")
    print(f"{len(vectors) - failed} passed, {failed} failed")
    sys.exit(1 if failed else 0)


def main() -> int:
    parser = argparse.ArgumentParser(description="Read a sealed vault.")
    parser.add_argument("file", nargs="?")
    secret = parser.add_mutually_exclusive_group()
    secret.add_argument("--key-file")
    secret.add_argument("--passphrase-file")
    secret.add_argument("--run", metavar="MANIFEST")
    parser.add_argument("--json", action="store_true", help="the whole vault in one line, not only the entries")
    given = parser.parse_args()
    if given.run is not None:
        run(given.run)
    if given.file is None:
        parser.error("no FILE")
    try:
        sealed = parse(read_limited(given.file, MAX_FILE, "vault", checked=True))
        key = passphrase = None
        if given.key_file is not None:
            key = key_of_file(read_limited(given.key_file, 4096, "key file", checked=False))
        elif given.passphrase_file is not None:
            passphrase = passphrase_of_file(read_limited(given.passphrase_file, 1024, "passphrase", checked=False))
        vault = open_parsed(sealed, key, passphrase)
    except Refused as refused:
        print(f"refused ({refused.status}): {refused.reason}", file=sys.stderr)
        return refused.status
    print(json.dumps(vault, sort_keys=True) if given.json
          else json.dumps(vault["entries"], sort_keys=True, indent=2))
    return 0


if __name__ == "__main__":
    sys.exit(main())
