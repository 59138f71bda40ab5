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


def reply(serial, signature, body, order=b"l", length=None, version=1, error=None):
    fields = b"\x05\x01u\x00" + struct.pack("<I", serial) + b"\x08\x01g\x00" + bytes([len(signature)]) \
        + signature + b"\x00"
    if error:
        fields += b"\x00" * (-len(fields) % 8) + b"\x04\x01s\x00" + text(error)
    head = order + bytes([3 if error else 2, 0, version]) \
        + struct.pack("<III", len(body) if length is None else length, 1, len(fields)) + fields
    return head + b"\x00" * (-len(head) % 8) + body


HELLO = reply(1, b"s", text(b":1.1"))
# What a look-up asks in turn: to be let in, who the keyring is, for an encrypted session, for the items, and for
# a plain session.
USUAL = {1: HELLO, 2: reply(2, b"s", text(b":1.2")),
         3: reply(3, b"", b"", error=b"org.freedesktop.DBus.Error.NotSupported"),
         4: reply(4, b"aoao", struct.pack("<II", 0, 0)),
         5: reply(5, b"vo", b"\x01s\x00\x00" + text(b"") + b"\x00" * 3 + text(b"/s"))}

# The one answer that is another than it should be.
BROKEN = {
    "garbage": (1, bytes(range(256)) * 64),
    "big-endian": (1, reply(1, b"s", text(b":1.1"), order=b"B")),
    "version-2": (1, reply(1, b"s", text(b":1.1"), version=2)),
    "giant-body": (1, reply(1, b"s", b"", length=0xffffffff)),
    "long-body": (1, reply(1, b"s", b"", length=0x7ffffff)),
    "giant-string": (1, reply(1, b"s", struct.pack("<I", 0xfffffff0) + b"abc\x00")),
    "no-terminator": (1, reply(1, b"s", struct.pack("<I", 3) + b"abcd")),
    "owner-boolean": (2, reply(2, b"b", struct.pack("<I", 7))),
    "owner-no-name": (2, reply(2, b"s", text(b"nobody"))),
    "deep-variant": (3, reply(3, b"vo", b"\x01v\x00" * 4000)),
    "odd-signature": (3, reply(3, b"vo", b"\x04a(((\x00")),
    "bad-utf8": (4, reply(4, b"aoao", struct.pack("<I", 8) + text(b"\xff\xfe\xfd") + struct.pack("<I", 0))),
    "giant-array": (4, reply(4, b"aoao", struct.pack("<II", 0xffffff00, 0))),
    "array-past-its-end": (4, reply(4, b"aoao", struct.pack("<I", 5) + text(b"/a") + b"\x00" + struct.pack("<I", 0))),
    "more-than-it-says": (4, reply(4, b"aoao", struct.pack("<III", 0, 0, 0))),
    "half-a-message": (1, HELLO[:20]),
    "strange-serials": (1, reply(77, b"s", text(b"x")) * 50),
    "silent": (1, b""),
    "sound": (0, b""),
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
        read(client, (fields + 7) // 8 * 8 + body)
        if mode == "trickle":
            for byte in HELLO * 50:
                client.sendall(bytes([byte]))
                time.sleep(0.05)
        number, answer = BROKEN[mode]
        client.sendall(answer if serial == number else USUAL.get(serial, b""))


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
