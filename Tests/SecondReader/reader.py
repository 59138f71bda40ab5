#!/usr/bin/env python3
"""Reads and makes a sealed vault, format 1. Written from format.md alone; needs Python >= 3.11, libsodium and Linux.
The reading part is packaging/vault-recover.py.

    reader.py FILE (--key-file F | --passphrase-file F | --ssh-key F) [--json]
    reader.py --run MANIFEST
    reader.py write OUT (--key-file F | --passphrase-file F)

write makes a new vault of the logins on standard input: a JSON array of objects with the fields that reading prints. A
key file that is not there is made. A vault called "write" is read as ./write.
"""
from __future__ import annotations

import argparse
import base64
import ctypes
import fcntl
import importlib.util
import ipaddress
import json
import os
import secrets
import stat
import struct
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

recover_file = Path(__file__).resolve().parents[2] / "packaging" / "vault-recover.py"
spec = importlib.util.spec_from_file_location("recover", recover_file)
assert spec is not None and spec.loader is not None
sys.dont_write_bytecode = True
sys.modules["recover"] = module = importlib.util.module_from_spec(spec)
spec.loader.exec_module(module)
from recover import (  # noqa: E402
    argon, BODY, CANNOT_CREATE, check_address, check_login_attributes, check_passphrase, CONFIG, hash32,
    key_of_file, KEY_SLOT, KEYRING_SLOT, KINDS, LOCKED, machine_memory, MAGIC, MAX_FILE, MAX_SECRET, MAX_TIME,
    NONCE, NOTES_TAG, open_parsed, parse, PASSPHRASE_SLOT, power_of_two, Record, Refused, REGISTRY, require,
    slot_associated, slot_commitment, sodium, SSHKey, subkey, TAG, TEXT_TAGS, TIME_TAGS, TOMBSTONE, TRANSPORT_TAG,
    TRANSPORTS, u16, u32, u64, u8, USAGE, vault_key_commitment, without_line_end, wrapping_key, WRONG_SECRET,
)

def seal(key: bytes, nonce: bytes, plain: bytes, associated: bytes) -> bytes:
    sealed = ctypes.create_string_buffer(len(plain) + TAG)
    sodium.crypto_aead_xchacha20poly1305_ietf_encrypt(
        sealed, None, plain, ctypes.c_ulonglong(len(plain)), associated, ctypes.c_ulonglong(len(associated)),
        None, nonce, key)
    return sealed.raw


def text(value: str) -> bytes:
    data = value.encode("utf-8")
    require(len(data) <= 65535, "a text is longer than 65535 bytes", USAGE)
    return u16(len(data)) + data


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


def private_copy(path: Path, folder: tempfile.TemporaryDirectory[str]) -> SSHKey:
    """ssh-keygen takes no private key that others can read, and git keeps no modes."""
    copy = Path(folder.name) / path.name
    if not copy.exists():
        copy.touch(0o600)
        copy.write_bytes(path.read_bytes())
    return SSHKey(str(copy))


def run(manifest_path: str) -> None:
    """Reads every vector of a manifest (without row 1), and exits with 1 if one is not as it says."""
    base, failed = Path(manifest_path).parent, 0
    vectors = json.loads(Path(manifest_path).read_text("utf-8"))
    scratch = tempfile.TemporaryDirectory()
    for vector in vectors:
        status, reason = 0, ""
        found: dict[str, Any] = {"entries": [], "removed": [], "unknown": 0}
        try:
            sealed = parse(read_vault(str(base / vector["file"]), checked=False))
            key: bytes | SSHKey | None = None
            passphrase = None
            key_slot = KEY_SLOT
            if vector.get("sshKey") is not None:
                key = private_copy(base / vector["sshKey"], scratch)
            elif vector.get("keyFile") is not None:
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
    secret.add_argument("--ssh-key")
    secret.add_argument("--run", metavar="MANIFEST")
    parser.add_argument("--json", action="store_true", help="the whole vault in one line, not only the entries")
    given = parser.parse_args()
    if given.run is not None:
        run(given.run)
    if given.file is None:
        parser.error("no FILE")
    try:
        sealed = parse(read_vault(given.file))
        key: bytes | SSHKey | None = None
        passphrase = None
        if given.key_file is not None:
            key = read_key_file(given.key_file)
        elif given.ssh_key is not None:
            key = SSHKey(given.ssh_key)
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
