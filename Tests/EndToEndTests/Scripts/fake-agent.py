#!/usr/bin/env python3
"""fake-agent.py SOCKET REAL-SOCKET MODE: an SSH agent that asks a real one, and spoils one of its answers.

"list-…" modes spoil the list of keys, "sign-…" modes each signature; "rsa-…" modes make up signatures of an RSA key,
which nobody can check without bignums.
"""
import hashlib
import os
import socket
import struct
import sys
import time

path, real, mode = sys.argv[1:]


def string(data):
    return struct.pack(">I", len(data)) + data


def strings(data):
    found, at = [], 0
    while at < len(data):
        length = struct.unpack(">I", data[at:at + 4])[0]
        found.append(data[at + 4:at + 4 + length])
        at += 4 + length
    return found


def receive(connection):
    data = b""
    while len(data) < 4 or len(data) < 4 + struct.unpack(">I", data[:4])[0]:
        piece = connection.recv(65536)
        if not piece:
            return None
        data += piece
    return data[4:]


def ask(message):
    with socket.socket(socket.AF_UNIX) as agent:
        agent.connect(real)
        agent.sendall(string(message))
        return receive(agent)


def flipped(data, at=-1):
    changed = bytearray(data)
    changed[at] ^= 1
    return bytes(changed)


def keys(answer):
    fields = strings(answer[5:])
    return list(zip(fields[::2], fields[1::2]))


def listed(pairs, count=None):
    count = len(pairs) if count is None else count
    return b"\x0c" + struct.pack(">I", count) + b"".join(string(blob) + string(comment) for blob, comment in pairs)


def blobs(answer, change):
    return listed([(change(blob), comment) for blob, comment in keys(answer)])


OTHER = string(b"ssh-ed25519") + string(bytes(32))
LISTS = {
    "list-empty": lambda answer: b"",
    "list-failure": lambda answer: b"\x05",
    "list-success": lambda answer: b"\x06",
    "list-signature": lambda answer: b"\x0e" + answer[1:],
    "list-unknown": lambda answer: b"\xc8",
    "list-type-only": lambda answer: b"\x0c",
    "list-count-more": lambda answer: listed(keys(answer), len(keys(answer)) + 1),
    "list-count-less": lambda answer: listed(keys(answer), 0),
    "list-count-giant": lambda answer: listed(keys(answer), 0xffffffff),
    "list-key-past-end": lambda answer: b"\x0c\0\0\0\1" + b"\xff\xff\xff\xff" + OTHER,
    "list-comment-past-end": lambda answer: b"\x0c\0\0\0\1" + string(OTHER) + b"\0\0\1\0a",
    "list-trailing": lambda answer: answer + b"\0",
    "list-none": lambda answer: listed([]),
    "list-other": lambda answer: listed([(OTHER, b"other")]),
    "list-blob-short": lambda answer: blobs(answer, lambda blob: blob[:-1]),
    "list-blob-long": lambda answer: blobs(answer, lambda blob: blob + b"\0"),
    "list-blob-empty": lambda answer: blobs(answer, lambda blob: b""),
    "list-blob-flipped": lambda answer: blobs(answer, flipped),
    "list-blob-named-rsa": lambda answer: blobs(answer, lambda blob: string(b"ssh-rsa") + blob[15:]),
    "list-controls": lambda answer: listed([(OTHER, b"\x1b]0;title\x07\r\n\xff")]),
    "list-many": lambda answer: listed([(string(b"ssh-ed25519") + string(i.to_bytes(32, "big")), b"")
                                        for i in range(4000)]),
}


def signed(answer, change):
    name, signature = strings(strings(answer[1:])[0])
    return b"\x0e" + string(change(name, signature))


def named(name):
    return lambda answer: signed(answer, lambda _, signature: string(name) + string(signature))


def raw(change):
    return lambda answer: signed(answer, lambda name, signature: string(name) + string(change(signature)))


ORDER = 2**252 + 27742317777372353535851937790883648493
SIGNATURES = {
    "sign-empty": lambda answer: b"",
    "sign-failure": lambda answer: b"\x05",
    "sign-success": lambda answer: b"\x06",
    "sign-list": lambda answer: b"\x0c\0\0\0\0",
    "sign-type-only": lambda answer: b"\x0e",
    "sign-no-signature": lambda answer: b"\x0e" + string(b""),
    "sign-name-only": lambda answer: b"\x0e" + string(string(b"ssh-ed25519")),
    "sign-name-rsa": named(b"rsa-sha2-512"),
    "sign-name-case": named(b"SSH-ED25519"),
    "sign-name-longer": named(b"ssh-ed25519\0"),
    "sign-name-empty": named(b""),
    "sign-name-sk": named(b"sk-ssh-ed25519@openssh.com"),
    "sign-short": raw(lambda signature: signature[:-1]),
    "sign-long": raw(lambda signature: signature + b"\0"),
    "sign-nothing": raw(lambda signature: b""),
    "sign-zeros": raw(lambda signature: bytes(64)),
    "sign-flipped": raw(flipped),
    "sign-malleated": raw(lambda signature: signature[:32] + (int.from_bytes(signature[32:], "little")
                                                              + ORDER).to_bytes(32, "little")),
    "sign-past-end": lambda answer: b"\x0e" + b"\xff\xff\xff\xff" + answer[5:],
    "sign-inner-past-end": lambda answer: signed(answer, lambda name, signature: string(name) + b"\0\0\1\0"
                                                 + signature),
    "sign-trailing": lambda answer: answer + b"\0",
    "sign-inner-trailing": lambda answer: signed(answer, lambda name, signature: string(name) + string(signature)
                                                 + b"\0"),
}


def rsa(request):
    """A made-up signature of 256 bytes that begins with a zero, and depends on the message as a real one does."""
    message = hashlib.sha256(request).digest()
    signature = b"\0" + b"".join(hashlib.sha256(message + bytes([i])).digest() for i in range(8))[:255]
    name = b"rsa-sha2-512"
    if mode == "rsa-stripped":
        signature = signature[1:]
    if mode == "rsa-longer":
        signature = b"\0" + signature
    if mode == "rsa-flipped":
        signature = flipped(signature)
    if mode == "rsa-sha256":
        name = b"rsa-sha2-256"
    if mode == "rsa-sha1":
        name = b"ssh-rsa"
    if mode == "rsa-random":
        signature = os.urandom(256)
    return b"\x0e" + string(string(name) + string(signature))


def answer_of(message):
    kind = message[0]
    if kind == 13 and mode == "sign-other-message":
        blob, data = strings(message[1:-4])
        return ask(b"\x0d" + string(blob) + string(flipped(data)) + message[-4:])
    if kind == 13 and mode.startswith("rsa-"):
        return rsa(message)
    answer = ask(message)
    if kind == 11 and mode in LISTS:
        return LISTS[mode](answer)
    if kind == 13 and mode in SIGNATURES:
        return SIGNATURES[mode](answer)
    return answer


def serve(connection):
    while (message := receive(connection)) is not None:
        stage = "list" if message[0] == 11 else "sign"
        if mode == f"{stage}-closes":
            return
        if mode == f"{stage}-silent":
            time.sleep(100)
        answer = string(answer_of(message))
        if mode == f"{stage}-half":
            connection.sendall(answer[:len(answer) // 2])
            return
        if mode == f"{stage}-length-giant":
            answer = b"\xff\xff\xff\xff" + answer[4:]
        if mode == f"{stage}-length-over":
            answer = struct.pack(">I", 256 * 1024 + 1) + bytes(256 * 1024 + 1)
        if mode == f"{stage}-trickle":
            for byte in answer[:-1]:
                connection.sendall(bytes([byte]))
                time.sleep(0.2)
            time.sleep(100)
        if mode == f"{stage}-garbage":
            answer = os.urandom(4096)
        connection.sendall(answer)


with socket.socket(socket.AF_UNIX) as listener:
    os.umask(0o077)
    listener.bind(path)
    listener.listen()
    if mode == "accepts-nobody":
        time.sleep(100)
    while True:
        client, _ = listener.accept()
        with client:
            try:
                serve(client)
            except OSError:
                pass
