#!/usr/bin/python3
"""A session bus that is none: fake-bus.py SOCKET MODE. Lets every client in, then breaks the protocol."""
import os
import socket
import struct
import sys
import time

path, mode = sys.argv[1:3]
LOGIN = b"DATA\r\nOK 0123456789abcdef0123456789abcdef\r\n"


def reply(serial, signature, body, order=b"l", length=None, version=1, kind=2):
    fields = b"\x05\x01u\x00" + struct.pack("<I", serial) + b"\x08\x01g\x00" + bytes([len(signature)]) \
        + signature + b"\x00"
    head = order + bytes([kind, 0, version]) + struct.pack("<III", len(body) if length is None else length, 1,
                                                           len(fields)) + fields
    return head + b"\x00" * (-len(head) % 8) + body


def text(value):
    return struct.pack("<I", len(value)) + value + b"\x00"


HELLO = reply(1, b"s", text(b":1.1"))


def session(number, signature, body):
    """All answers that a look-up waits for, one of them another than it should be."""
    answers = {1: (b"s", text(b":1.1")), 2: (b"b", struct.pack("<I", 1)),
               3: (b"vo", b"\x01s\x00\x00" + text(b"") + b"\x00" * 3 + text(b"/s")),
               4: (b"aoao", struct.pack("<II", 0, 0)), number: (signature, body)}
    return LOGIN + b"".join(reply(serial, *answer) for serial, answer in answers.items())


ANSWERS = {
    "closes": b"",
    "refuses": b"REJECTED EXTERNAL\r\n",
    "babbles": b"HTTP/1.1 400 Bad Request\r\n\r\n" * 300,
    "endless-line": b"x" * 100000,
    "garbage": LOGIN + bytes(range(256)) * 64,
    "big-endian": LOGIN + reply(1, b"s", text(b":1.1"), order=b"B"),
    "version-2": LOGIN + reply(1, b"s", text(b":1.1"), version=2),
    "giant-body": LOGIN + reply(1, b"s", b"", length=0xffffffff),
    "long-body": LOGIN + reply(1, b"s", b"", length=0x7ffffff),
    "giant-string": session(1, b"s", struct.pack("<I", 0xfffffff0) + b"abc\x00"),
    "no-terminator": session(1, b"s", struct.pack("<I", 3) + b"abcd"),
    "boolean-7": session(2, b"b", struct.pack("<I", 7)),
    "deep-variant": session(3, b"vo", b"\x01v\x00" * 4000),
    "odd-signature": session(3, b"vo", b"\x04a(((\x00"),
    "bad-utf8": session(4, b"aoao", struct.pack("<I", 8) + text(b"\xff\xfe\xfd") + struct.pack("<I", 0)),
    "giant-array": session(4, b"aoao", struct.pack("<II", 0xffffff00, 0)),
    "array-past-its-end": session(4, b"aoao", struct.pack("<I", 5) + text(b"/a") + b"\x00" + struct.pack("<I", 0)),
    "more-than-it-says": session(4, b"aoao", struct.pack("<III", 0, 0, 0)),
    "half-a-message": LOGIN + HELLO[:20],
    "strange-serials": LOGIN + reply(77, b"s", text(b"x")) * 50,
    "silent": LOGIN,
    "says-nothing": b"",
}

server = socket.socket(socket.AF_UNIX)
server.bind(path + ".new")
server.listen()
os.rename(path + ".new", path)  # whoever sees it can connect
while True:
    client, _ = server.accept()
    try:
        if mode == "trickle":
            for byte in LOGIN + HELLO * 50:
                client.sendall(bytes([byte]))
                time.sleep(0.05)
            continue
        client.sendall(ANSWERS[mode])
        while mode != "closes" and client.recv(65536):  # until the client has had enough
            pass
    except OSError:
        pass
    client.close()
