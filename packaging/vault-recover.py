#!/usr/bin/env python3
"""vault-recover.py: prints every login of a sealed vault, without the programs that made it.

    vault-recover.py FILE [--key-file FILE | --passphrase-file FILE] [--json]

Without either it asks for the passphrase. It needs Python 3.7 or newer and the library libsodium (Debian: libsodium23),
and follows docs/format.md, format 1. The output has the secrets: do not let it get into a log. It writes no file.
"""
from __future__ import annotations

import argparse
import base64
import ctypes
import ctypes.util
import getpass
import hashlib
import hmac
import json
import os
import re
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

USAGE, DAMAGED, CANNOT_CREATE, LOCKED, WRONG_SECRET, CONFIG = 64, 65, 73, 75, 77, 78

MAGIC = b"\x89sealed vault\r\n\x1a"
DEVELOPMENT_MAGIC = b"\x89vault sealed\r\n\x1a"
MAX_FILE = 16 * 1024 * 1024
HEADER, DIGEST, TAG, NONCE = 88, 32, 16, 24
PASSPHRASE_SLOT, KEY_SLOT, KEYRING_SLOT, SSH_SLOT = 1, 2, 3, 4
BODY = {PASSPHRASE_SLOT: 128, KEY_SLOT: 104, KEYRING_SLOT: 104, SSH_SLOT: 106}
HEAD = {PASSPHRASE_SLOT: 36, KEY_SLOT: 12, KEYRING_SLOT: 12, SSH_SLOT: 14}
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

def load_sodium() -> ctypes.CDLL:
    for name in (ctypes.util.find_library("sodium"), "libsodium.so.23", "libsodium.so.26"):
        try:
            if name:
                sodium = ctypes.CDLL(name)
                sodium.sodium_init()
                return sodium
        except OSError:
            continue
    sys.exit("libsodium is not installed: install the package libsodium23 (Debian) or libsodium (others)")


sodium = load_sodium()


def hash32(data: bytes) -> bytes:
    return hashlib.blake2b(data, digest_size=32).digest()


def mac(key: bytes, data: bytes) -> bytes:
    return hashlib.blake2b(data, digest_size=32, key=key).digest()


def subkey(key: bytes, number: int) -> bytes:
    salt = number.to_bytes(8, "little") + bytes(8)
    return hashlib.blake2b(b"", digest_size=32, key=key, salt=salt, person=b"vault-01" + bytes(8)).digest()


def unseal(key: bytes, nonce: bytes, sealed: bytes, associated: bytes, what: str) -> bytes:
    plain = ctypes.create_string_buffer(max(len(sealed) - TAG, 1))
    length = ctypes.c_ulonglong()
    status = sodium.crypto_aead_xchacha20poly1305_ietf_decrypt(
        plain, ctypes.byref(length), None, sealed, ctypes.c_ulonglong(len(sealed)),
        associated, ctypes.c_ulonglong(len(associated)), nonce, key)
    require(status == 0, f"{what} does not decrypt")
    return plain.raw[:length.value]


def argon(passphrase: bytes, salt: bytes, passes: int, memory: int) -> bytes:
    key = ctypes.create_string_buffer(32)
    argon2id13 = 2
    status = sodium.crypto_pwhash(
        key, ctypes.c_ulonglong(32), passphrase, ctypes.c_ulonglong(len(passphrase)), salt,
        ctypes.c_ulonglong(passes), ctypes.c_size_t(memory * 1024), argon2id13)
    require(status == 0, "not enough memory for the passphrase", LOCKED)
    return key.raw


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
    require(entries_size >= 1024 and entries_size & (entries_size - 1) == 0, "length of the entries region")
    require(index_size >= 4096 and index_size & (index_size - 1) == 0, "length of the index")
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


class SSHKey:
    """A key that signs by ssh-keygen: the private half in a file, or in the agent if only FILE.pub is there."""

    def __init__(self, path: str) -> None:
        self.path = path if os.path.exists(path) else path + ".pub"
        try:
            if self.path == path:
                public = subprocess.run(["ssh-keygen", "-y", "-f", path], stdout=subprocess.PIPE, check=True).stdout
            else:
                public = Path(self.path).read_bytes()
            self.blob = base64.b64decode(public.split()[1], validate=True)
        except (OSError, subprocess.CalledProcessError, IndexError, ValueError):
            raise Refused(CONFIG, f"SSH key: {path} is none") from None
        fields = ssh_strings(self.blob)
        require(fields[0] in (b"ssh-ed25519", b"ssh-rsa"), "SSH key: neither ed25519 nor RSA", CONFIG)
        self.length = 64 if fields[0] == b"ssh-ed25519" else len(fields[2].lstrip(b"\0"))
        self.algorithm = b"ssh-ed25519" if fields[0] == b"ssh-ed25519" else b"rsa-sha2-512"

    def slot_key(self, sealed: Sealed, slot: Slot) -> bytes | None:
        """None if the slot is another key's."""
        tag = hash32(b"vault 1 ssh key" + sealed.vault_id + slot.id + self.blob)[:2]
        if slot.raw[12:14] != tag:
            return None
        message = slot_associated(sealed.vault_id, sealed.commitment, slot.head)
        done = subprocess.run(["ssh-keygen", "-Y", "sign", "-q", "-n", "vault-slot", "-f", self.path], input=message,
                              stdout=subprocess.PIPE, check=False)
        require(done.returncode == 0, "SSH key: ssh-keygen does not sign", WRONG_SECRET)
        armoured = done.stdout.splitlines()
        signed = base64.b64decode(b"".join(line for line in armoured if not line.startswith(b"-----")))
        require(signed[:6] == b"SSHSIG", "SSH key: ssh-keygen gives no signature", WRONG_SECRET)
        algorithm, signature = ssh_strings(ssh_strings(signed[10:])[4])
        require(algorithm == self.algorithm, "SSH key: another algorithm", WRONG_SECRET)
        return hash32(b"vault 1 ssh slot" + signature.rjust(self.length, b"\0"))


def ssh_strings(data: bytes) -> list[bytes]:
    strings, at = [], 0
    while at < len(data):
        end = at + 4 + int.from_bytes(data[at:at + 4], "big")
        require(end <= len(data), "SSH key: cut short", CONFIG)
        strings.append(data[at + 4:end])
        at = end
    return strings


def unwrap(sealed: Sealed, key: bytes | SSHKey | None, passphrase: bytes | None, key_slot: int = KEY_SLOT) -> bytes:
    require(key is not None or passphrase is not None, "locked: no key file or passphrase named", LOCKED)
    kind = SSH_SLOT if isinstance(key, SSHKey) else key_slot if key is not None else PASSPHRASE_SLOT
    skipped = False
    for slot in sealed.slots:
        if slot.type != kind:
            continue
        slot_key = key.slot_key(sealed, slot) if isinstance(key, SSHKey) else key
        if isinstance(key, SSHKey) and slot_key is None:
            continue
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
    raise Refused(WRONG_SECRET, "the key or passphrase does not open this vault")


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
    address.update({"host": record.name, "path": record.path} if kind == REGISTRY else {"name": record.name})
    return {**address, **{name: value for name, value in (("port", record.port), ("account", record.account)) if value}}


def login_json(record: Record) -> dict[str, Any]:
    """The names of the fields outside: in the output, and in a manifest. What is not known is left out."""
    login = {
        **address_json(record.kind, record),
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


def open_parsed(sealed: Sealed, key: bytes | SSHKey | None, passphrase: bytes | None,
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
            "removed": [{**address_json(record.removed_kind, record), "time": record.time}
                        for record in index.tombstones],
            "unknown": index.unknown}


def check_passphrase(passphrase: bytes) -> bytes:
    require(1 <= len(passphrase) <= 1024, "passphrase: not 1 to 1024 bytes", USAGE)
    return passphrase


def open_vault(file: bytes, key: bytes | SSHKey | None = None, passphrase: bytes | None = None) -> dict[str, Any]:
    """Everything in the vault, by the 32 bytes of a key or by a passphrase; or raises Refused."""
    if key is not None and passphrase is not None:
        raise ValueError("give a key or a passphrase, not both")
    sealed = parse(file)
    require(key is None or isinstance(key, SSHKey) or len(key) == 32, "key: not 32 bytes", CONFIG)
    if passphrase is not None:
        check_passphrase(passphrase)
    return open_parsed(sealed, key, passphrase)


# Key and passphrase files

def without_line_end(data: bytes) -> bytes:
    for end in (b"\r\n", b"\n"):
        if data.endswith(end):
            return data[:-len(end)]
    return data


def key_of_file(data: bytes) -> bytes:
    require(len(data) <= 4096, "key file: longer than 4096 bytes", USAGE)
    line = without_line_end(data)
    prefix, digits = line[:12], line[12:]
    require(len(line) == 84 and prefix == b"vault-key-1:" and set(digits) <= set(b"0123456789abcdef"),
            "key file: not a line of vault-key-1", CONFIG)
    key, checksum = bytes.fromhex(digits[:64].decode()), bytes.fromhex(digits[64:].decode())
    require(hash32(b"vault 1 key file" + key)[:4] == checksum, "key file: wrong checksum", CONFIG)
    return key


# The command

def with_text(login: dict[str, Any]) -> dict[str, Any]:
    """The login with its secret as text, if it is text."""
    secret = base64.b64decode(login["secretBase64"])
    try:
        return {**{name: value for name, value in login.items() if name != "secretBase64"}, "secret": secret.decode()}
    except UnicodeDecodeError:
        return login


def main() -> int:
    parser = argparse.ArgumentParser(description="Print every login of a sealed vault.")
    parser.add_argument("file")
    secret = parser.add_mutually_exclusive_group()
    secret.add_argument("--key-file")
    secret.add_argument("--passphrase-file")
    secret.add_argument("--ssh-key", help="the file of a private key, or of FILE.pub if the ssh-agent has the key")
    parser.add_argument("--json", action="store_true", help="the whole vault in one line, not only the logins")
    given = parser.parse_args()
    key: bytes | SSHKey | None = None
    passphrase = None
    try:
        file = Path(given.file).read_bytes()
        if given.key_file is not None:
            key = key_of_file(Path(given.key_file).read_bytes())
        elif given.ssh_key is not None:
            key = SSHKey(given.ssh_key)
        elif given.passphrase_file is not None:
            passphrase = without_line_end(Path(given.passphrase_file).read_bytes())
        else:
            passphrase = os.fsencode(getpass.getpass("Passphrase of the vault: "))
        vault = open_vault(file, key, passphrase)
    except Refused as refused:
        print(f"{given.file}: {refused.reason}", file=sys.stderr)
        return refused.status
    except OSError as error:
        print(f"{error.filename}: {error.strerror}", file=sys.stderr)
        return CONFIG
    if given.json:
        print(json.dumps(vault, sort_keys=True))
    else:
        print(json.dumps([with_text(login) for login in vault["entries"]], sort_keys=True, indent=2, ensure_ascii=False))
    return 0


if __name__ == "__main__":
    sys.exit(main())
