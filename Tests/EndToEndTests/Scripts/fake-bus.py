#!/usr/bin/python3
"""A session bus that is none: fake-bus.py SOCKET MODE. Lets most clients in, then breaks the protocol."""
import os
import socket
import struct
import sys
import time

path, mode = sys.argv[1:3]


def text(value):
    return struct.pack("<I", len(value)) + value + b"\x00"


def reply(serial, signature, body, order=b"l", length=None, version=1):
    fields = b"\x05\x01u\x00" + struct.pack("<I", serial) + b"\x08\x01g\x00" + bytes([len(signature)]) \
        + signature + b"\x00"
    head = order + bytes([2, 0, version]) \
        + struct.pack("<III", len(body) if length is None else length, 1, len(fields)) + fields
    return head + b"\x00" * (-len(head) % 8) + body


HELLO = (b"s", text(b":1.1"))
SESSION = (b"vo", b"\x01s\x00\x00" + text(b"") + b"\x00" * 3 + text(b"/s"))
USUAL = {b"Hello": HELLO, b"GetNameOwner": (b"s", text(b":1.2")), b"AddMatch": (b"", b""),
         b"SearchItems": (b"aoao", struct.pack("<II", 0, 0)), b"OpenSession": SESSION}

# The one answer that is another than it should be: of a type and value, or of bytes.
BROKEN = {
    "garbage": (b"Hello", lambda serial: bytes(range(256)) * 64),
    "big-endian": (b"Hello", lambda serial: reply(serial, *HELLO, order=b"B")),
    "version-2": (b"Hello", lambda serial: reply(serial, *HELLO, version=2)),
    "giant-body": (b"Hello", lambda serial: reply(serial, b"s", b"", length=0xffffffff)),
    "long-body": (b"Hello", lambda serial: reply(serial, b"s", b"", length=0x7ffffff)),
    "giant-string": (b"Hello", (b"s", struct.pack("<I", 0xfffffff0) + b"abc\x00")),
    "no-terminator": (b"Hello", (b"s", struct.pack("<I", 3) + b"abcd")),
    "half-a-message": (b"Hello", lambda serial: reply(serial, *HELLO)[:20]),
    "strange-serials": (b"Hello", lambda serial: reply(77, b"s", text(b"x")) * 50),
    "silent": (b"Hello", lambda serial: b""),
    "owner-boolean": (b"GetNameOwner", (b"b", struct.pack("<I", 7))),
    "owner-no-name": (b"GetNameOwner", (b"s", text(b"nobody"))),
    "deep-variant": (b"SearchItems", (b"vo", b"\x01v\x00" * 4000)),
    "odd-signature": (b"SearchItems", (b"vo", b"\x04a(((\x00")),
    "bad-utf8": (b"SearchItems", (b"aoao", struct.pack("<I", 8) + text(b"\xff\xfe\xfd") + struct.pack("<I", 0))),
    "giant-array": (b"SearchItems", (b"aoao", struct.pack("<II", 0xffffff00, 0))),
    "array-past-its-end": (b"SearchItems", (b"aoao", struct.pack("<I", 5) + text(b"/a") + b"\x00" + struct.pack("<I", 0))),
    "more-than-it-says": (b"SearchItems", (b"aoao", struct.pack("<III", 0, 0, 0))),
}
# What is said to who wants to log in.
GREETING = {"closes": None, "refuses": b"REJECTED EXTERNAL\r\n", "babbles": b"HTTP/1.1 400 Bad Request\r\n\r\n" * 300,
            "endless-line": b"x" * 100000, "says-nothing": b""}


def log_in(client):
    """Takes lines until the client begins; true if it does."""
    file = client.makefile("rb", buffering=0)
    while line := file.readline():
        if line.endswith(b"AUTH\r\n") and mode not in GREETING:
            client.sendall(b"REJECTED EXTERNAL\r\n")
        elif b"AUTH" in line:
            client.sendall(GREETING.get(mode, b"OK 0123456789abcdef0123456789abcdef\r\n"))
        elif line.startswith(b"BEGIN"):
            return True
        else:
            client.sendall(b"ERROR\r\n")
    return False


def read(client, count):
    data = b""
    while len(data) < count:
        piece = client.recv(count - len(data))
        if not piece:
            raise OSError("the client has had enough")
        data += piece
    return data


def serve(client):
    if mode == "closes" or not log_in(client):
        return
    while True:
        body, serial, fields = struct.unpack("<4xIII", read(client, 16))
        message = read(client, (fields + 7) // 8 * 8 + body)
        member = next(member for member in USUAL if member + b"\x00" in message)
        if mode == "trickle":
            for byte in reply(serial, *HELLO) * 50:
                client.sendall(bytes([byte]))
                time.sleep(0.05)
        broken, answer = BROKEN[mode]
        if member != broken:
            answer = USUAL[member]
        client.sendall(reply(serial, *answer) if isinstance(answer, tuple) else answer(serial))


server = socket.socket(socket.AF_UNIX)
server.bind(path + ".new")
server.listen()
os.rename(path + ".new", path)
while True:
    client, _ = server.accept()
    try:
        serve(client)
    except OSError:
        pass
    client.close()
