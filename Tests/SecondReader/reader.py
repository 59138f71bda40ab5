#!/usr/bin/env python3
"""Reads and makes a sealed vault, format 1. Written from format.md alone; needs Python >= 3.11, PyNaCl and Linux.

    reader.py FILE (--key-file F | --passphrase-file F) [--json]
    reader.py --run MANIFEST
    reader.py write OUT (--key-file F | --passphrase-file F)

write makes a new vault of the logins on standard input: a JSON array of objects with the fields that reading prints. A
key file that is not there is made. A vault called "write" is read as ./write.
"""
from __future__ import annotations

import argparse
import base64
import fcntl
import hashlib
import hmac
import ipaddress
import json
import os
import re
import secrets
import stat
import struct
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import nacl.exceptions
from nacl import bindings as sodium

USAGE, DAMAGED, CANNOT_CREATE, LOCKED, WRONG_SECRET, CONFIG = 64, 65, 73, 75, 77, 78

MAGIC = b"\x89sealed vault\r\n\x1a"
DEVELOPMENT_MAGIC = b"\x89vault sealed\r\n\x1a"
MAX_FILE = 16 * 1024 * 1024
HEADER, DIGEST, TAG, NONCE = 88, 32, 16, 24
PASSPHRASE_SLOT, KEY_SLOT, KEYRING_SLOT = 1, 2, 3
BODY = {PASSPHRASE_SLOT: 128, KEY_SLOT: 104, KEYRING_SLOT: 104}
HEAD = {PASSPHRASE_SLOT: 36, KEY_SLOT: 12, KEYRING_SLOT: 12}
MAX_SECRET = 32768
MAX_TIME = 2**63 - 1
KINDS = {1: "registry", 2: "keyserver", 3: "endpoint", 4: "helper-key", 5: "migration"}
REGISTRY, TOMBSTONE = 1, 6
WITH_ACCOUNT = (1, 4, 5)
ACCOUNT = re.compile(r"[a-z0-9._-]{0,64}")
TRANSPORTS = {0: "checked-tls", 1: "unchecked-tls", 2: "plain-http"}
TRANSPORT_TAG = 0x0001
TEXT_TAGS = {0x0002: "caFile", 0x0003: "clientCertificate", 0x0004: "clientKey", 0x0005: "note",
             0x4003: "importedFrom"}
TIME_TAGS = {0x0006: "changed", 0x4001: "expires", 0x4002: "verified"}
LOGIN_TAGS = {TRANSPORT_TAG, *TEXT_TAGS, *TIME_TAGS}
PARENT_TAG, NOTES_TAG = 0x0001, 0x0002
CRITICAL = 0x8000


class Refused(Exception):
    """The file is not read or written: the exit status of the page, and why."""

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


def seal(key: bytes, nonce: bytes, plain: bytes, associated: bytes) -> bytes:
    return sodium.crypto_aead_xchacha20poly1305_ietf_encrypt(plain, associated, nonce, key)


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


def u8(number: int) -> bytes:
    return number.to_bytes(1, "little")


def u16(number: int) -> bytes:
    return number.to_bytes(2, "little")


def u32(number: int) -> bytes:
    return number.to_bytes(4, "little")


def u64(number: int) -> bytes:
    return number.to_bytes(8, "little")


def text(value: str) -> bytes:
    data = value.encode("utf-8")
    require(len(data) <= 65535, "a text is longer than 65535 bytes", USAGE)
    return u16(len(data)) + data


def decoded(data: bytes, what: str) -> str:
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        raise Refused(DAMAGED, f"{what}: text is not UTF-8") from None


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
        return decoded(self.take(self.uint(2)), self.what)

    def time(self) -> int:
        value = self.uint(8)
        require(value <= MAX_TIME, f"{self.what}: time out of range")
        return value

    def done(self) -> bool:
        return self.at == len(self.data)


# The file without a key: rows 2 to 9

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
    require(file[:16] != DEVELOPMENT_MAGIC, "written by a development version", CONFIG)  # row 3
    require(file[:16] == MAGIC, "not a sealed vault: wrong magic")
    require(len(file) >= 20, "file ends before the version")                           # row 4
    version = int.from_bytes(file[16:20], "little")
    require(version == 1, f"version {version} is unknown", CONFIG)
    header = Cursor(file[20:HEADER], "header")                                         # row 5
    vault_id, generation, commitment = header.take(16), header.uint(8), header.take(32)
    slots_size, entries_size, index_size = header.uint(4), header.uint(4), header.uint(4)
    require(generation >= 1, "generation is 0")
    require(entries_size >= 1024 and entries_size.bit_count() == 1, "length of the entries region")
    require(index_size >= 4096 and index_size.bit_count() == 1, "length of the index")
    require(HEADER + slots_size <= len(file), "slots: longer than the file")           # row 6
    slots = parse_slots(file[HEADER:HEADER + slots_size])
    check_costs(slots)                                                                 # row 7
    entries_at = HEADER + slots_size
    digest_at = entries_at + entries_size
    nonce_at = digest_at + DIGEST
    sealed_at = nonce_at + NONCE
    require(len(file) == nonce_at + index_size, "file has another length than its header says")  # row 8
    require(hash32(file[:digest_at]) == file[digest_at:nonce_at], "digest is wrong")   # row 9
    return Sealed(vault_id, generation, commitment, slots, entries=file[entries_at:digest_at],
                  nonce=file[nonce_at:sealed_at], index=file[sealed_at:], associated=file[:sealed_at])


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
    """Bytes of the machine, or the least limit of the control groups of this process, if that is less."""
    memory = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    try:
        lines = Path("/proc/self/cgroup").read_text().splitlines()
    except OSError:
        return memory
    for line in lines:
        _, controllers, group = line.split(":", 2)
        if controllers == "":
            root, limit = Path("/sys/fs/cgroup"), "memory.max"
        elif "memory" in controllers.split(","):
            root, limit = Path("/sys/fs/cgroup/memory"), "memory.limit_in_bytes"
        else:
            continue
        folder = root / group.lstrip("/")
        for place in [folder, *folder.parents]:
            try:
                memory = min(memory, int((place / limit).read_text()))
            except (OSError, ValueError):  # not there, or "max"
                continue
    return memory


def slot_associated(vault_id: bytes, commitment: bytes, head: bytes) -> bytes:
    return MAGIC + u32(1) + vault_id + commitment + head


def slot_commitment(slot_key: bytes, associated: bytes) -> bytes:
    return mac(slot_key, b"vault 1 slot commitment" + associated)


def wrapping_key(slot_key: bytes, associated: bytes) -> bytes:
    return mac(slot_key, b"vault 1 slot wrap" + associated)


def vault_key_commitment(vault_key: bytes, vault_id: bytes) -> bytes:
    return mac(subkey(vault_key, 3), b"vault 1 vault key" + vault_id)


def unwrap(sealed: Sealed, key: bytes | None, passphrase: bytes | None, key_slot: int = KEY_SLOT) -> bytes:
    require(key is not None or passphrase is not None, "locked: no key file or passphrase named", LOCKED)
    kind = key_slot if key is not None else PASSPHRASE_SLOT
    skipped = False
    for slot in sealed.slots:
        if slot.type != kind:
            continue
        slot_key = key
        if passphrase is not None:
            if slot.memory * 1024 > machine_memory() // 2:
                skipped = True
                continue
            slot_key = argon(passphrase, slot.salt, slot.passes, slot.memory)
        assert slot_key is not None
        associated = slot_associated(sealed.vault_id, sealed.commitment, slot.head)
        rest = Cursor(slot.raw[len(slot.head):], "slot")
        commitment, nonce, wrapped = rest.take(32), rest.take(NONCE), rest.take(32 + TAG)
        if not hmac.compare_digest(commitment, slot_commitment(slot_key, associated)):
            continue
        vault_key = unseal(wrapping_key(slot_key, associated), nonce, wrapped, associated, "wrapped vault key")
        require(hmac.compare_digest(vault_key_commitment(vault_key, sealed.vault_id), sealed.commitment),
                "vault key is not the one of the header")
        return vault_key
    require(not skipped, "a passphrase slot needs too much memory", LOCKED)
    raise Refused(WRONG_SECRET, "the key file or passphrase does not open this vault")


# Index and secrets: rows 13 to 18

@dataclass
class Record:
    kind: int
    id: bytes
    secret_length: int
    content: bytes = b""  # of an unknown kind
    removed_kind: int = 0
    name: str = ""
    port: int = 0
    path: str = ""
    account: str = ""
    time: int = 0  # created, or removed of a tombstone
    username: str = ""
    server_url: str = ""
    spellings: list[str] = field(default_factory=list)
    attributes: dict[int, bytes] = field(default_factory=dict)
    critical: bool = False  # it has a critical attribute that is unknown
    secret: bytes = b""

    @property
    def key(self) -> tuple[int, bytes, int, bytes, bytes]:
        return self.removed_kind, self.name.encode(), self.port, self.path.encode(), self.account.encode()


@dataclass
class Index:
    attributes: dict[int, bytes]
    records: list[Record]

    @property
    def logins(self) -> list[Record]:
        return [record for record in self.records if record.kind in KINDS]

    @property
    def tombstones(self) -> list[Record]:
        return [record for record in self.records if record.kind == TOMBSTONE]

    @property
    def unknown(self) -> int:
        return len(self.records) - len(self.logins) - len(self.tombstones)


def parse_attributes(cursor: Cursor) -> dict[int, bytes]:
    attributes: dict[int, bytes] = {}
    last = -1
    while not cursor.done():
        tag = cursor.uint(2)
        require(tag > last, f"{cursor.what}: attributes do not ascend")
        attributes[tag] = cursor.take(cursor.uint(2))
        last = tag
    return attributes


def has_unknown_critical(attributes: dict[int, bytes], known: set[int]) -> bool:
    return any(tag & CRITICAL and tag not in known for tag in attributes)


def check_login_attributes(attributes: dict[int, bytes]) -> None:
    for tag, value in attributes.items():
        if tag == TRANSPORT_TAG:
            require(len(value) == 1 and value[0] in (1, 2), "index: transport")
        elif tag in TEXT_TAGS:
            require(decoded(value, "index") != "", "index: empty attribute")
        elif tag in TIME_TAGS:
            require(len(value) == 8 and 1 <= int.from_bytes(value, "little") <= MAX_TIME,
                    "index: attribute is no time")


def check_vault_attributes(attributes: dict[int, bytes]) -> None:
    require(len(attributes.get(PARENT_TAG, bytes(NONCE + TAG))) == NONCE + TAG, "index: length of the parent")
    if NOTES_TAG not in attributes:
        return
    cursor = Cursor(attributes[NOTES_TAG], "notes on slots")
    require(not cursor.done(), "notes on slots: none")
    last = b""
    while not cursor.done():
        slot_id, created, label = cursor.take(8), cursor.time(), cursor.text()
        require(slot_id > last, "notes on slots: ids do not ascend")
        require(created != 0 or label != "", "notes on slots: one that says nothing")
        last = slot_id


def parse_record(cursor: Cursor) -> Record:
    kind, length = cursor.uint(1), cursor.uint(4)
    require(kind != 0, "index: record of kind 0")
    require(length >= 20, "index: record too short")
    body = Cursor(cursor.take(length), "record")
    record = Record(kind, id=body.take(16), secret_length=body.uint(4))
    if kind > TOMBSTONE:
        record.content = body.take(length - body.at)
        return record
    if kind == TOMBSTONE:
        record.removed_kind = body.uint(1)
        require(1 <= record.removed_kind <= 4, "tombstone: of no login")
        require(record.secret_length == 0, "tombstone: with a secret")
    record.name, record.port, record.path, record.account = body.text(), body.uint(2), body.text(), body.text()
    check_address(record)
    record.time = body.time()
    if kind != TOMBSTONE:
        record.username, record.server_url = body.text(), body.text()
        record.spellings = [body.text() for _ in range(body.uint(2))]
    record.attributes = parse_attributes(body)
    if kind != TOMBSTONE:
        check_login_attributes(record.attributes)
    record.critical = has_unknown_critical(record.attributes, set() if kind == TOMBSTONE else LOGIN_TAGS)
    return record


def check_address(record: Record) -> None:
    kind = record.removed_kind or record.kind
    if kind == REGISTRY:
        require(record.name != "", "record: registry without a host")
        require(record.port != 443, "record: port 443 is written as 0")
    else:
        require(record.port == 0 and record.path == "", "record: port or path without registry")
    require(kind in WITH_ACCOUNT or record.account == "", "record: account of a kind without accounts")
    require(ACCOUNT.fullmatch(record.account) is not None, "record: account of another form")


def parse_index(plain: bytes, index_size: int, entries_size: int) -> Index:
    cursor = Cursor(plain, "index")
    attributes = parse_attributes(Cursor(cursor.take(cursor.uint(4)), "attributes of the vault"))
    check_vault_attributes(attributes)
    records: list[Record] = []
    identifiers: set[bytes] = set()
    total = 0
    for _ in range(cursor.uint(4)):  # ends where the plaintext does, whatever the count claims
        record = parse_record(cursor)
        if records:
            before = records[-1]
            require(before.kind <= record.kind, "index: kinds do not ascend")
            require(record.kind > TOMBSTONE or before.kind < record.kind or before.key < record.key,
                    "index: records do not ascend")
        require(record.id not in identifiers, "index: two records with one entry id")
        identifiers.add(record.id)
        total += record.secret_length
        require(total <= entries_size, "index: secrets outside of the entries region")
        records.append(record)
    require(not any(plain[cursor.at:]), "index: not only zeros behind the last record")
    require(index_size == power_of_two(cursor.at + NONCE + TAG, 4096), "index: larger than it has to be")
    require(entries_size == power_of_two(total, 1024), "entries region: larger than it has to be")
    require(not has_unknown_critical(attributes, {PARENT_TAG, NOTES_TAG}),
            "the vault has a critical attribute that is unknown", CONFIG)
    return Index(attributes, records)


def open_secret(sealed: bytes, key: bytes, vault_id: bytes, entry_id: bytes) -> bytes:
    blocks, rest = divmod(len(sealed) - NONCE - TAG, 256)
    require(rest == 0 and 1 <= blocks <= 129, "secret: impossible length")
    padded = unseal(key, sealed[:NONCE], sealed[NONCE:], b"vault 1 entry" + vault_id + entry_id, "secret")
    length = int.from_bytes(padded[:4], "little")
    require(length <= MAX_SECRET, "secret: longer than 32768 bytes")
    require(len(padded) == -(-(4 + length) // 256) * 256, "secret: padded to a wrong length")
    require(not any(padded[4 + length:]), "secret: padding is not zero")
    return padded[4:4 + length]


def address_json(kind: int, record: Record) -> dict[str, Any]:
    address: dict[str, Any] = {"kind": KINDS[kind]}
    address |= {"host": record.name, "path": record.path} if kind == REGISTRY else {"name": record.name}
    return address | {name: value for name, value in (("port", record.port), ("account", record.account)) if value}


def login_json(record: Record) -> dict[str, Any]:
    """The names of the fields outside: in the output, and in a manifest. What is not known is left out."""
    login = address_json(record.kind, record) | {
        "created": record.time, "username": record.username, "spellings": record.spellings,
        "transport": TRANSPORTS[record.attributes.get(TRANSPORT_TAG, b"\0")[0]],
        "secretBase64": base64.b64encode(record.secret).decode("ascii"),
    }
    if record.server_url:
        login["serverURL"] = record.server_url
    for tag, value in record.attributes.items():
        if tag in TEXT_TAGS:
            login[TEXT_TAGS[tag]] = value.decode("utf-8")
        elif tag in TIME_TAGS:
            login[TIME_TAGS[tag]] = int.from_bytes(value, "little")
    return login


def open_index(sealed: Sealed, vault_key: bytes) -> Index:
    plain = unseal(subkey(vault_key, 1), sealed.nonce, sealed.index, sealed.associated, "index")
    return parse_index(plain, NONCE + len(sealed.index), len(sealed.entries))


def open_parsed(sealed: Sealed, key: bytes | None, passphrase: bytes | None,
                key_slot: int = KEY_SLOT) -> dict[str, Any]:
    vault_key = unwrap(sealed, key, passphrase, key_slot)
    index = open_index(sealed, vault_key)
    at = 0
    for record in index.records:
        piece = sealed.entries[at:at + record.secret_length]
        require(not record.critical, "a record has a critical attribute that is unknown", CONFIG)
        if record.kind in KINDS:
            record.secret = open_secret(piece, subkey(vault_key, 2), sealed.vault_id, record.id)
        at += record.secret_length
    return {"version": 1, "vaultId": sealed.vault_id.hex(), "generation": sealed.generation,
            "slots": [{"type": slot.type, "id": slot.id.hex()} for slot in sealed.slots],
            "entries": [login_json(record) for record in index.logins],
            "removed": [address_json(record.removed_kind, record) | {"time": record.time}
                        for record in index.tombstones],
            "unknown": index.unknown}


def check_passphrase(passphrase: bytes) -> bytes:
    require(1 <= len(passphrase) <= 1024, "passphrase: not 1 to 1024 bytes", USAGE)
    return passphrase


def open_vault(file: bytes, key: bytes | None = None, passphrase: bytes | None = None) -> dict[str, Any]:
    """Everything in the vault, by the 32 bytes of a key or by a passphrase; or raises Refused."""
    if key is not None and passphrase is not None:
        raise ValueError("give a key or a passphrase, not both")
    sealed = parse(file)
    require(key is None or len(key) == 32, "key: not 32 bytes", CONFIG)
    if passphrase is not None:
        check_passphrase(passphrase)
    return open_parsed(sealed, key, passphrase)


# Writing

def encode_attributes(attributes: dict[int, bytes]) -> bytes:
    for value in attributes.values():
        require(len(value) <= 65535, "an attribute is longer than 65535 bytes", USAGE)
    return b"".join(u16(tag) + u16(len(value)) + value for tag, value in sorted(attributes.items()))


def encode_record(record: Record) -> bytes:
    address = text(record.name) + u16(record.port) + text(record.path) + text(record.account)
    if record.kind > TOMBSTONE:
        content = record.content
    elif record.kind == TOMBSTONE:
        content = u8(record.removed_kind) + address + u64(record.time) + encode_attributes(record.attributes)
    else:
        content = (address + u64(record.time) + text(record.username) + text(record.server_url)
                   + u16(len(record.spellings)) + b"".join(map(text, record.spellings))
                   + encode_attributes(record.attributes))
    return u8(record.kind) + u32(20 + len(content)) + record.id + u32(record.secret_length) + content


def seal_secret(secret: bytes, key: bytes, vault_id: bytes, entry_id: bytes) -> bytes:
    require(len(secret) <= MAX_SECRET, "a secret is longer than 32768 bytes", USAGE)
    padded = u32(len(secret)) + secret
    padded += bytes(-len(padded) % 256)
    nonce = secrets.token_bytes(NONCE)
    return nonce + seal(key, nonce, padded, b"vault 1 entry" + vault_id + entry_id)


def make_slot(kind: int, slot_key: bytes, parameters: bytes, vault_key: bytes, vault_id: bytes) -> bytes:
    head = u16(kind) + u16(BODY[kind]) + secrets.token_bytes(8) + parameters
    associated = slot_associated(vault_id, vault_key_commitment(vault_key, vault_id), head)
    nonce = secrets.token_bytes(NONCE)
    return (head + slot_commitment(slot_key, associated) + nonce
            + seal(wrapping_key(slot_key, associated), nonce, vault_key, associated))


def passphrase_slot(passphrase: bytes, vault_key: bytes, vault_id: bytes) -> bytes:
    memory, passes, salt = max(19456, min(262144, machine_memory() // 2048)), 3, secrets.token_bytes(16)
    return make_slot(PASSPHRASE_SLOT, argon(passphrase, salt, passes, memory), u32(passes) + u32(memory) + salt,
                     vault_key, vault_id)


def assemble(vault_key: bytes, vault_id: bytes, generation: int, slots: bytes, attributes: dict[int, bytes],
             records: list[Record], sealed_secrets: list[bytes]) -> bytes:
    encoded = encode_attributes(attributes)
    plain = u32(len(encoded)) + encoded + u32(len(records)) + b"".join(map(encode_record, records))
    index_size = power_of_two(len(plain) + NONCE + TAG, 4096)
    entries = b"".join(sealed_secrets)
    entries_size = power_of_two(len(entries), 1024)
    before = (MAGIC + u32(1) + vault_id + u64(generation) + vault_key_commitment(vault_key, vault_id)
              + u32(len(slots)) + u32(entries_size) + u32(index_size) + slots
              + entries + secrets.token_bytes(entries_size - len(entries)))
    nonce = secrets.token_bytes(NONCE)
    associated = before + hash32(before) + nonce
    file = associated + seal(subkey(vault_key, 1), nonce, plain + bytes(index_size - NONCE - TAG - len(plain)),
                             associated)
    require(len(file) <= MAX_FILE, "the vault would be larger than 16 MiB", USAGE)
    return file


def new_vault(records: list[Record], key: bytes | None, passphrase: bytes | None) -> bytes:
    vault_key, vault_id = secrets.token_bytes(32), secrets.token_bytes(16)
    if key is not None:
        slot = make_slot(KEY_SLOT, key, b"", vault_key, vault_id)
    else:
        assert passphrase is not None
        slot = passphrase_slot(passphrase, vault_key, vault_id)
    records = sorted(records, key=lambda record: (record.kind, record.key))
    for before, record in zip(records, records[1:]):
        require((before.kind, before.key) != (record.kind, record.key), "two logins for one address", USAGE)
    sealed_secrets = []
    for record in records:
        record.id = secrets.token_bytes(16)
        sealed_secrets.append(seal_secret(record.secret, subkey(vault_key, 2), vault_id, record.id))
        record.secret_length = len(sealed_secrets[-1])
    notes = slot[4:12] + u64(int(time.time())) + text("")
    return assemble(vault_key, vault_id, 1, slot, {NOTES_TAG: notes}, records, sealed_secrets)


DOCKER_HUB_NAMES = (
    "index.docker.io",
    "registry-1.docker.io",
    "docker.com",
    "www.docker.com",
    "hub.docker.com",
    "registry.hub.docker.com",
)


def check_registry(record: Record) -> None:
    """What a writer keeps to beyond what a reader enforces."""
    host = record.name
    canonical = host.isascii() and host == host.lower() and not host.endswith(".") and not set(host) & set("[]/ ")
    if ":" in host:
        try:
            canonical = str(ipaddress.IPv6Address(host)) == host
        except ValueError:
            canonical = False
    require(canonical, f"{host!r}: not a host as it is written", USAGE)
    require(host not in DOCKER_HUB_NAMES or record.port != 0, f"{host}: is written docker.io", USAGE)
    path = record.path
    require(path == path.lower() and (path == "" or "" not in path.split("/")), "path not as it is written", USAGE)


def login_of_json(login: dict[str, Any]) -> Record:
    kinds = {name: kind for kind, name in KINDS.items()}
    transports = {name: number for number, name in TRANSPORTS.items()}
    try:
        kind = kinds[login.get("kind", "registry")]
        record = Record(kind, b"", 0, name=login["host" if kind == REGISTRY else "name"],
                        port=login.get("port") or 0, path=login.get("path") or "",
                        account=login.get("account") or "", time=login.get("created", int(time.time())),
                        username=login.get("username") or "", server_url=login.get("serverURL") or "",
                        secret=base64.b64decode(login["secretBase64"], validate=True))
        if record.port == 443:
            record.port = 0
        check_address(record)
        if kind == REGISTRY:
            check_registry(record)
        record.spellings = login.get("spellings", default_spellings(record))
        require("" not in record.spellings and len(set(record.spellings)) == len(record.spellings),
                "a spelling is empty or repeated", USAGE)
        transport = transports[login.get("transport", "checked-tls")]
        if transport:
            record.attributes[TRANSPORT_TAG] = u8(transport)
        record.attributes |= {tag: login[name].encode() for tag, name in TEXT_TAGS.items() if login.get(name)}
        record.attributes |= {tag: u64(login[name]) for tag, name in TIME_TAGS.items() if login.get(name)}
        check_login_attributes(record.attributes)
        require(0 <= record.time <= MAX_TIME, "time out of range", USAGE)
        encode_record(Record(**{**vars(record), "id": bytes(16)}))
    except Refused as refused:
        raise Refused(USAGE, refused.reason) from None
    except (KeyError, TypeError, ValueError, AttributeError, OverflowError) as error:
        raise Refused(USAGE, f"a login on standard input is of another form: {error!r}") from None
    return record


def default_spellings(record: Record) -> list[str]:
    if record.kind != REGISTRY:
        return [] if KINDS[record.kind] == "migration" else [record.name] if record.name else []
    host = f"[{record.name}]" if ":" in record.name else record.name
    return ["docker://" + host + (f":{record.port}" if record.port else "")
            + (f"/{record.path}" if record.path else "")]


def read_logins() -> list[Record]:
    try:
        logins = json.loads(sys.stdin.buffer.read())
    except ValueError:
        raise Refused(USAGE, "standard input is no JSON") from None
    require(isinstance(logins, list) and all(isinstance(login, dict) for login in logins),
            "standard input is no array of logins", USAGE)
    return [login_of_json(login) for login in logins]


def store(path: str, file: bytes) -> None:
    """Puts a new vault in its place, under the lock; never over another file."""
    folder, name = os.path.dirname(path) or ".", os.path.basename(path)
    check_folder(folder, "vault")
    try:
        lock = os.open(os.path.join(folder, f".{name}.lock"), os.O_RDWR | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW,
                       0o600)
    except OSError as error:
        raise Refused(CANNOT_CREATE, f"lock: {error.strerror}") from None
    try:
        fcntl.fcntl(lock, fcntl.F_OFD_SETLK, struct.pack("hhqqi4x", fcntl.F_WRLCK, os.SEEK_SET, 0, 0, 0))
    except OSError:
        raise Refused(LOCKED, "another writer holds the lock, or there are no locks") from None
    temporary = os.path.join(folder, f".{name}.{secrets.token_hex(8)}.tmp")
    try:
        require(not os.path.lexists(path), f"{path} is there already", CANNOT_CREATE)
        for left in os.listdir(folder):  # by a writer that was killed
            if left.startswith(f".{name}.") and left.endswith(".tmp"):
                os.unlink(os.path.join(folder, left))
        write_new(temporary, file)
        os.rename(temporary, path)
        handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
        os.fsync(handle)
        os.close(handle)
    except OSError as error:
        raise Refused(CANNOT_CREATE, f"vault: {error.strerror}") from None
    finally:
        os.close(lock)


def write_new(path: str, data: bytes) -> None:
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
    with open(handle, "wb") as file:
        file.write(data)
        file.flush()
        os.fsync(handle)


def make_key_file(path: str) -> None:
    key = secrets.token_bytes(32)
    line = "vault-key-1:" + key.hex() + hash32(b"vault 1 key file" + key)[:4].hex() + "\n"
    try:
        write_new(path, line.encode("ascii"))
    except OSError as error:
        raise Refused(CANNOT_CREATE, f"key file: {error.strerror}") from None


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


def check_folder(folder: str, what: str) -> None:
    try:
        found = os.stat(folder)
    except OSError as error:
        raise Refused(CONFIG, f"{what}: {error.strerror}") from None
    require(found.st_uid in (os.geteuid(), 0) and found.st_mode & 0o022 == 0,
            f"{what}: others can change its folder", CONFIG)


def read_vault(path: str, checked: bool = True) -> bytes:
    """At most a byte more than a vault may have: that byte shows that the file is too large."""
    if checked:  # row 1
        check_folder(os.path.dirname(path) or ".", "vault")
    try:
        handle = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC | (os.O_NOFOLLOW if checked else 0))
        with open(handle, "rb") as file:
            found = os.fstat(handle)
            require(not checked or stat.S_ISREG(found.st_mode) and found.st_nlink == 1
                    and found.st_uid == os.geteuid() and found.st_mode & 0o077 == 0,
                    "vault: not a plain file of yours alone", CONFIG)
            return file.read(MAX_FILE + 1)
    except OSError as error:
        raise Refused(CONFIG, f"vault: {error.strerror}") from None


def read_secret_file(path: str, limit: int, what: str, checked: bool = True) -> bytes:
    """At most limit + 1 bytes; follows links and takes a pipe."""
    try:
        with open(path, "rb") as file:
            found = os.fstat(file.fileno())
            require(not checked or found.st_uid in (os.geteuid(), 0) and found.st_mode & 0o022 == 0,
                    f"{what}: others can change it", CONFIG)
            return file.read(limit + 1)
    except OSError as error:
        raise Refused(CONFIG, f"{what}: {error.strerror}") from None


def read_key_file(path: str, checked: bool = True) -> bytes:
    return key_of_file(read_secret_file(path, 4096, "key file", checked))


def read_passphrase_file(path: str) -> bytes:
    return check_passphrase(without_line_end(read_secret_file(path, 1024 + 2, "passphrase")))


def run(manifest_path: str) -> None:
    """Reads every vector of a manifest (without row 1), and exits with 1 if one is not as it says."""
    base, failed = Path(manifest_path).parent, 0
    vectors = json.loads(Path(manifest_path).read_text("utf-8"))
    for vector in vectors:
        status, reason = 0, ""
        found: dict[str, Any] = {"entries": [], "removed": [], "unknown": 0}
        try:
            sealed = parse(read_vault(str(base / vector["file"]), checked=False))
            key = passphrase = None
            key_slot = KEY_SLOT
            if vector.get("keyFile") is not None:
                key = read_key_file(str(base / vector["keyFile"]), checked=False)
            elif vector.get("keyringKey") is not None:
                key, key_slot = base64.b64decode(vector["keyringKey"], validate=True), KEYRING_SLOT
                require(len(key) == 32, "keyring: no key", WRONG_SECRET)
            elif vector.get("passphrase") is not None:
                passphrase = check_passphrase(vector["passphrase"].encode("utf-8"))
            found = open_parsed(sealed, key, passphrase, key_slot)
        except Refused as refused:
            status, reason = refused.status, refused.reason
        except Exception as error:  # a vector must not stop the others
            status, reason = -1, repr(error)
        others = [part for part in ("entries", "removed", "unknown") if found[part] != vector[part]]
        if status != vector["status"]:
            failed += 1
            print(f"{vector['file']}: wanted {vector['status']}, found {status} {reason}")
        elif others:
            failed += 1
            print(f"{vector['file']}: other {others[0]}: {json.dumps(found[others[0]])[:400]}")
    print(f"{len(vectors) - failed} passed, {failed} failed")
    sys.exit(1 if failed else 0)


def write(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="reader.py write", description="Make a vault of the logins on "
                                     "standard input.")
    parser.add_argument("out")
    secret = parser.add_mutually_exclusive_group(required=True)
    secret.add_argument("--key-file")
    secret.add_argument("--passphrase-file")
    given = parser.parse_args(arguments)
    try:
        records = read_logins()
        key = passphrase = None
        if given.key_file is not None:
            if not os.path.lexists(given.key_file):
                make_key_file(given.key_file)
            key = read_key_file(given.key_file)
        else:
            passphrase = read_passphrase_file(given.passphrase_file)
        store(given.out, new_vault(records, key, passphrase))
    except Refused as refused:
        print(f"refused ({refused.status}): {refused.reason}", file=sys.stderr)
        return refused.status
    return 0


def main() -> int:
    if sys.argv[1:2] == ["write"]:
        return write(sys.argv[2:])
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
        sealed = parse(read_vault(given.file))
        key = passphrase = None
        if given.key_file is not None:
            key = read_key_file(given.key_file)
        elif given.passphrase_file is not None:
            passphrase = read_passphrase_file(given.passphrase_file)
        vault = open_parsed(sealed, key, passphrase)
    except Refused as refused:
        print(f"refused ({refused.status}): {refused.reason}", file=sys.stderr)
        return refused.status
    print(json.dumps(vault, sort_keys=True) if given.json
          else json.dumps(vault["entries"], sort_keys=True, indent=2))
    return 0


if __name__ == "__main__":
    sys.exit(main())
